//! What one call is a part of: who asked for it, in which investigation, under which number of the caller's, until when.

use crate::text;
use std::fmt;
use std::str::FromStr;
use std::time::Instant;

/// What one call is a part of. An instance is configured once; this differs from call to call, also of calls at once.
///
/// It reaches the platform, the audit and the spans of `tracing`. Of it the component sees the investigation, and how much
/// time it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallContext {
    /// The investigation that the command runs in, if any.
    pub investigation: Option<Investigation>,
    /// Who asked for it, if the caller says so.
    pub actor: Option<Actor>,
    /// By what the caller finds the call again in records of its own. The call has an id of soar's beside it.
    pub correlation_id: Option<CorrelationId>,
    /// When it must have ended, waiting included; the limit `time` counts, too, and the earlier of the two ends it. None for
    /// the limit alone.
    pub deadline: Option<Instant>,
}

impl CallContext {
    /// One of a call that is a part of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same in an investigation.
    #[must_use]
    pub fn with_investigation(self, investigation: Investigation) -> Self {
        Self { investigation: Some(investigation), ..self }
    }

    /// The same for somebody.
    #[must_use]
    pub fn with_actor(self, actor: Actor) -> Self {
        Self { actor: Some(actor), ..self }
    }

    /// The same under an id of the caller's.
    #[must_use]
    pub fn with_correlation_id(self, id: CorrelationId) -> Self {
        Self { correlation_id: Some(id), ..self }
    }

    /// The same until then at the latest.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }
}

/// An investigation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Investigation {
    /// Its id: `109`.
    pub id: String,
    /// The address of its War Room, for people.
    pub war_room_url: Option<String>,
    /// Whether it is somebody's playground, which no one else sees.
    pub playground: bool,
}

/// Who asked for a call: a person, or a playbook or service that has an account of its own. As the caller says it; soar checks
/// nobody's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// By what the caller knows them: `anna@soc.example`, `playbook:phishing`.
    pub id: String,
    /// What people call them, if that is something else.
    pub name: Option<String>,
}

impl Actor {
    /// Somebody by their id.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), name: None }
    }

    /// The same with a name for people.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }
}

/// A caller's id of a call: printable, without blanks around it, of 1 to 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CorrelationId(String);

/// The most bytes of a correlation id.
const LONGEST: usize = 128;

/// What is no correlation id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("got {}; expected 1 to {LONGEST} bytes that can be printed, without blanks around them", text::quoted(&text::cut(got, LONGEST)))]
pub struct CorrelationIdError {
    /// What was given.
    pub got: String,
}

impl CorrelationId {
    /// Checks it.
    ///
    /// # Errors
    /// If it is empty or longer than 128 bytes, has blanks around it, or has a character that can't be printed.
    pub fn new(id: impl Into<String>) -> Result<Self, CorrelationIdError> {
        let id = id.into();
        let is_one = (1..=LONGEST).contains(&id.len()) && id.trim() == id && !id.contains(text::is_hidden);
        if is_one { Ok(Self(id)) } else { Err(CorrelationIdError { got: id }) }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CorrelationId {
    type Err = CorrelationIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_id_can_be_printed() {
        for right in ["a", "0f1e-2d", "task 7 of 9", "größe", &"x".repeat(128)] {
            assert_eq!(CorrelationId::new(right).unwrap().as_str(), right);
        }
        for wrong in ["", " ", " a", "a\n", "a\nb", "a\u{202e}b", "a\u{1b}[2J", &"x".repeat(129)] {
            let said = CorrelationId::new(wrong).unwrap_err().to_string();
            assert!(said.contains("expected 1 to 128 bytes") && !said.contains(text::is_hidden), "{said}");
        }
    }
}
