//! Credentials in texts: found however they are written, and taken out.

mod covering;
mod decode;
mod finder;
mod secrets;
mod sentence;

pub use covering::Covering;
pub(crate) use decode::{Decoding, decode};
pub(crate) use finder::{Finder, Found};
pub use secrets::Secrets;

/// What stands where a credential was.
///
/// In a recorded request's path and values it stands for anything if it is marked in the request's [`Redactions`](crate::recording::Redactions): the
/// request that was recorded still matches. Without a mark it is a text like any other.
pub const REDACTED: &str = "[redacted]";

/// Takes credentials out of texts, and of exchanges: those known by their place (headers, parameters and fields
/// of well-known names) and given secrets wherever they occur.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    pub(crate) secrets: Secrets,
}

impl Redactor {
    /// One that also takes out these secrets.
    pub fn new(secrets: Secrets) -> Redactor {
        Redactor { secrets }
    }

    /// How much longer a body of this length can become at most by the secrets in it.
    pub(crate) fn growth(&self, length: u64, word: usize) -> u64 {
        self.secrets.growth(length, word)
    }

    /// Any text, without the given secrets.
    pub fn text(&self, text: &str) -> String {
        match self.secrets.is_empty() {
            true => text.to_owned(),
            false => self.secrets.covered(text),
        }
    }

    /// A text that is shown when a call is over: also without what was left of a secret where the text was cut.
    pub fn shown(&self, text: &str) -> String {
        self.secrets.without_beginnings(self.text(text))
    }

    /// A sentence of ours in which words of others stand in quotation marks or brackets, or are no plain words: without the given
    /// secrets in these. A word of ours stays, also where a secret is the same word.
    pub fn sentence(&self, text: &str) -> String {
        match self.secrets.is_empty() {
            true => text.to_owned(),
            false => self.secrets.covered_where(text, |range| {
                let is_whole = self.secrets.is_one(&text.as_bytes()[range.clone()]);
                !(is_whole && sentence::is_ours(text, range))
            }),
        }
    }

    /// A [`sentence`](Self::sentence) that is shown when a call is over: also without what was left of a secret where a text in it was
    /// cut.
    pub fn shown_sentence(&self, text: &str) -> String {
        self.secrets.without_beginnings(self.sentence(text))
    }
}
