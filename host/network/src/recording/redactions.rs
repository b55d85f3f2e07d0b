use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::REDACTED;
use super::redact::REDACTED_ENCODED;
use soar_system::random;

/// Where in a request something stands for what was taken out, in bytes: there, and nowhere else, a recorded request is
/// the one that is made whatever that has.
///
/// The same words in a text without such a mark are those words: a message may be `[redacted]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redactions {
    /// In the URL, in their order.
    pub url: Vec<Range<usize>>,
    /// In the body, in their order.
    pub body: Vec<Range<usize>>,
}

impl Redactions {
    /// Whether nothing was taken out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.body.is_empty()
    }
}

/// What stands for anything in a text that is compared. It is random, and new in each process: nobody can write it.
pub(super) fn anything() -> &'static str {
    static WORD: OnceLock<String> = OnceLock::new();
    WORD.get_or_init(|| {
        let [high, low] = random::words();
        format!("any-{high:016x}{low:016x}")
    })
}

/// A text with [`anything`] in the marked places. Marks that are not in it, or not in their order, are none.
pub(super) fn marked<'a>(text: &'a [u8], marks: &[Range<usize>]) -> Cow<'a, [u8]> {
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut marked = Vec::with_capacity(text.len() + marks.len() * anything().len());
    let mut at = 0;
    for mark in marks {
        if let Some(before) = text.get(at..mark.start)
            && mark.end <= text.len()
        {
            marked.extend_from_slice(before);
            marked.extend_from_slice(anything().as_bytes());
            at = mark.end.max(mark.start);
        }
    }
    marked.extend_from_slice(&text[at..]);
    Cow::Owned(marked)
}

/// Whether something was taken out at this place of a text, so far as the text itself can tell.
pub(super) fn is_one(text: &[u8], place: &Range<usize>) -> bool {
    text.get(place.clone()).is_some_and(|word| word == REDACTED.as_bytes() || word == REDACTED_ENCODED.as_bytes())
}

/// Whether something was taken out of a text that is compared.
pub(crate) fn has_redacted(text: &str) -> bool {
    text.contains(anything())
}
