//! Why a command gave nothing: one type, whoever found it out.
//!
//! What comes in: what the component said, what the host or its network stopped, what is wrong with an argument or a
//! setting; each is a case of [`Cause`]. What goes out: a [`Report`] of it, with a kind and fields for programs and a
//! message for people, which are listed in `docs/failures.md`.

mod cause;
mod report;
#[cfg(test)]
mod tests;

pub use crate::manifest::Reason;
pub use cause::{Busy, Cause};
pub use report::Report;

use crate::limits::Limit;
use crate::text;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;

/// Why a command gave nothing.
///
/// Programs branch on its [`cause`](Self::cause), or on its [`kind`](Self::kind) as a word. Displayed, it is a sentence for
/// people. What a component or a server said on several lines is indented behind bars there: no line of theirs looks like
/// one of ours.
///
/// ```
/// use soar_contract::failure::{Cause, Failure, Reason};
///
/// /// In how many seconds the same call may be tried again; none if it need not be.
/// fn again(failure: &Failure) -> Option<u32> {
///     match &failure.cause {
///         Cause::Busy(_) => Some(1),
///         Cause::Reason { reason, .. } => match **reason {
///             Reason::RateLimited(seconds) => Some(seconds),
///             _ => None,
///         },
///         _ => None,
///     }
/// }
///
/// let failure = Failure::new("get-thing", Reason::RateLimited(30));
/// assert_eq!((failure.kind(), again(&failure)), ("rate_limited", Some(30)));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The command, by the name that it was called by.
    pub command: String,
    /// Why.
    pub cause: Cause,
    /// Of a call that was ended: the requests that were sent before and may have changed something on the server, a line
    /// each, as they came.
    pub sent: Vec<String>,
}

impl Failure {
    /// The names of all fields; `docs/failures.md` says which failure has which. In JSON, `message` is called `server_message`.
    pub const FIELDS: [&'static str; 26] = [
        "argument",
        "parameter",
        "reason",
        "expected",
        "suggestion",
        "problems",
        "id",
        "status",
        "message",
        "advice",
        "request_id",
        "permissions",
        "retry_after",
        "done",
        "failed",
        "cause",
        "sent",
        "limit",
        "allowed",
        "places",
        "credential",
        "nearest",
        "method",
        "url",
        "entry",
        "failure",
    ];

    /// A failure before which nothing was sent that would have to be told.
    pub fn new(command: impl Into<String>, cause: impl Into<Cause>) -> Self {
        Self { command: command.into(), cause: cause.into(), sent: Vec::new() }
    }

    /// The same after these requests, a line each.
    #[must_use]
    pub fn after(self, sent: Vec<String>) -> Self {
        Self { sent, ..self }
    }

    /// What kind of failure it is, for programs to branch on: one of [`Reason::KINDS`] or [`Cause::KINDS`].
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.cause.kind()
    }

    /// What happened and what would be right, for people.
    #[must_use]
    pub fn message(&self) -> String {
        let message = self.cause.message(&self.command);
        let message = text::lines(&message);
        match self.sent.is_empty() {
            true => message.into_owned(),
            false => format!(
                "{message}. Sent before that, and perhaps done: {}",
                text::line(&report::alike_once(&self.sent))
            ),
        }
    }

    /// What else is known, by the names of [`Failure::FIELDS`].
    #[must_use]
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = self.cause.fields();
        if !self.sent.is_empty() {
            fields.insert("sent".into(), self.sent.as_slice().into());
        }
        fields
    }

    /// One of the fields, if it has that.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        self.fields().shift_remove(name)
    }

    /// Whether the call itself was wrong, so that the same call can never succeed.
    #[must_use]
    pub fn is_wrong_call(&self) -> bool {
        self.cause.is_wrong_call()
    }

    /// What the component said, if it did.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.cause {
            Cause::Reason { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// The limit that the call wanted more than, if it did.
    #[must_use]
    pub fn limit(&self) -> Option<Limit> {
        match &self.cause {
            Cause::Limit { exceeded, .. } => Some(exceeded.limit),
            _ => None,
        }
    }

    /// As it is told.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            command: Some(self.command.clone()),
            kind: self.kind(),
            message: self.message(),
            fields: self.fields(),
        }
    }

    /// `{"command", "error": {"kind", "message", …}}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.report().to_json()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl std::error::Error for Failure {}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
