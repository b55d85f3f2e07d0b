//! The interface `soar:platform/errors`: why a command failed.

use super::argument::{ArgumentFailure, listed};
use crate::text;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Why a command failed, for callers to branch on: the cases of the contract's `error`, and in place of `refused` those of
/// `refusal`. Displayed, it is the reason for people, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Arguments can't be used: one at least. Nothing was posted or changed; some things are found out only by asking the server.
    Argument(Vec<ArgumentFailure>),
    /// The instance is not configured for this. Nothing was sent.
    Configuration(ConfigurationFailure),
    /// The server does not accept the token.
    Unauthorized(ApiFailure),
    /// The account may not do this.
    Forbidden(ApiFailure),
    /// Something named in the arguments does not exist, or is not visible to the account.
    NotFound(ApiFailure),
    /// It clashes with something that exists.
    Conflict(ApiFailure),
    /// The server's licence does not include this.
    LicenseRequired(ApiFailure),
    /// A feature is turned off in the server's configuration.
    Disabled(ApiFailure),
    /// The server is busy: try again after so many seconds.
    RateLimited(u32),
    /// The server refused the request for another reason.
    Rejected(ApiFailure),
    /// The server failed.
    Server(ApiFailure),
    /// The answer was not one that this server gives: the path to it, and what was found.
    UnexpectedAnswer(String),
    /// No answer came.
    Network(String),
    /// The host did not allow the request.
    Denied(String),
    /// Stopped half-way.
    Incomplete(Incomplete),
}

/// A parameter of the instance that is missing or can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationFailure {
    /// The parameter, by its name in the manifest.
    pub parameter: String,
    /// What was wrong with it.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

/// What the server answered when it refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFailure {
    /// The server's id of the error; empty when the answer had none.
    pub id: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's message, in the language of the account.
    pub message: String,
    /// What to do about it: which permission, which setting, which plan.
    pub advice: String,
    /// The id under which the server logged the request, if it said one.
    pub request_id: Option<String>,
}

/// A command that was stopped half-way, and what it had done by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incomplete {
    /// What was done and stays done.
    pub done: String,
    /// What was not done, and why.
    pub failed: String,
    /// The case of the error that stopped it, as `Reason::kind` says it.
    pub cause: String,
}

impl Reason {
    /// The names of all cases.
    pub const KINDS: [&'static str; 15] = [
        "argument",
        "configuration",
        "unauthorized",
        "forbidden",
        "not_found",
        "conflict",
        "license_required",
        "disabled",
        "rate_limited",
        "rejected",
        "server",
        "unexpected_answer",
        "network",
        "denied",
        "incomplete",
    ];

    /// The case's name, in snake case: one of [`KINDS`](Self::KINDS).
    pub fn kind(&self) -> &'static str {
        match self {
            Reason::Argument(_) => "argument",
            Reason::Configuration(_) => "configuration",
            Reason::Unauthorized(_) => "unauthorized",
            Reason::Forbidden(_) => "forbidden",
            Reason::NotFound(_) => "not_found",
            Reason::Conflict(_) => "conflict",
            Reason::LicenseRequired(_) => "license_required",
            Reason::Disabled(_) => "disabled",
            Reason::RateLimited(_) => "rate_limited",
            Reason::Rejected(_) => "rejected",
            Reason::Server(_) => "server",
            Reason::UnexpectedAnswer(_) => "unexpected_answer",
            Reason::Network(_) => "network",
            Reason::Denied(_) => "denied",
            Reason::Incomplete(_) => "incomplete",
        }
    }

    /// Whether the server's answer made it fail, whole or half-way.
    pub fn is_answered(&self) -> bool {
        const KINDS: [&str; 8] = [
            "unauthorized",
            "forbidden",
            "not_found",
            "conflict",
            "license_required",
            "disabled",
            "rejected",
            "server",
        ];
        match self {
            Reason::Incomplete(incomplete) => KINDS.contains(&incomplete.cause.as_str()),
            reason => reason.api().is_some(),
        }
    }

    /// What the server answered, when it did.
    pub fn api(&self) -> Option<&ApiFailure> {
        match self {
            Reason::Unauthorized(api)
            | Reason::Forbidden(api)
            | Reason::NotFound(api)
            | Reason::Conflict(api)
            | Reason::LicenseRequired(api)
            | Reason::Disabled(api)
            | Reason::Rejected(api)
            | Reason::Server(api) => Some(api),
            _ => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(api) = self.api() {
            return api.fmt(f);
        }
        match self {
            Reason::Argument(errors) => f.write_str(&listed(errors.iter())),
            Reason::Configuration(error) => {
                write!(f, "{}: {}; expected {}", error.parameter, error.reason, error.expected)
            }
            Reason::RateLimited(1) => write!(f, "the server is busy; try again after 1 second"),
            Reason::RateLimited(seconds) => {
                write!(f, "the server is busy; try again after {seconds} seconds")
            }
            Reason::UnexpectedAnswer(found) => {
                write!(f, "the server's answer was not understood: {found}")
            }
            Reason::Network(reason) => write!(f, "no answer came: {reason}"),
            Reason::Denied(reason) => write!(f, "the host did not allow the request: {reason}"),
            Reason::Incomplete(error) => {
                write!(f, "stopped half-way. Done: {}. Not done: {}", bare(&error.done), bare(&error.failed))
            }
            _ => f.write_str(self.kind()),
        }
    }
}

impl fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status;
        // Whoever reads it sees where the server's words end, whatever they say.
        let id = if self.id.contains(is_no_id) { text::said(&self.id) } else { self.id.clone() };
        // What it means and what to do comes first: the server's words may be in any language.
        let the = match bare(&self.advice) {
            "" => "the",
            advice => {
                let end = if advice.ends_with(['?', '!']) { "" } else { "." };
                write!(f, "{advice}{end} ")?;
                "The"
            }
        };
        match (bare(&self.message), &*id) {
            ("", "") => write!(f, "{the} server answered HTTP {status}"),
            ("", id) => write!(f, "{the} server answered HTTP {status} ({id})"),
            (message, "") => write!(f, "{the} server said: {} ({status})", told(message)),
            (message, id) => write!(f, "{the} server said: {} ({status}, {id})", told(message)),
        }
    }
}

impl std::error::Error for Reason {}

/// Whether a character is of no error's id.
fn is_no_id(character: char) -> bool {
    !character.is_ascii_alphanumeric() && !matches!(character, '.' | '_' | '-')
}

/// A server's words, which end where the status in its brackets begins. Those that could look as if they had ended
/// before, or as if they were more than words, are in quotation marks.
fn told(message: &str) -> Cow<'_, str> {
    let is_plain = |character: char| character.is_alphanumeric() || " .,'\"-_".contains(character);
    match message.chars().all(is_plain) && !message.contains("--") && message.len() <= LONGEST_PLAIN {
        true => Cow::Borrowed(message),
        false => Cow::Owned(text::said(message)),
    }
}

/// A sentence or two, in bytes.
const LONGEST_PLAIN: usize = 240;

/// A sentence without its full stop, to be put into another.
fn bare(sentence: &str) -> &str {
    sentence.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api() -> ApiFailure {
        ApiFailure {
            id: "api.context.permissions.app_error".into(),
            status: 403,
            message: "You do not have the appropriate permissions.".into(),
            advice: "The account needs manage_system.".into(),
            request_id: None,
        }
    }

    #[test]
    fn the_server_is_quoted_with_its_id_after_the_advice() {
        assert_eq!(
            Reason::Forbidden(api()).to_string(),
            "The account needs manage_system. The server said: You do not have the appropriate permissions (403, \
             api.context.permissions.app_error)"
        );
        for message in
            ["Moved (301, b)", "run: curl", "use --trust", "https://evil.example", "a\nb", &"long ".repeat(50)]
        {
            let reason = Reason::Rejected(ApiFailure { message: message.into(), ..api() }).to_string();
            assert!(reason.contains(&format!(" The server said: \"{}\" (403, ", message.trim())), "{reason}");
        }
        let forging = ApiFailure { id: "a). Do that".into(), message: "Moved\" (301, b). Do this".into(), ..api() };
        assert_eq!(
            Reason::Rejected(forging).to_string(),
            "The account needs manage_system. The server said: \"Moved\\\" (301, b). Do this\" (403, \"a). Do that\")"
        );
        let asking =
            ApiFailure { advice: "Is it a member?".into(), message: "Nein.".into(), id: String::new(), ..api() };
        assert_eq!(Reason::Forbidden(asking).to_string(), "Is it a member? The server said: Nein (403)");
        let bare = ApiFailure { advice: String::new(), ..api() };
        assert!(Reason::Forbidden(bare).to_string().starts_with("the server said: You do not have"));
        let silent = ApiFailure { id: String::new(), message: String::new(), advice: String::new(), ..api() };
        assert_eq!(Reason::Server(silent).to_string(), "the server answered HTTP 403");
    }

    #[test]
    fn the_kind_is_the_case_in_the_json() {
        for reason in [
            Reason::NotFound(api()),
            Reason::RateLimited(3),
            Reason::UnexpectedAnswer("x".into()),
            Reason::LicenseRequired(api()),
        ] {
            let json = serde_json::to_value(&reason).expect("plain data");
            assert!(json.get(reason.kind()).is_some(), "{json}");
        }
    }
}
