//! What a command leaves behind: an entry of the War Room, or a failure.

use crate::text;
use serde_json::{Map, Value, json};
use std::fmt;

/// The longest name of a command that an error shows, in characters: no component can have a longer one.
const LONGEST_NAME: usize = 64;

/// What a command gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The command, by the name that it was called by.
    pub command: String,
    /// The context outputs, an object by the first part of their prefixes; empty when there are none.
    pub context: Value,
    /// The text for people, as Markdown. Characters that would hide are shown by their numbers.
    pub readable: String,
    /// What else the result has: neither text nor context.
    pub rest: Value,
}

impl Entry {
    /// `{"command", "context", "readable"}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "command": self.command, "context": self.context, "readable": self.readable })
    }
}

/// Why a command gave nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The command, by the name that it was called by.
    pub command: String,
    /// What kind of failure it is, for programs to branch on: a case of the contract's `error`, or one of the
    /// host's own: `unknown_command`, `replay_miss`, `limit`, `trap`, `audit`, `contract`.
    pub kind: String,
    /// What happened and what would be right, for people. What a component or a server said on several lines is indented
    /// behind bars: no line of theirs looks like one of ours.
    pub message: String,
    /// What else is known, by the names of the contract in snake case.
    pub fields: Map<String, Value>,
    /// Whether the call itself was wrong, so that the same call can never succeed.
    pub wrong_call: bool,
}

impl Failure {
    /// A failure without fields, whose call was not wrong.
    pub(crate) fn new(command: &str, kind: &str, message: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            kind: kind.into(),
            message: text::lines(&message.into()).into_owned(),
            fields: Map::new(),
            wrong_call: false,
        }
    }

    /// A failure whose call was wrong.
    pub(crate) fn wrong(command: &str, kind: &str, message: impl Into<String>) -> Self {
        Self { wrong_call: true, ..Self::new(command, kind, message) }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// `{"command", "error": {"kind", "message", …}}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("kind".into(), self.kind.clone().into());
        error.insert("message".into(), self.message.clone().into());
        for (name, value) in &self.fields {
            // The server's own message has its place inside ours.
            let name = if name == "message" { "server_message" } else { name };
            error.insert(name.into(), value.clone());
        }
        json!({ "command": self.command, "error": error })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.trim_end();
        let end = if message.ends_with(['.', '!', '?']) || message.contains('\n') { "" } else { "." };
        let space = if message.starts_with('\n') { "" } else { " " };
        let command = text::word(&self.command, LONGEST_NAME);
        write!(f, "Failed to execute {command} command. Error:{space}{message}{end}")
    }
}

impl std::error::Error for Failure {}
