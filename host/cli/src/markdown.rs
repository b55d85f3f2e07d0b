//! The Markdown of entries, for a terminal.
//!
//! Headings and tables are rendered. Of everything else only the escapes are undone, as every reader of Markdown does: it is
//! passed on as it is, since a command's message is full of names, ids and addresses from a server, and must not lose a
//! character to an accidental emphasis.

mod source;

use super::table::{AREA, Table};
use super::terminal::BOLD;
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};
use source::Source;
use std::ops::Range;

/// The longest text that is drawn, in bytes, and the most borders of cells in it. Drawing takes a hundred times the memory of a
/// text of marks, and more of one of cells; a text with more of them is for a program, and stays as it is.
const LONGEST: usize = 1 << 20;
const BORDERS: usize = 200_000;
/// The most lines: each may be a row, with or without borders.
const LINES: usize = 50_000;

/// Renders `markdown`, with tables made to fit `width` columns if one is given. Ends with a line break unless empty.
pub fn render(markdown: &str, width: Option<u16>) -> String {
    let shown = soar::text::lines(markdown);
    let count = |mark| memchr::memchr_iter(mark, shown.as_bytes()).count();
    if shown.len() > LONGEST || count(b'|') > BORDERS || count(b'\n') > LINES {
        return ended(shown.into_owned());
    }
    let (source, blocks) = read(&shown);
    let mut output = String::with_capacity(shown.len());
    let (mut done, mut left) = (0, AREA);
    for (range, block) in blocks {
        plain(&mut output, &source, done..range.start);
        match block {
            Block::Heading => heading(&mut output, &source, range.clone()),
            Block::Table(table) => match left.checked_sub(table.area(width)) {
                Some(rest) => {
                    left = rest;
                    output.push_str(&table.render(width));
                }
                None => output.push_str(source.raw(range.clone())),
            },
        }
        done = range.end;
    }
    plain(&mut output, &source, done..shown.len());
    ended(output)
}

/// With one line break at its end, unless it is empty.
fn ended(mut output: String) -> String {
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

/// The text as it reads, and its headings and tables that are not inside of another block, with the ranges of their source.
fn read(shown: &str) -> (Source<'_>, Vec<(Range<usize>, Block)>) {
    let mut source = Source::new(shown);
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut table: Option<Reading> = None;
    for (event, range) in Parser::new_ext(shown, Options::ENABLE_TABLES).into_offset_iter() {
        source.read(&event, &range, table.is_some());
        match event {
            Event::Start(tag) => {
                match tag {
                    // One underlined with `---` may be a message with a rule in it.
                    Tag::Heading { .. } if depth == 0 && shown[range.clone()].starts_with('#') => {
                        found.push((range, Block::Heading));
                    }
                    Tag::Table(alignments) if depth == 0 => {
                        table =
                            Some(Reading { range, alignments, header: Vec::new(), rows: Vec::new(), row: Vec::new() });
                    }
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match (tag, &mut table) {
                    (TagEnd::TableCell, Some(table)) => table.row.push(cell(&source, range)),
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
    (source, found)
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
fn cell(source: &Source<'_>, range: Range<usize>) -> String {
    let range = source.trimmed(range);
    let bar = source.raw(range.clone()).starts_with('|');
    source.text(source.trimmed(range.start + usize::from(bar)..range.end))
}

fn heading(output: &mut String, source: &Source<'_>, range: Range<usize>) {
    let marks = source.raw(range.clone()).bytes().take_while(|byte| *byte == b'#').count();
    let text = source.text(source.trimmed(range.start + marks..range.end));
    output.push_str(&format!("{BOLD}{text}{BOLD:#}\n"));
}

fn plain(output: &mut String, source: &Source<'_>, range: Range<usize>) {
    let mut start = range.start;
    for line in source.raw(range).split_inclusive('\n') {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        match text.strip_prefix("**").and_then(|text| text.strip_suffix("**")) {
            Some(strong) if !strong.is_empty() && has_no_star(strong) => {
                let strong = source.text(start + 2..start + 2 + strong.len());
                output.push_str(&format!("{BOLD}{strong}{BOLD:#}{end}"));
            }
            _ => output.push_str(&source.text(start..start + line.len())),
        }
        start += line.len();
    }
}

/// Whether no star in a text means something, nor one that follows it.
fn has_no_star(text: &str) -> bool {
    let bare = text.replace("\\\\", "").replace("\\*", "");
    !bare.contains('*') && !bare.ends_with('\\')
}

#[cfg(test)]
mod tests;
