//! What a command leaves behind: an entry of the War Room.

use serde_json::{Value, json};

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
