//! A credential's value.

use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The fewest characters of a credential that nobody guesses.
pub const NOT_GUESSABLE: usize = 16;

/// A credential's value. It is wiped from memory when its last clone is dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Keeps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Arc::new(Zeroizing::new(value)))
    }

    /// The same without blanks, line breaks and the marks of encodings at its ends: no token has any, and much that keeps
    /// tokens adds some.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let is_around = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
        let trimmed = self.expose().trim_matches(is_around);
        if trimmed.len() == self.expose().len() { self } else { Self::new(trimmed.to_owned()) }
    }

    /// Whether a component could find it by having a server repeat guesses: millions of them fit into an answer.
    pub fn is_guessable(&self) -> bool {
        !self.expose().is_empty() && self.expose().len() < NOT_GUESSABLE
    }

    /// The value, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
