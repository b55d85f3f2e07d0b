//! Whether two calls mean the same.

use super::Call;
use soar_contract::arguments::{self, Unknown};
use soar_contract::manifest::Command;
use soar_contract::ty::Record;

impl Call {
    /// Whether these arguments mean the same to the command as the case's, with defaults, aliases and the rules for
    /// text applied. Those that can't be read are the same only if they are so letter for letter. `record` is the one of the
    /// command's arguments.
    #[must_use]
    pub fn has_arguments(&self, command: &Command, record: Option<&Record>, pairs: &[(String, String)]) -> bool {
        // To read megabytes for each case takes seconds, and so much more is no other way to write the same.
        if size(pairs) > size(&self.arguments).saturating_mul(8).saturating_add(MUCH) {
            return false;
        }
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

/// So many bytes more may be blanks, or escapes in JSON.
const MUCH: usize = 1 << 20;

fn size(pairs: &[(String, String)]) -> usize {
    pairs.iter().map(|(name, value)| name.len() + value.len()).sum()
}

fn sorted(pairs: &[(String, String)]) -> Vec<&(String, String)> {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort();
    pairs
}
