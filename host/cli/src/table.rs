//! A table for a terminal.

mod layout;
mod records;

use super::terminal::BOLD;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, TableComponent};
use soar::text;

/// Narrower terminals break lines themselves.
const NARROWEST: usize = 20;
const RULE: char = '─';
/// comfy-table counts columns of a terminal with 16 bits: lines are cut so that their sum stays well below.
const COLUMNS: usize = 30_000;
/// The largest table that is drawn, in characters.
pub const AREA: usize = 16 << 20;

/// Rows below a header.
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
    apart: bool,
}

impl Table {
    /// A table with this header and no rows.
    pub fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new(), right: Vec::new(), apart: false }
    }

    /// Adds a row. Missing cells are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Aligns a column, counted from 0, to the right.
    pub fn right(&mut self, column: usize) -> &mut Self {
        self.right.push(column);
        self
    }

    /// Lets each row stand by itself if the table as it is doesn't fit: none of its cells is broken to make it fit.
    pub fn apart(&mut self) -> &mut Self {
        self.apart = true;
        self
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn columns(&self) -> usize {
        self.rows.iter().chain([&self.header]).map(Vec::len).max().unwrap_or(0).max(1)
    }

    /// How much it takes to draw, about, in characters; it is drawn up to [`AREA`].
    pub fn area(&self, most: Option<u16>) -> usize {
        /// What a part of a line takes beside its characters.
        const PART: usize = 32;
        let columns = self.columns();
        let most = most.map(usize::from);
        // At the narrowest.
        let narrow = most.map_or(usize::MAX, |most| (most / columns).max(1));
        let (mut widest, mut lines): (Vec<usize>, usize) = (vec![0; columns], 0);
        for row in self.rows.iter().chain([&self.header]) {
            let height = |cell: &String| 1 + cell.matches('\n').count() + cell.len() / narrow;
            lines += row.iter().map(height).max().unwrap_or_default();
            for (widest, cell) in widest.iter_mut().zip(row) {
                *widest = cell.len().min(COLUMNS).max(*widest);
            }
        }
        let width: usize = widest.iter().map(|widest| widest + 2).sum();
        (width.min(most.unwrap_or(usize::MAX)) + PART * columns).saturating_mul(lines)
    }

    /// The rows as lines, whose columns are not below each other.
    fn undrawn(&self) -> String {
        let row =
            |row: &Vec<String>| row.iter().map(|cell| text::lines(cell).replace('\n', "\n    ")).collect::<Vec<_>>();
        let mut output = format!("{BOLD}{}{BOLD:#}\n", row(&self.header).join("  "));
        for cells in &self.rows {
            output.push_str(row(cells).join("  ").trim_end());
            output.push('\n');
        }
        output
    }

    /// The table as lines, made to fit `width` columns if one is given; without being drawn if it is too large. Where its columns
    /// do not fit beside each other, each row stands by itself.
    pub fn render(&self, width: Option<u16>) -> String {
        if self.area(width) > AREA {
            return self.undrawn();
        }
        let length = (COLUMNS / self.columns() / 2).max(1);
        let all: Vec<Vec<String>> = std::iter::once(&self.header)
            .chain(&self.rows)
            .map(|row| row.iter().map(|cell| clean(cell, length)).collect())
            .collect();
        let Some(width) = width.map(|width| usize::from(width).max(NARROWEST)) else { return self.draw(&all) };
        match layout::widths(&all, self.columns(), width, !self.apart) {
            Some(widths) => {
                let broken = |row: &Vec<String>| -> Vec<String> {
                    let cells = row.iter().zip(&widths);
                    cells.map(|(cell, width)| layout::lines(cell, (*width).max(2)).join("\n")).collect()
                };
                self.draw(&all.iter().map(broken).collect::<Vec<_>>())
            }
            None => records::render(&all[0], &all[1..], width),
        }
    }

    /// Draws rows, the first of which is the header, as wide as they are.
    fn draw(&self, all: &[Vec<String>]) -> String {
        let mut table = comfy_table::Table::new();
        table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_style(TableComponent::HeaderLines, RULE).set_style(TableComponent::MiddleHeaderIntersections, RULE);
        table.set_header(&all[0]).add_rows(&all[1..]);
        let columns = table.column_count();
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, u16::from(index + 1 != columns)));
            if self.right.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        lines(table.lines())
    }
}

/// The lines without blanks at their ends, those above the rule in bold.
fn lines(lines: impl Iterator<Item = String>) -> String {
    let mut output = String::new();
    let mut header = true;
    for line in lines {
        let line = line.trim_end();
        if header && !line.is_empty() && line.chars().all(|c| c == RULE) {
            header = false;
            output.push_str(line);
        } else if header {
            output.push_str(&format!("{BOLD}{line}{BOLD:#}"));
        } else {
            output.push_str(line);
        }
        output.push('\n');
    }
    output
}

/// The cell in lines of `length` characters at most, without tabs, which have no width that a table could count with.
fn clean(cell: &str, length: usize) -> String {
    let cell = text::lines(cell).replace('\t', "    ");
    if cell.len() <= length {
        return cell;
    }
    let mut output = String::with_capacity(cell.len() + 8);
    let mut column = 0;
    for character in cell.chars() {
        if character != '\n' && column == length {
            output.push('\n');
            column = 0;
        }
        column = if character == '\n' { 0 } else { column + 1 };
        output.push(character);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken() {
        assert_eq!(clean("abcdef gh", 4), "abcd\nef g\nh");
        assert_eq!(clean("abcd efgh\nijkl", 100), "abcd efgh\nijkl");
        assert_eq!(clean("a\tb", 100), "a    b");
    }

    #[test]
    fn a_table_that_is_too_large_is_not_drawn() {
        let mut table = Table::new(["Path", "Description"]);
        table.row([&*"p".repeat(1_000), "first\nsecond"]);
        assert!(table.render(None).contains(RULE));
        for _ in 0..100 {
            table.row(["path", &*"a\n".repeat(1_000)]);
        }
        let drawn = table.render(None);
        assert!(!drawn.contains(RULE) && drawn.len() < 700_000, "{} bytes", drawn.len());
        assert!(drawn.contains("path  a\n    a\n    a\n"), "nothing begins where a row does");
        // In so narrow columns it would have a line for each character.
        let mut table = Table::new(vec!["a"; 50]);
        table.row(["x".repeat(900_000)]);
        assert!(!table.render(Some(80)).contains(RULE));
    }

    #[test]
    fn rows_whose_columns_do_not_fit_stand_by_themselves() {
        let mut table = Table::new(["Name", "Variable", "Description"]);
        table.row([
            "personal_access_token",
            "CHAT_OF_THE_COMPANY_ACCESS_TOKEN",
            "The token to use for connection, whose it is.",
        ]);
        table.row(["url", "", "Where."]);
        let drawn = table.render(Some(60)).replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        let expected = [
            "personal_access_token",
            "  Variable     CHAT_OF_THE_COMPANY_ACCESS_TOKEN",
            "  Description  The token to use for connection, whose it is.",
            "url",
            "  Description  Where.",
            "",
        ];
        assert_eq!(drawn.split('\n').collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_very_long_word_fits_a_narrow_terminal() {
        let mut table = Table::new(["a"]);
        table.row(["x".repeat(3_000_000)]);
        let drawn = table.render(Some(20));
        assert!(
            drawn.lines().all(|line| super::super::wrap::columns(line) <= 20)
                && drawn.matches('x').count() == 3_000_000
        );
    }
}
