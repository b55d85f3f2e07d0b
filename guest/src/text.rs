//! Words that aren't ours (a server's, its users', a playbook's) in plain text: errors, above all.
//!
//! Whatever they are, they stay on one line, no longer than [`MOST`], and every character of them is seen. Where
//! Markdown is read, [`crate::markdown::Text`] does the same and more.

use std::fmt::{self, Write};

/// The most characters that are shown of one text.
pub const MOST: usize = 1000;

/// The characters that aren't seen, or change how others are: controls, breaks of lines and paragraphs, formats
/// (Unicode's categories Cc, Zl, Zp, Cf), those that turn the direction of writing (Bidi_Control) and those that a
/// font may leave out (Default_Ignorable_Code_Point), and the empty pattern of Braille. A test compares them with Unicode's tables.
const HIDDEN: [(char, char); 28] = [
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character isn't seen, or changes how others are seen.
pub fn is_hidden(c: char) -> bool {
    // Nearly all are these, and lists have a million.
    if (' '..='~').contains(&c) {
        return false;
    }
    let after = HIDDEN.partition_point(|(first, _)| *first <= c);
    after > 0 && c <= HIDDEN[after - 1].1
}

/// Adds a hidden character as it is seen: `\n`, `\u{202e}`.
pub fn show(output: &mut impl Write, hidden: char) -> fmt::Result {
    hidden.escape_default().try_for_each(|c| output.write_char(c))
}

/// A text in a sentence: one line, all seen, cut after [`MOST`] characters.
pub struct Line<'a>(pub &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, self.0, "")
    }
}

/// The same in quotation marks, for what may be empty or end with a space: `"a \"b\""`.
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        shown(f, self.0, "\"\\")?;
        f.write_char('"')
    }
}

/// The text with a backslash before each of `escaped`.
fn shown(f: &mut fmt::Formatter<'_>, text: &str, escaped: &str) -> fmt::Result {
    for (at, c) in text.chars().enumerate() {
        if at == MOST {
            return f.write_char('…');
        }
        if is_hidden(c) {
            show(f, c)?;
        } else {
            if escaped.contains(c) {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
    }
    Ok(())
}

/// The start of a text, for an error.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::Parser;
    use regex_syntax::hir::{Class, HirKind};

    /// The characters of a class, as a crate that follows Unicode has them.
    fn class(pattern: &str) -> Vec<(char, char)> {
        let parsed = Parser::new().parse(pattern).unwrap();
        let HirKind::Class(Class::Unicode(class)) = parsed.into_kind() else { panic!("{pattern} is no class") };
        class.ranges().iter().map(|range| (range.start(), range.end())).collect()
    }

    #[test]
    fn what_is_hidden_is_what_unicode_says() {
        let unicode = class(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\x{2800}]");
        assert_eq!(unicode, HIDDEN);
        for c in '\0'..=char::MAX {
            let known = unicode.iter().any(|(first, last)| (*first..=*last).contains(&c));
            assert_eq!(is_hidden(c), known, "{c:?}");
        }
    }

    #[test]
    fn a_line_is_one_and_all_of_it_is_seen() {
        assert_eq!(
            Line("a\r\nwarning: \u{1b}[2J\u{202e}x\u{3164}é👍").to_string(),
            r"a\r\nwarning: \u{1b}[2J\u{202e}x\u{3164}é👍"
        );
        assert_eq!(Quoted("a \"b\" \\ \n").to_string(), r#""a \"b\" \\ \n""#);
        assert_eq!(Quoted("").to_string(), "\"\"");
    }

    #[test]
    fn a_long_text_is_cut() {
        let long = "ö".repeat(MOST + 1);
        assert_eq!(Line(&long).to_string(), format!("{}…", "ö".repeat(MOST)));
        assert_eq!(Line(&"ö".repeat(MOST)).to_string().chars().count(), MOST);
        assert_eq!(shorten(&long).chars().count(), 81);
    }
}
