//! The Markdown of entries, for a terminal.
//!
//! Headings and tables are rendered. Everything else is passed on as it is: a command's message is full of names, ids
//! and addresses from a server, and must not lose a character to an accidental emphasis.

use super::table::Table;
use super::terminal::{BOLD, printable};
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Renders `markdown`, with tables made to fit `width` columns if one is given. Ends with a line break unless empty.
pub fn render(markdown: &str, width: Option<u16>) -> String {
    let source = printable(markdown);
    let mut output = String::with_capacity(source.len());
    let mut done = 0;
    for (range, block) in blocks(&source) {
        plain(&mut output, &source[done..range.start]);
        match block {
            Block::Heading => heading(&mut output, &source[range.clone()]),
            Block::Table(table) => output.push_str(&table.render(width)),
        }
        done = range.end;
    }
    plain(&mut output, &source[done..]);
    let end = output.trim_end_matches('\n').len();
    output.truncate(end);
    if !output.is_empty() {
        output.push('\n');
    }
    output
}

enum Block {
    Heading,
    Table(Table),
}

/// The headings and tables of the text that are not inside of another block, with the ranges of their source.
fn blocks(source: &str) -> Vec<(Range<usize>, Block)> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut table: Option<Reading> = None;
    for (event, range) in Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                match tag {
                    // One underlined with `---` may be a message with a rule in it.
                    Tag::Heading { .. } if depth == 0 && source[range.clone()].starts_with('#') => {
                        found.push((range, Block::Heading));
                    }
                    Tag::Table(alignments) if depth == 0 => {
                        table =
                            Some(Reading { range, alignments, header: Vec::new(), rows: Vec::new(), row: Vec::new() });
                    }
                    Tag::TableCell => {
                        if let Some(table) = &mut table {
                            table.row.push(cell(&source[range]));
                        }
                    }
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match (tag, &mut table) {
                    (TagEnd::TableHead, Some(table)) => table.header = std::mem::take(&mut table.row),
                    (TagEnd::TableRow, Some(table)) => table.rows.push(std::mem::take(&mut table.row)),
                    (TagEnd::Table, Some(_)) => {
                        if let Some(read) = table.take() {
                            found.push((read.range.clone(), Block::Table(read.into_table())));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

struct Reading {
    range: Range<usize>,
    alignments: Vec<Alignment>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
}

impl Reading {
    fn into_table(self) -> Table {
        let mut table = Table::new(self.header);
        for (column, alignment) in self.alignments.iter().enumerate() {
            if *alignment == Alignment::Right {
                table.right(column);
            }
        }
        for row in self.rows {
            table.row(row);
        }
        table
    }
}

/// A cell's text as it was before it was put into a table.
fn cell(source: &str) -> String {
    let source = source.trim();
    let source = source.strip_prefix('|').unwrap_or(source).trim();
    source.replace("\\|", "|").replace("\\`", "`").replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n")
}

fn heading(output: &mut String, source: &str) {
    let text = source.trim_start_matches('#').trim();
    output.push_str(&format!("{BOLD}{text}{BOLD:#}\n"));
}

fn plain(output: &mut String, source: &str) {
    for line in source.split_inclusive('\n') {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        match text.strip_prefix("**").and_then(|text| text.strip_suffix("**")) {
            Some(strong) if !strong.is_empty() && !strong.contains('*') => {
                output.push_str(&format!("{BOLD}{strong}{BOLD:#}{end}"));
            }
            _ => output.push_str(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unstyled(markdown: &str, width: Option<u16>) -> String {
        render(markdown, width).replace("\u{1b}[1m", "").replace("\u{1b}[0m", "")
    }

    #[test]
    fn a_table_is_aligned_and_its_heading_is_bold() {
        let text = "### Channels:\n|name|id|\n|---|---|\n|town-square|abc|\n|ä|日本|\n";
        assert_eq!(
            unstyled(text, None),
            "Channels:\nname         id\n─────────────────\ntown-square  abc\nä            日本\n"
        );
        assert!(render(text, None).starts_with("\u{1b}[1mChannels:\u{1b}[0m\n\u{1b}[1mname"));
    }

    #[test]
    fn what_was_escaped_in_a_cell_is_undone() {
        let text = "|a|b|\n|---|---|\n|x\\|y|one<br>two|\n|\\`code\\`|C:\\dir|\n";
        assert_eq!(unstyled(text, None), "a       b\n──────────────\nx|y     one\n        two\n`code`  C:\\dir\n");
    }

    #[test]
    fn a_backslash_before_a_bar_keeps_the_columns() {
        // As tables are made: bars are escaped, backslashes are not.
        let text = "| a | b |\n| --- | --- |\n| C:\\ | end |\n| x\\\\|y | end |\n";
        assert_eq!(unstyled(text, None), "a     b\n─────────\nC:\\   end\nx\\|y  end\n");
    }

    #[test]
    fn plain_text_is_passed_on_as_it_is() {
        for text in [
            "The member snake_case_name was added, with channel ID: _abc_\n",
            "file my_file_1.txt <b>&amp; *stars* `ticks` [link](http://x/y_z) was sent to a~b~\n",
            "* not a list\n1. neither\n> nor a quote\n    nor code\n",
            "text\n---\n",
        ] {
            assert_eq!(unstyled(text, Some(20)), text);
        }
    }

    #[test]
    fn an_empty_table_and_an_empty_text() {
        assert_eq!(unstyled("### Users:\n**No entries.**\n", None), "Users:\nNo entries.\n");
        assert_eq!(render("", None), "");
    }

    #[test]
    fn ids_stay_in_one_piece_in_a_narrow_terminal() {
        let id = "abcdefghijklmnopqrstuvwxyz";
        let text = format!("|name|purpose|id|\n|---|---|---|\n|n|{}|{id}|\n", "many words ".repeat(20));
        let shown = unstyled(&text, Some(70));
        assert!(shown.lines().all(|line| line.chars().count() <= 70), "{shown}");
        assert!(shown.contains(id), "{shown}");
    }

    #[test]
    fn a_very_long_cell_is_shown_whole() {
        let long = "x".repeat(70_000);
        let shown = unstyled(&format!("|a|b|\n|---|---|\n|{long}|1|\n"), None);
        assert_eq!(shown.matches('x').count(), 70_000);
        let shown = unstyled(&format!("|a|b|\n|---|---|\n|{long}|1|\n"), Some(80));
        assert!(shown.matches('x').count() == 70_000);
    }

    #[test]
    fn a_channel_cannot_drive_the_terminal() {
        let shown = unstyled("### \u{1b}]0;title\u{7}\n|a|\n|---|\n|\u{9b}31m\u{1b}[2J\u{202e}x|\n", None);
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{shown:?}");
        assert!(shown.contains("\\u{1b}[2J"), "{shown:?}");
    }

    proptest! {
        #[test]
        fn never_panics_and_no_control_character_passes(text in "(?s).{0,200}", width in proptest::option::of(0u16..200)) {
            let shown = unstyled(&text, width);
            prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", shown);
        }

        #[test]
        fn tables_of_any_text_never_panic(cells in proptest::collection::vec("[^\r\n]{0,30}", 1..20), width in proptest::option::of(0u16..100)) {
            let mut text = String::from("### T:\n|a|b|\n|---|---|\n");
            for pair in cells.chunks(2) {
                text.push_str(&format!("|{}|\n", pair.join("|")));
            }
            let shown = unstyled(&text, width);
            prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", shown);
        }
    }
}
