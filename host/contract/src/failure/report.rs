//! A failure in words and in JSON.

use crate::text;
use serde_json::{Map, Value};
use std::fmt;

/// The longest name of a command that an error shows, in characters: no component can have a longer one.
const LONGEST_NAME: usize = 64;

/// A failure as it is told: to programs as an object, to people as a sentence. A program that fails for reasons of its own, as
/// `soar` does, tells of them in the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The command, by the name that it was called by; none if none was called.
    pub command: Option<String>,
    /// What kind of failure it is.
    pub kind: &'static str,
    /// What happened and what would be right.
    pub message: String,
    /// What else is known.
    pub fields: Map<String, Value>,
}

impl Report {
    /// `{"command", "error": {"kind", "message", …}}`, without a command if none was called.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("kind".into(), self.kind.into());
        error.insert("message".into(), self.message.as_str().into());
        for (name, value) in &self.fields {
            // The server's own message has its place inside ours.
            let name = if name == "message" { "server_message" } else { name };
            error.insert(name.into(), value.clone());
        }
        let command = self.command.as_deref().map(|command| ("command".to_owned(), command.into()));
        command.into_iter().chain([("error".to_owned(), error.into())]).collect::<Map<_, _>>().into()
    }
}

/// Of a command: that it failed, and why. Else the message alone.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(command) = &self.command else { return f.write_str(&self.message) };
        let message = self.message.trim_end();
        let end = if message.ends_with(['.', '!', '?']) || message.contains('\n') { "" } else { "." };
        let space = if message.starts_with('\n') { "" } else { " " };
        let command = text::word(command, LONGEST_NAME);
        write!(f, "Failed to execute {command} command. Error:{space}{message}{end}")
    }
}

/// Requests for people: those that are alike once with their number, and no more than a few.
pub(super) fn alike_once(requests: &[String]) -> String {
    const MOST: usize = 8;
    let alike: Vec<&[String]> = requests.chunk_by(|one, next| one == next).collect();
    let line = |alike: &&[String]| match alike {
        [one] => one.clone(),
        [one, ..] => format!("{one} {} times", alike.len()),
        [] => String::new(),
    };
    let mut lines: Vec<String> = alike.iter().take(MOST).map(line).collect();
    let more: usize = alike.iter().skip(MOST).map(|alike| alike.len()).sum();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::alike_once;

    #[test]
    fn requests_that_are_alike_are_told_once() {
        let told = |lines: &[&str]| alike_once(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&["a", "b", "b", "a"]), "a; b 2 times; a");
        let many: Vec<String> = (0..20).flat_map(|number| [format!("{number}"), format!("{number}")]).collect();
        let told = alike_once(&many);
        assert!(told.starts_with("0 2 times; 1 2 times") && told.ends_with("7 2 times; and 24 more"), "{told}");
    }
}
