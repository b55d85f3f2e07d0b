//! A table for a terminal.

use super::terminal::BOLD;
use super::wrap;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, TableComponent, Width};
use soar::text;

/// Words up to this length, such as ids, are not broken to make a table fit, if it can be done without.
const WHOLE: usize = 32;
const RULE: char = '─';
/// comfy-table counts columns of a terminal with 16 bits: lines are cut so that their sum stays well below.
const COLUMNS: usize = 30_000;
/// The largest table that is drawn, in characters.
pub const AREA: usize = 16 << 20;
/// To break a word takes it the square of the word's length: in a table that has to fit, longer ones are broken before.
const LONGEST_WORD: usize = 200;

/// Rows below a header.
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// A table with this header and no rows.
    pub fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new(), right: Vec::new() }
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

    /// The table as lines, made to fit `width` columns if one is given; without being drawn if it is too large.
    pub fn render(&self, width: Option<u16>) -> String {
        if self.area(width) > AREA {
            return self.undrawn();
        }
        let mut table = comfy_table::Table::new();
        table.load_preset(NOTHING);
        table.set_style(TableComponent::HeaderLines, RULE).set_style(TableComponent::MiddleHeaderIntersections, RULE);
        let length = (COLUMNS / self.columns() / 2).max(1);
        let word = if width.is_some() { LONGEST_WORD } else { usize::MAX };
        let clean = |cell: &String| clean(cell, length, word);
        table.set_header(self.header.iter().map(clean));
        let mut rows: Vec<Vec<String>> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            rows.push(row.iter().map(clean).collect());
        }
        table.add_rows(&rows);
        match width {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        let columns = table.column_count();
        let bounds: Vec<usize> = (0..columns).map(|index| bound(rows.iter().chain([&self.header]), index)).collect();
        let fits = width.is_some_and(|width| bounds.iter().sum::<usize>() + 2 * columns <= usize::from(width));
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, u16::from(index + 1 != columns)));
            if self.right.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if fits {
                let padding = usize::from(index + 1 != columns);
                let bound = u16::try_from(bounds[index] + padding).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(bound)));
            }
        }
        lines(table.lines())
    }
}

/// The columns of the longest word of a table's column that is not broken without need.
fn bound<'a>(rows: impl Iterator<Item = &'a Vec<String>>, index: usize) -> usize {
    let words = rows.filter_map(|row| row.get(index)).flat_map(|cell| cell.split_whitespace()).map(wrap::columns);
    words.filter(|columns| *columns <= WHOLE).max().unwrap_or(0)
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

/// The cell in lines of `length` characters at most, and words of `word` at most, without tabs, which have no width that a table
/// could count with.
fn clean(cell: &str, length: usize, word: usize) -> String {
    let cell = text::lines(cell).replace('\t', "    ");
    if cell.len() <= length.min(word) {
        return cell;
    }
    let mut output = String::with_capacity(cell.len() + 8);
    let (mut column, mut run) = (0, 0);
    for character in cell.chars() {
        if character != '\n' && (column == length || run == word && !character.is_whitespace()) {
            output.push('\n');
            (column, run) = (0, 0);
        }
        column = if character == '\n' { 0 } else { column + 1 };
        run = if character.is_whitespace() { 0 } else { run + 1 };
        output.push(character);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_and_words_are_broken() {
        assert_eq!(clean("abcdef gh", 4, 10), "abcd\nef g\nh");
        assert_eq!(clean("abcdef gh", 100, 4), "abcd\nef gh");
        assert_eq!(clean("abcd efgh\nijkl", 100, 4), "abcd efgh\nijkl");
        assert_eq!(clean("a\tb", 100, 100), "a    b");
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

    /// Without that it would take minutes.
    #[test]
    fn a_very_long_word_fits_a_narrow_terminal() {
        let mut table = Table::new(["a"]);
        table.row(["x".repeat(3_000_000)]);
        let drawn = table.render(Some(20));
        assert!(drawn.lines().all(|line| wrap::columns(line) <= 20) && drawn.matches('x').count() == 3_000_000);
    }
}
