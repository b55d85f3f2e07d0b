//! Words that are not ours, on every way out: to a terminal, into a record, a file or an error.
//!
//! A server, any user of it, a component, a file or an argument can have anything in a name. So whatever is shown of them
//! goes through here: [`line()`] for what is one line, [`block`] for what may have several, [`lines`] for text whose lines
//! are ours, [`quoted`] for names in a sentence, [`json`] for what programs read, [`word`] and [`cut`] for what may be long.
//!
//! A character is *hidden* if it can't be seen or changes how others are seen: [`is_hidden`]. Each of them is shown by its
//! number, such as `\u{202e}`, and line breaks as `\n`. That holds for the joiners and selectors inside of emoji as well:
//! a family is then shown as its members with numbers between them, which is not pretty, and nothing can hide in it.

mod cut;
mod hidden;
pub mod json;
#[cfg(test)]
mod properties;
mod quoted;

pub use cut::{cut, word};
pub use hidden::is_hidden;
pub use quoted::{quoted, said};

use std::borrow::Cow;

/// A text as one line, with every hidden character shown.
///
/// ```
/// assert_eq!(soar_contract::text::line("a\nb\u{202e}\u{1b}[2J"), r"a\nb\u{202e}\u{1b}[2J");
/// ```
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, is_hidden)
}

/// A text whose lines are ours, with every hidden character shown but line breaks and tabs.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    let hidden = |character| is_hidden(character) && !matches!(character, '\n' | '\t');
    match text.contains("\r\n") {
        true => shown(&text.replace("\r\n", "\n"), hidden).into_owned().into(),
        false => shown(text, hidden),
    }
}

/// Words of somebody else that may have several lines. One line is given as [`line()`] does; several begin with a line
/// break, and each is indented behind a bar, so that none of them can be taken for a line of ours.
///
/// ```
/// assert_eq!(soar_contract::text::block("no such team"), "no such team");
/// assert_eq!(soar_contract::text::block("no\nwarning: none"), "\n  | no\n  | warning: none");
/// ```
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(['\r', '\n']);
    if !text.contains('\n') {
        return line(text);
    }
    let mut block = String::with_capacity(text.len() + 64);
    for part in text.split('\n') {
        block.push_str("\n  | ");
        block.push_str(&line(part.strip_suffix('\r').unwrap_or(part)));
    }
    block.into()
}

/// How many bytes [`lines`] takes for its copy of a text, at most; none if there is nothing to be shown in it.
pub fn more(text: &str) -> u64 {
    /// `\u{10ffff}`, more than which no escape has.
    const LONGEST: usize = 10;
    match text.chars().filter(|character| is_hidden(*character) && !matches!(character, '\n' | '\t')).count() {
        0 => 0,
        // A copy without carriage returns, and one in which each hidden character is an escape.
        hidden => (2 * text.len() + LONGEST * hidden) as u64,
    }
}

fn shown(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&hidden) else { return Cow::Borrowed(text) };
    let mut output = String::with_capacity(text.len() + 16);
    output.push_str(&text[..first]);
    for character in text[first..].chars() {
        match hidden(character) {
            // No hidden one is a quote or a backslash, which this would escape, too.
            true => output.extend(character.escape_default()),
            false => output.push(character),
        }
    }
    Cow::Owned(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_what_hides_and_leaves_the_rest() {
        for (text, expected) in [
            ("", ""),
            ("C:\\new \"quoted\" 日本 ä 😀", "C:\\new \"quoted\" 日本 ä 😀"),
            ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
            ("\u{1b}[2J\u{9b}\u{7f}\u{85}", "\\u{1b}[2J\\u{9b}\\u{7f}\\u{85}"),
            ("\u{200b}\u{200e}\u{200f}\u{61c}", "\\u{200b}\\u{200e}\\u{200f}\\u{61c}"),
            ("\u{2028}\u{2029}\u{feff}\u{202e}", "\\u{2028}\\u{2029}\\u{feff}\\u{202e}"),
            ("\u{3164}\u{2800}\u{e0041}", "\\u{3164}\\u{2800}\\u{e0041}"),
            ("❤\u{fe0f}", "❤\\u{fe0f}"),
        ] {
            assert_eq!(line(text), expected);
        }
    }

    #[test]
    fn lines_keep_their_breaks() {
        assert_eq!(lines("a\r\nb\n\tc\rd\u{2028}e"), "a\nb\n\tc\\rd\\u{2028}e");
        assert!(matches!(lines("a\n\tb"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_block_is_one_line_or_all_of_it_is_indented() {
        assert_eq!(block("one\u{1b}\n"), "one\\u{1b}");
        assert_eq!(block("one\r\n\r\nwarning: \u{202e}\n"), "\n  | one\n  | \n  | warning: \\u{202e}");
        // A break that is no line break of ours is none of its own.
        assert_eq!(block("one\u{2028}error: two"), "one\\u{2028}error: two");
    }
}
