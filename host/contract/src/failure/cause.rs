//! The causes of failures, with what is known of each.

use super::{Failure, Reason};
use crate::arguments::ArgumentErrors;
use crate::entry::Entry;
use crate::limits::{Exceeded, Limit};
use crate::manifest;
use crate::names;
use crate::settings::ConfigurationError;
use crate::text;
use serde::Serialize;
use serde_json::{Map, Value};
use std::time::Duration;

/// So much of a component's reason is told to people, in bytes; the fields have all of it.
const LONGEST: usize = 64 * 1024;

/// Why a command gave nothing. Each case is a kind of its own but for those that the component may find out as well as the
/// host: arguments, settings, and that no answer came.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cause {
    /// What the component said.
    Reason {
        /// In its words: [`Reason`] has the kinds.
        reason: Box<Reason>,
        /// What the host knows and the component doesn't: which rule, which address, whose proxy. Of a request that was denied or
        /// not answered, or of a command that was stopped half-way.
        known: Option<String>,
        /// What the command needs, as its manifest says, where the account may not do something.
        permissions: Option<String>,
    },
    /// The component has no such command.
    UnknownCommand {
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// Arguments can't be used. Nothing was sent.
    Argument(ArgumentErrors),
    /// A setting is missing or wrong. Nothing was sent.
    Configuration(ConfigurationError),
    /// The call wanted more than it may have.
    Limit {
        /// Of what, and how much that is.
        exceeded: Exceeded,
        /// What the call was waiting for when its time was over.
        waiting: Option<String>,
    },
    /// No place to run in was free in time.
    Busy(Busy),
    /// The recording that answers has no such request.
    ReplayMiss {
        /// The method asked for.
        method: String,
        /// The URL asked for, without credentials.
        url: String,
        /// What was looked for, and which recorded request is the closest, for people.
        why: String,
    },
    /// The recording can't be kept or read.
    Recording(String),
    /// The caller's deadline came before the call's end.
    Deadline {
        /// How long the caller gave it.
        given: Duration,
        /// What the call was waiting for when its time was over.
        waiting: Option<String>,
    },
    /// The component did not keep to its own WIT: how, in one line or a [`block`](text::block).
    Contract(String),
    /// The component stopped: at what.
    Trap(String),
    /// Somebody on the way to the server, such as a proxy, lets nothing through: in whose words.
    Refused(String),
    /// The audit can't be kept, so no further request left.
    Audit {
        /// Why it can't.
        why: String,
        /// What came of the call all the same, if it had ended by then.
        result: Option<Box<Result<Entry, Failure>>>,
    },
    /// The server's answers repeated a credential too often: a component could guess with their help.
    Echo {
        /// The parameter whose credential it is.
        credential: String,
    },
}

/// Whose places to run in were all taken until a call's time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// The instance has so many calls under way, and may have no more.
    #[error(
        "no place to run in was free in time: calls of this instance that have not ended have all {0} that it may have. \
         Find out what they wait for, or give the instance a larger share of the host's pool"
    )]
    Instance(u32),
    /// The host has.
    #[error(
        "no place to run in was free in time: calls that have not ended have all {0} of the host. Find out what they wait \
         for, or give the host a larger pool"
    )]
    Host(u32),
}

impl Cause {
    /// The kinds that only a host finds; those of [`Reason::KINDS`] come besides.
    pub const KINDS: [&'static str; 10] = [
        "unknown_command",
        "replay_miss",
        "recording",
        "limit",
        "deadline",
        "busy",
        "echo",
        "trap",
        "contract",
        "audit",
    ];

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Cause::Reason { reason, .. } => reason.kind(),
            Cause::UnknownCommand { .. } => "unknown_command",
            Cause::Argument(_) => "argument",
            Cause::Configuration(_) => "configuration",
            Cause::Limit { .. } => "limit",
            Cause::Deadline { .. } => "deadline",
            Cause::Busy(_) => "busy",
            Cause::ReplayMiss { .. } => "replay_miss",
            Cause::Recording(_) => "recording",
            Cause::Contract(_) => "contract",
            Cause::Trap(_) => "trap",
            Cause::Refused(_) => "network",
            Cause::Audit { .. } => "audit",
            Cause::Echo { .. } => "echo",
        }
    }

    pub(super) fn is_wrong_call(&self) -> bool {
        match self {
            Cause::Reason { reason, .. } => matches!(**reason, Reason::Argument(_) | Reason::Configuration(_)),
            Cause::UnknownCommand { .. } | Cause::Argument(_) | Cause::Configuration(_) => true,
            _ => false,
        }
    }

    /// What happened to a command of this name, for people; hidden characters may be in it.
    pub(super) fn message(&self, command: &str) -> String {
        match self {
            Cause::Reason { reason, known, .. } => said(reason, known.as_deref()),
            Cause::UnknownCommand { nearest } => {
                let meant = nearest.as_ref().map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
                format!("there is no command {}{meant}", names::short(format_args!("{command:?}")))
            }
            Cause::Argument(errors) => errors.to_string(),
            Cause::Configuration(error) => error.to_string(),
            Cause::Limit { exceeded, waiting } => ended(exceeded.to_string(), waiting.as_deref()),
            Cause::Deadline { given, waiting } => {
                let given = shown(*given);
                let over = format!(
                    "over the caller's deadline: {given} after the call began. If it needs more, set a later one"
                );
                ended(over, waiting.as_deref())
            }
            Cause::Busy(busy) => busy.to_string(),
            Cause::ReplayMiss { why, .. } | Cause::Recording(why) | Cause::Contract(why) => why.clone(),
            Cause::Trap(why) => format!("the component stopped: {}", text::block(why)),
            Cause::Refused(words) => text::line(words).into_owned(),
            Cause::Audit { why, .. } => format!("the audit can't be kept: {why}"),
            Cause::Echo { credential } => format!(
                "the server's answers repeated the credential {credential} too often: what they repeat of it tells a \
                 component whether it has guessed right. Find out who repeats it: the server, or something in front of it"
            ),
        }
    }

    /// What else is known.
    pub(super) fn fields(&self) -> Map<String, Value> {
        match self {
            Cause::Reason { reason, known, permissions } => {
                let mut fields = of_reason(reason);
                if let (Reason::Denied(_) | Reason::Network(_), Some(known)) = (&**reason, known) {
                    fields.insert("cause".into(), text::line(known).into());
                }
                fields.extend(optional("permissions", permissions.as_deref()));
                fields
            }
            Cause::UnknownCommand { nearest } => optional("nearest", nearest.as_deref()).collect(),
            Cause::Argument(errors) => {
                let problems: Vec<_> = errors.iter().map(|error| (error.into(), error.to_string())).collect();
                manifest::fields(&problems)
            }
            Cause::Configuration(ConfigurationError { parameter, reason, expected }) => {
                texts([("parameter", &**parameter), ("reason", reason), ("expected", expected)])
            }
            Cause::Limit { exceeded: Exceeded { limit, allowed }, waiting } => {
                let mut fields = texts([("limit", limit.name()), ("allowed", &limit.show(*allowed))]);
                fields.extend(optional("cause", waiting.as_deref().map(text::line).as_deref()));
                fields
            }
            Cause::Deadline { given, waiting } => {
                let mut fields = texts([("allowed", &*shown(*given))]);
                fields.extend(optional("cause", waiting.as_deref().map(text::line).as_deref()));
                fields
            }
            Cause::Busy(Busy::Instance(places) | Busy::Host(places)) => one("places", *places),
            Cause::ReplayMiss { method, url, .. } => texts([("method", &**method), ("url", url)]),
            Cause::Audit { result: Some(result), .. } => match &**result {
                Ok(entry) => one("entry", entry.to_json()),
                Err(failure) => one("failure", failure.to_json()),
            },
            Cause::Echo { credential } => one("credential", credential.as_str()),
            Cause::Recording(_)
            | Cause::Contract(_)
            | Cause::Trap(_)
            | Cause::Refused(_)
            | Cause::Audit { result: None, .. } => Map::new(),
        }
    }
}

/// How long something took, as limits are shown.
fn shown(given: Duration) -> String {
    Limit::Time.show(given.into())
}

/// That a call was ended, and what it was waiting for then.
fn ended(over: String, waiting: Option<&str>) -> String {
    waiting.iter().fold(over, |over, waiting| format!("{over}. In the end: {}", text::line(waiting)))
}

/// What a component said, for people.
fn said(reason: &Reason, known: Option<&str>) -> String {
    let message = reason.to_string();
    let message = text::cut(&message, LONGEST);
    match (reason, known) {
        // Its lines are ours: what is not is one line in each.
        (Reason::Argument(_), _) => message.into_owned(),
        // What was done before, the component alone can tell; why nothing went on, the host.
        (Reason::Incomplete(_), Some(known)) => format!("{}. {}", text::block(&message), text::line(known)),
        _ => text::block(&message).into_owned(),
    }
}

/// The payload of a component's reason: its fields by their names.
fn of_reason(reason: &Reason) -> Map<String, Value> {
    match reason {
        Reason::Argument(errors) => {
            let problems: Vec<_> = errors.iter().map(|error| (error.clone(), error.to_string())).collect();
            manifest::fields(&problems)
        }
        Reason::Configuration(configuration) => object(configuration),
        Reason::RateLimited(seconds) => one("retry_after", *seconds),
        Reason::Incomplete(incomplete) => object(incomplete),
        Reason::UnexpectedAnswer(_) | Reason::Network(_) | Reason::Denied(_) => Map::new(),
        _ => reason.api().map(object).unwrap_or_default(),
    }
}

fn object(record: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        // A record is an object.
        _ => Map::new(),
    }
}

fn texts<const N: usize>(fields: [(&str, &str); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
}

fn one(name: &str, value: impl Into<Value>) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value.into())])
}

fn optional(name: &str, text: Option<&str>) -> impl Iterator<Item = (String, Value)> {
    text.map(|text| (name.to_owned(), text.into())).into_iter()
}

impl From<Reason> for Cause {
    fn from(reason: Reason) -> Self {
        Self::Reason { reason: reason.into(), known: None, permissions: None }
    }
}

impl From<ArgumentErrors> for Cause {
    fn from(errors: ArgumentErrors) -> Self {
        match errors.contract() {
            // Then the caller's own mistakes don't matter.
            Some(error) => Self::Contract(error.to_string()),
            None => Self::Argument(errors),
        }
    }
}

impl From<ConfigurationError> for Cause {
    fn from(error: ConfigurationError) -> Self {
        Self::Configuration(error)
    }
}

impl From<Exceeded> for Cause {
    fn from(exceeded: Exceeded) -> Self {
        Self::Limit { exceeded, waiting: None }
    }
}

impl From<Busy> for Cause {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}
