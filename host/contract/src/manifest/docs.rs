//! What is said of a command.

use std::collections::BTreeMap;

/// The documentation of a command, from whatever has it: what its component carries, or a test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandDocs {
    /// What the command does.
    pub about: Option<String>,
    /// What is said of fields, by their paths of names in WIT: of arguments `user-name`, of results `people.create-at`.
    pub fields: BTreeMap<String, String>,
}
