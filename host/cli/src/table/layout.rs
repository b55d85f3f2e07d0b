//! How wide the columns of a table are, and where the lines in them end.
//!
//! Ids, names and words stay in one piece: a line ends at a blank, or in a path or an address before `/`, `?`, `&` and `@`.

use crate::wrap::{self, columns};

/// Between two columns.
const GAP: usize = 2;
/// Before what was broken off a word.
const INDENT: usize = 2;
/// A column of words that is narrower than this is no pleasure to read.
const NARROW: usize = 20;

/// The columns' widths in a table of at most `width`; none if a piece would have to be broken, or a column become so narrow that the
/// rows are better told one below the other, or any cell would have to be broken where none may be.
pub fn widths(rows: &[Vec<String>], count: usize, width: usize, breaks: bool) -> Option<Vec<usize>> {
    let cells = |index: usize| rows.iter().filter_map(move |row| row.get(index));
    let natural: Vec<usize> =
        (0..count).map(|index| cells(index).flat_map(|cell| cell.lines()).map(columns).max().unwrap_or(0)).collect();
    let room = width.checked_sub(GAP * count.saturating_sub(1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural);
    }
    if !breaks {
        return None;
    }
    let least = |index: usize| {
        let pieces = cells(index).flat_map(|cell| cell.split_whitespace()).flat_map(pieces);
        pieces.map(columns).max().unwrap_or(0).max(natural[index].min(NARROW))
    };
    let mut widths: Vec<usize> = (0..count).map(least).collect();
    let mut left = room.checked_sub(widths.iter().sum())?;
    // To all that want more the same, and what one doesn't need to the others.
    loop {
        let wanting: Vec<usize> = (0..count).filter(|index| widths[*index] < natural[*index]).collect();
        let each = left.checked_div(wanting.len()).unwrap_or(0);
        if each == 0 {
            break;
        }
        for index in wanting {
            let more = each.min(natural[index] - widths[index]);
            widths[index] += more;
            left -= more;
        }
    }
    // What would be in more than two parts is better read in one.
    let longest = |index: usize| cells(index).flat_map(|cell| cell.split_whitespace()).map(columns).max().unwrap_or(0);
    (0..count).all(|index| widths[index] * 2 >= longest(index)).then_some(widths)
}

/// The parts of a word that stay in one piece each.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut before = None;
        let end = rest.char_indices().find_map(|(at, character)| {
            // Not within `://`, nor before the first character.
            let breaks = matches!(character, '?' | '&' | '@') || character == '/' && !matches!(before, Some('/' | ':'));
            before = Some(character);
            (breaks && at > 0).then_some(at)
        });
        let (piece, others) = rest.split_at(end.unwrap_or(rest.len()));
        rest = others;
        (!piece.is_empty()).then_some(piece)
    })
}

/// A cell in lines of at most `width` columns, which are two at least. What doesn't fit in one piece is broken anywhere.
pub fn lines(cell: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in cell.split('\n') {
        if columns(line) <= width {
            lines.push(line.to_owned());
            continue;
        }
        let (mut current, mut used) = (String::new(), 0);
        for (at, word) in line.split(' ').enumerate() {
            // A word that has room on a line of its own is not broken to fill one.
            let whole = columns(word);
            for (number, piece) in pieces(word).enumerate() {
                let blank = usize::from(at > 0 && number == 0);
                let own = columns(piece);
                let wanted = if number == 0 && whole <= width { whole } else { own };
                if !current.is_empty() && used + blank + wanted > width {
                    lines.push(std::mem::take(&mut current));
                    used = 0;
                    if number > 0 && own + INDENT <= width {
                        current.push_str(&" ".repeat(INDENT));
                        used = INDENT;
                    }
                } else if blank > 0 && !current.is_empty() {
                    current.push(' ');
                    used += blank;
                }
                let mut parts = if own > width { wrap::fold(piece, width) } else { vec![piece] };
                let last = parts.pop().unwrap_or_default();
                lines.extend(parts.into_iter().map(str::to_owned));
                current.push_str(last);
                used += columns(last);
            }
            // Blanks in a row stay, where there is room.
            if word.is_empty() && at > 0 && !current.is_empty() && used < width {
                current.push(' ');
                used += 1;
            }
        }
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_ends_where_a_part_does() {
        let path = "/api/v4/teams/{team}/channels/name/{channel}?include_deleted&page";
        assert_eq!(lines(path, 40), ["/api/v4/teams/{team}/channels/name", "  /{channel}?include_deleted&page"]);
        assert_eq!(lines("https://chat.example.com/sub/path", 26), ["https://chat.example.com", "  /sub/path"]);
        assert_eq!(lines("only GET /api/v4/channels", 18), ["only GET", "/api/v4/channels"]);
        assert_eq!(lines("a long.name@example.com b", 12), ["a long.name", "@example.com", "b"]);
        assert_eq!(lines("a\n\nb  c", 20), ["a", "", "b  c"]);
        assert_eq!(lines(&"x".repeat(10), 4), ["xxxx", "xxxx", "xx"]);
    }

    #[test]
    fn a_piece_that_would_be_broken_gives_no_widths() {
        let id = "abcdefghijklmnopqrstuvwxyz";
        let rows = |text: &str| vec![vec!["id".to_owned(), "text".to_owned()], vec![id.to_owned(), text.to_owned()]];
        assert_eq!(widths(&rows("short"), 2, 80, true), Some(vec![26, 5]));
        assert_eq!(widths(&rows(&"words ".repeat(20)), 2, 50, true), Some(vec![26, 22]));
        assert_eq!(widths(&rows(&"words ".repeat(20)), 2, 40, true), None);
        assert_eq!(widths(&rows(id), 2, 53, true), None);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_character_is_lost(cell in "([a-z]{1,9}[ /?@\n]|[日ä🇩]|\\PC| ){0,40}", width in 2usize..60) {
            let cell = soar::text::lines(&cell).replace('\t', " ");
            let broken = lines(&cell, width);
            prop_assert!(broken.iter().all(|line| columns(line) <= width), "{:?}", broken);
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&broken.join("\n")), bare(&cell));
        }

        #[test]
        fn what_fits_is_in_one_piece(words in prop::collection::vec("[a-z0-9_.-]{1,30}", 1..20), width in 30usize..80) {
            let broken = lines(&words.join(" "), width).join(" ");
            prop_assert_eq!(broken.split(' ').collect::<Vec<_>>(), words);
        }
    }
}
