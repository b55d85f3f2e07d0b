//! The audit: a record of every request that is about to leave, of every one that a component made or tried to make, and
//! of every call.
//!
//! As JSON it is one line a record. Names are stable: fields may be added, none is renamed or removed. No record holds
//! a credential, the value of a query parameter, a body, or an argument of the call.

use crate::files::{self, append};
use crate::text::json;
use crate::transport::Source;
use serde::{Serialize, Serializer};
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

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
    /// The integration, by its name in the manifest.
    pub integration: &'a str,
    /// The component, by the digest of its bytes: `sha256:…`.
    pub component: &'a str,
    /// The command, by its name in the manifest.
    pub command: &'a str,
    /// The investigation in which the command ran, if any.
    pub investigation: Option<&'a str>,
    /// Who answers: a server, or a recording, and then nothing is sent.
    pub source: Source,
    /// The recorded case or file that answers; none if a server does.
    pub case: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The URL; of the query the names alone.
    pub url: &'a str,
    /// The parameter whose credential is in the request; none if none is.
    pub credential: Option<&'a str>,
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
    /// The integration, by its name in the manifest.
    pub integration: &'a str,
    /// The component, by the digest of its bytes: `sha256:…`.
    pub component: &'a str,
    /// The command, by its name in the manifest.
    pub command: &'a str,
    /// The investigation in which the command ran, if any.
    pub investigation: Option<&'a str>,
    /// Who answers: a server, or a recording, and then nothing is sent.
    pub source: Source,
    /// The recorded case or file that answers; none if a server does.
    pub case: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The URL; of the query the names alone.
    pub url: &'a str,
    /// Whether the policy let it pass.
    pub decision: Decision,
    /// Why, for programs.
    pub code: &'a str,
    /// Why, for people.
    pub reason: &'a str,
    /// The parameter whose credential was put into the request; none if none was.
    pub credential: Option<&'a str>,
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
pub enum Decision {
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
    /// The integration, by its name in the manifest.
    pub integration: &'a str,
    /// The component, by the digest of its bytes: `sha256:…`.
    pub component: &'a str,
    /// The integration's version.
    pub version: &'a str,
    /// The command, by its name in the manifest.
    pub command: &'a str,
    /// The investigation in which it ran, if any.
    pub investigation: Option<&'a str>,
    /// Who answered its requests: a server, or a recording, and then nothing was sent.
    pub source: Source,
    /// The recorded case or file that answered; none if a server did.
    pub case: Option<&'a str>,
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
}

/// The audit as JSON lines: `{"event": "sending", …}`, `{"event": "request", …}` and `{"event": "call", …}`. Each line is
/// written and flushed at once; a file opened for appending may be moved away and opened anew by whoever rotates it.
///
/// What `out` has after a flush is what the audit is worth when the process is killed, or the machine stops: a
/// [`File`] has given it to the system then, a [`Durable`] one to the disk.
#[derive(Debug)]
pub struct JsonLines<W>(Mutex<Out<W>>);

#[derive(Debug)]
struct Out<W> {
    out: W,
    /// A line was not written to its end: the next one must not go on with it.
    broken: bool,
}

/// A file whose content is on the disk whenever it is flushed.
#[derive(Debug)]
pub struct Durable(File);

impl Write for Durable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl JsonLines<Durable> {
    /// Appends to the file at a path, which is made for this user alone if there is none. Each line is on the disk before
    /// what it tells of goes on. What another process did not write to its end stays a line by itself.
    ///
    /// # Errors
    /// If the file can't be opened or written, is a link, a folder, a pipe, a device or a socket, or belongs to another
    /// user, or others may read or write it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, files::Error> {
        Ok(Self::new(Durable(append(path.as_ref())?)))
    }
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self(Mutex::new(Out { out, broken: false }))
    }

    fn line(&self, event: &'static str, record: &impl Serialize) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a, R> {
            event: &'static str,
            #[serde(flatten)]
            record: &'a R,
        }
        let mut line = Vec::new();
        json::write(&mut line, &Line { event, record })?;
        line.push(b'\n');
        let Out { out, broken } = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(broken, true) {
            line.insert(0, b'\n');
        }
        out.write_all(&line)?;
        out.flush()?;
        *broken = false;
        Ok(())
    }
}

impl<W: Write + Send + 'static> Audit for JsonLines<W> {
    fn sending(&self, sending: &SendingRecord<'_>) -> io::Result<()> {
        self.line("sending", sending)
    }

    fn request(&self, request: &RequestRecord<'_>) -> io::Result<()> {
        self.line("request", request)
    }

    fn call(&self, call: &CallRecord<'_>) -> io::Result<()> {
        self.line("call", call)
    }
}
