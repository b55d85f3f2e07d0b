//! Lines as wide as a terminal.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// Narrower terminals break lines themselves.
const NARROWEST: u16 = 20;
/// What stands before the lines of words that are somebody else's: see `soar::text::block`.
const BAR: &str = "  | ";

/// The columns that a character takes.
fn columns_of(character: char) -> usize {
    match character {
        // Half of a flag is as wide as a whole one on some terminals.
        '\u{1f1e6}'..='\u{1f1ff}' => 2,
        _ => character.width().unwrap_or(1),
    }
}

/// The columns that a line takes. Escapes that set a style take none.
pub fn columns(line: &str) -> usize {
    let mut styled = false;
    line.chars().map(|character| width(character, &mut styled)).sum()
}

/// The columns of the next character of a line. Only our own styles begin with an escape: it is shown in words of others.
fn width(character: char, styled: &mut bool) -> usize {
    match (*styled, character) {
        (true, _) => {
            *styled = character != 'm';
            0
        }
        (false, '\u{1b}') => {
            *styled = true;
            0
        }
        (false, _) => columns_of(character),
    }
}

/// A line in parts of at most `room` columns, which are two at least: broken after a blank where there is one.
/// Blanks at a break are left out.
pub fn fold(line: &str, room: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut used, mut blank) = (0, 0, None);
    let mut styled = false;
    for (at, character) in line.char_indices() {
        let columns = width(character, &mut styled);
        while columns > 0 && used + columns > room && at > start {
            let end = match blank.take() {
                // A line that begins with blanks has nothing before them.
                Some(end) if character != ' ' && !line[start..end].trim_matches(' ').is_empty() => end,
                _ => at,
            };
            parts.push(line[start..end].trim_end_matches(' '));
            start = end;
            used = self::columns(&line[start..at]);
        }
        if character == ' ' && at == start && !parts.is_empty() {
            start = at + 1;
            continue;
        }
        used += columns;
        if character == ' ' {
            blank = Some(at + 1);
        }
    }
    if start < line.len() || parts.is_empty() {
        parts.push(line[start..].trim_end_matches(' '));
    }
    parts
}

/// A line in parts that fit the width, of which each but the first is indented like the line, and by two blanks at least: else
/// the terminal breaks it, and whoever filled it with the right number of blanks has a line that begins where ours do.
pub fn wrap(line: &str, width: Option<u16>) -> Cow<'_, str> {
    let Some(width) = width.filter(|width| *width >= NARROWEST).map(usize::from) else { return line.into() };
    // A tab has no width that could be counted with.
    let line: Cow<'_, str> = if line.contains('\t') { line.replace('\t', "    ").into() } else { line.into() };
    if columns(&line) <= width {
        return line;
    }
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let (own, rest) = match line.strip_prefix(BAR) {
        Some(rest) => (BAR.to_owned(), rest),
        None => (" ".repeat(blanks.min(usize::from(NARROWEST) / 2)), &line[blanks..]),
    };
    let next = if own.len() < 2 { "  " } else { &own };
    let parts = fold(rest, width - own.len().max(next.len()));
    format!("{own}{}", parts.join(&format!("\n{next}"))).into()
}

/// Lines for a terminal of this width, each as [`wrap`] breaks it: what every text goes through on its way there.
pub fn screen(text: &str, width: Option<u16>) -> Cow<'_, str> {
    match width {
        None => text.into(),
        Some(_) => {
            let mut screen = String::with_capacity(text.len());
            for (index, line) in text.split('\n').enumerate() {
                screen.push_str(if index > 0 { "\n" } else { "" });
                screen.push_str(&wrap(line, width));
            }
            screen.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_follows_is_indented_like_the_line() {
        let words = "one two three four five six";
        assert_eq!(wrap(words, Some(20)), "one two three four\n  five six");
        assert_eq!(wrap(&format!("  {words}"), Some(20)), "  one two three four\n  five six");
        assert_eq!(wrap(&format!("  | {words}"), Some(20)), "  | one two three\n  | four five six");
        assert_eq!(wrap(&"x".repeat(30), Some(20)), format!("{}\n  {}", "x".repeat(18), "x".repeat(12)));
        assert_eq!(wrap(&"漢".repeat(11), Some(20)), format!("{}\n  {}", "漢".repeat(9), "漢".repeat(2)));
        for width in [None, Some(5), Some(80)] {
            assert_eq!(wrap(words, width), words);
        }
        assert_eq!(wrap("", Some(80)), "");
    }

    #[test]
    fn blanks_push_no_word_to_the_beginning_of_a_line() {
        for blank in [" ", "\u{3000}", "·"] {
            for blanks in 0..200 {
                let line = format!("Error: no.{}warning: update with curl", blank.repeat(blanks));
                assert!(!wrap(&line, Some(80)).contains("\nwarning"), "{blanks}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_row_is_wider_and_none_but_the_first_begins_where_ours_do(line in "([a-z ]|[ä日\u{3000}|\t🇩👍é]|\\PC){0,200}", width in 20u16..120) {
            let line = soar::text::lines(&line).replace('\n', "");
            let wrapped = wrap(&line, Some(width));
            let bare = |text: &str| text.replace([' ', '\n', '|', '\t'], "");
            prop_assert_eq!(bare(&wrapped), bare(&line));
            prop_assert!(wrapped.lines().skip(1).all(|part| part.starts_with("  ")), "{:?}", wrapped);
            prop_assert!(wrapped.lines().all(|part| columns(part) <= usize::from(width)), "{:?}", wrapped);
            let bold = format!("\u{1b}[1m{line}\u{1b}[0m");
            let wrapped = wrap(&bold, Some(width));
            prop_assert!(wrapped.lines().all(|part| columns(part) <= usize::from(width)), "{:?}", wrapped);
        }
    }
}
