//! The texts that people read: Markdown, as War Rooms show it.
//!
//! What isn't ours in them (a server's word, or that of any user of it) goes through [`Text`], in tables and in
//! sentences: it is shown as it is, and changes nothing around it. All that is written for that are CommonMark's
//! backslash escapes, so every reader of Markdown gives the text back. Of the rest:
//!
//! - What isn't seen, a line break too, is shown: `\n`, `\u{202e}` ([`text::is_hidden`]). The parts of an emoji that are
//!   joined by such characters stand side by side.
//! - Addresses (`https\://…`, `www\.…`) are no links where escapes are heeded. An e-mail address may become one to
//!   itself: GitHub's Markdown looks for them after the escapes.
//! - `\@name` at a word's beginning is a name, no mention.
//! - What Markdown knows on some platforms alone is escaped as well: XSOAR's colours `\{\{color:red\}\}(…)`, pictures by
//!   name `\:fire:`, mathematics `\$…\$`, and `\^`, `\==`.
//!
//! A text that stands at the beginning of a line would begin a list or a heading: ours stand before it.

#[cfg(test)]
mod properties;

use crate::text;
use std::fmt::{self, Write};

/// A table with a title: one row for each list of cells. A missing cell is empty. The title is Markdown, cells are not.
pub fn table<const N: usize, S: AsRef<str>>(
    title: &str,
    columns: [&str; N],
    rows: impl Iterator<Item = [Option<S>; N]>,
) -> String {
    let mut lines = String::new();
    rows.for_each(|row| push(&mut lines, &row.each_ref().map(|cell| cell.as_ref().map(AsRef::as_ref))));
    under(title, &columns, &lines)
}

/// The rows of a table under its title and header.
fn under(title: &str, columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return format!("### {title}\n**No entries.**");
    }
    format!("### {title}\n| {} |\n|{}{rows}", columns.join(" | "), " --- |".repeat(columns.len()))
}

fn push(lines: &mut String, row: &[Option<&str>]) {
    lines.push_str("\n|");
    for cell in row {
        lines.push(' ');
        // A text takes whatever is written to it.
        let _ = escape(lines, cell.unwrap_or_default());
        lines.push_str(" |");
    }
}

/// A text that isn't ours, in a sentence of Markdown.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(f, self.0)
    }
}

/// Where a byte has to be looked at: it may mean something in Markdown, or be of a character that isn't seen.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = byte < 0x20 || byte >= 0x7f;
        byte += 1;
    }
    let marks = br"\`*_~[]<>|&@:.{}$^=";
    let mut at = 0;
    while at < marks.len() {
        special[marks[at] as usize] = true;
        at += 1;
    }
    special
};

fn escape(output: &mut impl Write, text: &str) -> fmt::Result {
    let bytes = text.as_bytes();
    let (mut written, mut at) = (0, 0);
    // Nearly all texts have few of these, and lists have ten thousand texts.
    while let Some(next) = bytes[at..].iter().position(|byte| SPECIAL[usize::from(*byte)]) {
        at += next;
        let Some(c) = text[at..].chars().next() else { break };
        let hidden = text::is_hidden(c);
        if hidden || is_mark(bytes, at) {
            output.write_str(&text[written..at])?;
            output.write_char('\\')?;
            written = at;
        }
        at += c.len_utf8();
        if hidden {
            text::show(output, c)?;
            written = at;
        }
    }
    output.write_str(&text[written..])
}

/// Whether the byte means something in Markdown where it stands.
fn is_mark(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| text[at]);
    let after = text.get(at + 1).copied();
    let word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    match text[at] {
        b'\\' | b'`' | b'*' | b'~' | b'[' | b']' | b'<' | b'>' | b'|' => true,
        // Within a word it is a letter, and names are full of it.
        b'_' => !(word(before) && word(after)),
        b'&' => word(after) || after == Some(b'#'),
        b'@' => !word(before),
        b'$' | b'^' => true,
        mark @ (b'{' | b'}' | b'=') => before == Some(mark) || after == Some(mark),
        b':' => text[at..].starts_with(b"://") || is_emoji(&text[at..]),
        b'.' => text[..at].len() >= 3 && text[at - 3..at].eq_ignore_ascii_case(b"www"),
        _ => false,
    }
}

/// Whether a picture's name stands between two colons: `:white_check_mark:`.
fn is_emoji(text: &[u8]) -> bool {
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+-".contains(byte);
    let end = text[1..].iter().position(|byte| !named(byte));
    // A time of day is none.
    let name = |end| text[1..=end].iter().any(|byte| !byte.is_ascii_digit());
    end.is_some_and(|end| text[end + 1] == b':' && name(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_title_a_header_a_rule_and_rows() {
        let rows = [[Some("off-topic"), Some("Off | `Topic`\r\nagain")], [None, Some("a\nb\rc")]];
        assert_eq!(
            table("Channels:", ["name", "display_name"], rows.into_iter()),
            "### Channels:\n\
             | name | display_name |\n\
             | --- | --- |\n\
             | off-topic | Off \\| \\`Topic\\`\\\\r\\\\nagain |\n\
             |  | a\\\\nb\\\\rc |"
        );
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(table::<1, &str>("Users:", ["id"], std::iter::empty()), "### Users:\n**No entries.**");
    }

    #[test]
    fn marks_are_escaped_where_they_mean_something() {
        for (text, escaped) in [
            ("A<br>Incident 7 approved", r"A\<br\>Incident 7 approved"),
            ("{{color:green}}(APPROVED) :white_check_mark:", r"\{\{color:green\}\}(APPROVED) \:white_check_mark:"),
            ("a :+1::fire: 10:30:00, ::, x: y:", r"a \:+1:\:fire: 10:30:00, ::, x: y:"),
            ("==yes== a=b $x$ ^2^", r"\=\=yes\=\= a=b \$x\$ \^2\^"),
            ("![x](http://evil/y_z.png)", r"!\[x\](http\://evil/y_z.png)"),
            ("**bold** _it_ ~~no~~ `c` C:\\dir", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \`c\` C:\\dir"),
            ("system_user a__b &lt; R&D R & D", r"system_user a\_\_b \&lt; R\&D R & D"),
            ("@all dev@example.test www.a.b WWW.a w.b", r"\@all dev@example.test www\.a.b WWW\.a w.b"),
            ("a\u{202e}b\u{200b}\u{1b}é\u{9b}日本 👍", r"a\\u{202e}b\\u{200b}\\u{1b}é\\u{9b}日本 👍"),
            ("", ""),
            ("# 1. - + = (a) {b} !", "# 1. - + = (a) {b} !"),
        ] {
            assert_eq!(Text(text).to_string(), escaped);
        }
    }
}
