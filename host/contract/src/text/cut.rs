//! What is too long to be shown whole.

use super::line;
use std::borrow::Cow;

/// The beginning of a text, of `most` bytes at most, with a mark that says how much is not there. Hidden characters stay.
///
/// ```
/// assert_eq!(soar_contract::text::cut("abcdef", 4), "abcd[… 2 bytes more]");
/// ```
#[must_use]
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.get(..text.floor_char_boundary(most)) {
        Some(kept) if kept.len() < text.len() => format!("{kept}[… {} bytes more]", text.len() - kept.len()).into(),
        _ => text.into(),
    }
}

/// A text as one line like [`line()`], of which `most` characters are shown at most, and then `…`.
#[must_use]
pub fn word(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line(&text[..end])).into(),
        None => line(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("short", 1000), "short");
        assert_eq!(cut(&"ä".repeat(600), 1001), format!("{}[… 200 bytes more]", "ä".repeat(500)));
        assert_eq!(word("short", 5), "short");
        assert_eq!(word("a\nlong one", 3), "a\\nl…");
    }
}
