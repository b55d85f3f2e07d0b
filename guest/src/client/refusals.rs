//! What is wrong with the arguments of a call: all of it is found before any of it is told.

use super::error::{ArgumentError, Error};
use crate::text::{Quoted, shorten};

/// What was found so far.
#[derive(Default)]
pub struct Refusals(Vec<ArgumentError>);

impl Refusals {
    /// Adds what is wrong with an argument: the reason follows its name, and `was expected` what would be right.
    pub fn add(&mut self, argument: &str, reason: &str, expected: &str) {
        self.suggest(argument, reason.into(), expected, None);
    }

    /// Adds a value that can't be used, and the one that was probably meant.
    pub fn value(&mut self, argument: &str, value: &str, expected: &str, suggestion: Option<String>) {
        self.suggest(argument, format!("is {}", Quoted(&shorten(value))), expected, suggestion);
    }

    fn suggest(&mut self, argument: &str, reason: String, expected: &str, suggestion: Option<String>) {
        self.0.push(ArgumentError { argument: argument.into(), reason, expected: expected.into(), suggestion });
    }

    /// Adds what is wrong with the last argument, and gives the error; or what was read of it, if nothing is wrong.
    pub fn end_with<T>(mut self, last: Result<T, ArgumentError>) -> Result<T, Error> {
        match last {
            Ok(read) => self.end().map(|()| read),
            Err(error) => {
                self.0.push(error);
                Err(Error::Argument(self.0))
            }
        }
    }

    /// The error, if anything is wrong.
    pub fn end(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Argument(self.0)) }
    }
}

#[cfg(test)]
impl Refusals {
    /// What was found, as people are told.
    pub fn told(&self) -> Vec<String> {
        let told = |error: &ArgumentError| {
            let meant = error.suggestion.as_ref().map(|meant| format!(": {meant}?")).unwrap_or_default();
            format!("{} {}; {}{meant}", error.argument, error.reason, error.expected)
        };
        self.0.iter().map(told).collect()
    }
}
