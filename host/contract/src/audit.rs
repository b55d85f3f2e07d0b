//! The audit: a record of every request that is about to leave, of every one that a component made or tried to make, and
//! of every call.
//!
//! As JSON it is one line a record. Names are stable: fields may be added, none is renamed or removed. No record holds
//! a credential, the value of a query parameter, a body, or an argument of the call.

mod changed;

pub use changed::{Changed, Thing};

use crate::source::Source;
use serde::{Serialize, Serializer};
use std::io;
use std::net::SocketAddr;

/// Keeps the audit. Called from whatever thread the request or the call is on.
///
/// A record that can't be kept fails its call with the kind `audit`, and no further request leaves it.
pub trait Audit: Send + Sync + 'static {
    /// A request is about to leave: its first byte does when this has returned, and only then. What the record is kept in
    /// should have it by then, whatever becomes of this process or of the machine.
    ///
    /// # Errors
    /// If the record can't be kept. The request does not leave then.
    fn sending(&self, sending: &SendingRecord<'_>) -> io::Result<()>;

    /// A request has ended, was refused, or was given up.
    ///
    /// # Errors
    /// If the record can't be kept.
    fn request(&self, request: &RequestRecord<'_>) -> io::Result<()>;

    /// A call has ended. All its requests have been recorded.
    ///
    /// # Errors
    /// If the record can't be kept.
    fn call(&self, call: &CallRecord<'_>) -> io::Result<()>;
}

/// What all records of a call say of it: who called what, and with what.
#[derive(Clone, Debug, Serialize)]
pub struct CallFacts {
    /// The integration, by its name in the manifest.
    pub integration: String,
    /// The component, by the digest of its bytes: `sha256:…`.
    pub component: String,
    /// The integration's version.
    pub version: String,
    /// The command, by its name in the manifest.
    pub command: String,
    /// The investigation in which the command ran, if any.
    pub investigation: Option<String>,
    /// Who answers: a server, or a recording, and then nothing is sent.
    pub source: Source,
    /// The recorded case or file that answers; none if a server does.
    pub case: Option<String>,
    /// The instance, by the name that it was given, if it has one.
    pub instance: Option<String>,
    /// Who asked for the call, by an id of the caller's; none if the caller did not say.
    pub actor: Option<String>,
    /// What people call them, if the caller said so.
    pub actor_name: Option<String>,
    /// By what the caller finds the call again, if it said so.
    pub correlation_id: Option<String>,
}

impl CallFacts {
    /// The same with each text that somebody else than soar has a say in as `cover` gives it.
    pub fn covered(self, cover: impl Fn(&str) -> String) -> Self {
        let covered = |text: Option<String>| text.map(|text| cover(&text));
        Self {
            integration: cover(&self.integration),
            component: self.component,
            version: cover(&self.version),
            command: cover(&self.command),
            investigation: covered(self.investigation),
            source: self.source,
            case: covered(self.case),
            instance: covered(self.instance),
            actor: covered(self.actor),
            actor_name: covered(self.actor_name),
            correlation_id: covered(self.correlation_id),
        }
    }
}

/// A request that is about to leave.
#[derive(Clone, Debug, Serialize)]
pub struct SendingRecord<'a> {
    /// When it leaves: RFC 3339, UTC, in milliseconds.
    #[serde(serialize_with = "in_milliseconds")]
    pub time: jiff::Timestamp,
    /// The call that made it, new for each call.
    pub call: &'a str,
    /// Its number in the call, from 1.
    pub request: u64,
    /// Of which call.
    #[serde(flatten)]
    pub facts: &'a CallFacts,
    /// The method.
    pub method: &'a str,
    /// The URL; of the query the names alone.
    pub url: &'a str,
    /// The parameter whose credential is in the request; none if none is.
    pub credential: Option<&'a str>,
    /// Whose the credential is, by the server's id of the account; none if that is not known, or there is none.
    pub account: Option<&'a str>,
    /// What people call that account.
    pub account_name: Option<&'a str>,
}

/// A request, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord<'a> {
    /// When it was made: RFC 3339, UTC, in milliseconds.
    #[serde(serialize_with = "in_milliseconds")]
    pub time: jiff::Timestamp,
    /// The call that made it, new for each call.
    pub call: &'a str,
    /// Its number in the call, from 1: that of the record of its leaving, if it left.
    pub request: u64,
    /// Of which call.
    #[serde(flatten)]
    pub facts: &'a CallFacts,
    /// The method.
    pub method: &'a str,
    /// The URL; of the query the names alone.
    pub url: &'a str,
    /// Whether the policy let it pass.
    pub decision: Ruling,
    /// Why, for programs.
    pub code: &'a str,
    /// Why, for people.
    pub reason: &'a str,
    /// The parameter whose credential was put into the request; none if none was.
    pub credential: Option<&'a str>,
    /// Whose the credential is, by the server's id of the account; none if that is not known, or there is none.
    pub account: Option<&'a str>,
    /// What people call that account.
    pub account_name: Option<&'a str>,
    /// Why it is not known, for people; none if it is, or there is no credential.
    pub account_unknown: Option<&'a str>,
    /// Where a placeholder of a credential went out as it is: `url`, `header`, `body`. Nothing honest does that.
    pub placeholder_in: &'a [&'static str],
    /// The address that it went to; none if it went nowhere, or if a proxy or a recording knows.
    pub address: Option<SocketAddr>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why there was no answer or not all of it, for people.
    pub error: Option<&'a str>,
    /// The bytes of the request's body that were sent.
    pub sent_bytes: u64,
    /// The bytes of the answer's body that arrived, unpacked.
    pub received_bytes: u64,
    /// From the request to the end of its answer, in milliseconds.
    pub duration_ms: f64,
}

/// A time with three digits of its second, so that records sort by it as texts.
fn in_milliseconds<S: Serializer>(time: &jiff::Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}

/// What the policy decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The request could go.
    Allow,
    /// The request could not.
    Deny,
}

/// A call of a command.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord<'a> {
    /// When it began: RFC 3339, UTC, in milliseconds.
    #[serde(serialize_with = "in_milliseconds")]
    pub time: jiff::Timestamp,
    /// What its requests are recorded with.
    pub call: &'a str,
    /// Which call.
    #[serde(flatten)]
    pub facts: &'a CallFacts,
    /// `done`, the kind of its failure, or `cancelled` when whoever waited for it gave up.
    pub outcome: &'a str,
    /// The limit that stopped it, if one did.
    pub limit: Option<&'a str>,
    /// How many requests it made, refused ones too.
    pub requests: u64,
    /// How many of them were refused.
    pub denied: u64,
    /// The bytes of all requests' bodies.
    pub sent_bytes: u64,
    /// The bytes of all answers' bodies.
    pub received_bytes: u64,
    /// The most memory that the component had, in bytes; none if it did not run, or was given up.
    pub memory_bytes: Option<u64>,
    /// From its beginning to its end, in milliseconds.
    pub duration_ms: f64,
    /// What a command that changes something has made or changed; none of one that only reads, and of one that failed.
    pub result: Option<&'a Changed>,
}
