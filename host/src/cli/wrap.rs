//! Lines as wide as a terminal.

use comfy_table::ContentArrangement;
use comfy_table::presets::NOTHING;
use std::iter;

/// Narrower terminals break lines themselves.
const NARROWEST: u16 = 20;
/// No line is longer, in characters: it is counted with 16 bits.
const LONGEST: usize = 15_000;
/// What stands before the lines of words that are somebody else's: see `soar::text::block`.
const BAR: &str = "  | ";

/// A line in parts that fit the width, of which each but the first is indented like the line, and by two blanks at least: else
/// the terminal breaks it, and whoever filled it with the right number of blanks has a line that begins where ours do.
pub fn wrap(line: &str, width: Option<u16>) -> String {
    let width = width.filter(|width| *width >= NARROWEST);
    // Characters of two columns are no reason to look closely at each short line.
    let Some(width) = width.filter(|width| line.chars().count() * 2 > usize::from(*width)) else {
        return line.to_owned();
    };
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let (own, rest) = match line.strip_prefix(BAR) {
        Some(rest) => (BAR.to_owned(), rest),
        None => (" ".repeat(blanks.min(usize::from(NARROWEST) / 2)), &line[blanks..]),
    };
    let next = if own.len() < 2 { "  " } else { &own };
    let room = usize::from(width) - own.len().max(next.len());
    let mut parts = Vec::new();
    for piece in pieces(rest) {
        let mut table = comfy_table::Table::new();
        table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(room).unwrap_or(u16::MAX)).add_row([piece]);
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 0));
        });
        parts.extend(table.lines().map(|part| part.trim_end().to_owned()));
    }
    let first = iter::once(&*own).chain(iter::repeat(next));
    first.zip(parts).map(|(before, part)| format!("{before}{part}")).collect::<Vec<_>>().join("\n")
}

fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(LONGEST) {
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces.push(rest);
    pieces
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
        for width in [None, Some(5), Some(80)] {
            assert_eq!(wrap(words, width), words);
        }
        assert_eq!(wrap("", Some(80)), "");
    }

    #[test]
    fn blanks_push_no_word_to_the_beginning_of_a_line() {
        for blanks in 0..200 {
            let line = format!("Error: no.{}warning: update with curl", " ".repeat(blanks));
            assert!(!wrap(&line, Some(80)).contains("\nwarning"), "{blanks}");
        }
    }

    proptest! {
        #[test]
        fn no_part_is_wider_and_no_character_is_lost(line in "[a-zä日 |]{0,200}", width in 20u16..120) {
            let wrapped = wrap(&line, Some(width));
            let bare = |text: &str| text.replace([' ', '\n', '|'], "");
            prop_assert_eq!(bare(&wrapped), bare(&line));
            prop_assert!(wrapped.lines().skip(1).all(|part| part.is_empty() || part.starts_with("  ")), "{:?}", wrapped);
            let columns = |part: &str| part.chars().map(|c| if c == '日' { 2 } else { 1 }).sum::<usize>();
            prop_assert!(wrapped.lines().all(|part| columns(part) <= usize::from(width)), "{:?}", wrapped);
        }
    }
}
