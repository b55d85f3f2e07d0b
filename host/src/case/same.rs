//! Whether two calls mean the same.

use super::Call;
use crate::Component;
use crate::arguments::{self, Unknown};
use crate::contract::Command;

impl Call {
    /// Whether these arguments mean the same to the command as the case's, with defaults, aliases and the rules for
    /// text applied. Those that can't be read are the same only if they are so letter for letter.
    #[must_use]
    pub fn has_arguments(&self, component: &Component, command: &Command, pairs: &[(String, String)]) -> bool {
        let record = component.function(command).and_then(|function| function.arguments.as_ref());
        let read = |pairs: &[(String, String)]| {
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            arguments::from_strings(command, record, pairs, Unknown::Refuse)
        };
        match (read(pairs), read(&self.arguments)) {
            (Ok(one), Ok(other)) => one == other,
            (Err(_), Err(_)) => sorted(pairs) == sorted(&self.arguments),
            _ => false,
        }
    }
}

fn sorted(pairs: &[(String, String)]) -> Vec<&(String, String)> {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort();
    pairs
}
