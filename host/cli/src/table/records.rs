//! A table whose columns do not fit beside each other: each row by itself, its cells below each other.

use super::layout;
use crate::terminal::BOLD;
use crate::wrap::columns;

/// Before the name of a column.
const INDENT: usize = 2;
/// Between the names of columns and the cells.
const GAP: usize = 2;
/// So much of a line is for the cells at least; with less they stand below the names.
const CELL: usize = 20;

/// The rows in lines of at most `width` columns.
pub fn render(header: &[String], rows: &[Vec<String>], width: usize) -> String {
    let mut output = String::new();
    let name = |index: usize| header.get(index).map_or("", String::as_str);
    let labels = header.iter().skip(1).map(|name| columns(name)).max().unwrap_or(0);
    let (below, start) = match INDENT + labels + GAP {
        start if start + CELL <= width => (false, start),
        _ => (true, 2 * INDENT),
    };
    for row in rows {
        let first = row.first().map_or("", String::as_str);
        let first = if first.trim().is_empty() { "–" } else { first };
        for (number, line) in layout::lines(first, width - INDENT).into_iter().enumerate() {
            match number {
                0 => output.push_str(&format!("{BOLD}{}{BOLD:#}\n", line.trim_end())),
                _ => push(&mut output, INDENT, &line),
            }
        }
        for (index, cell) in row.iter().enumerate().skip(1).filter(|(_, cell)| !cell.trim().is_empty()) {
            let mut lines = layout::lines(cell, width - start).into_iter();
            if below {
                layout::lines(name(index), width - INDENT).iter().for_each(|line| push(&mut output, INDENT, line));
            } else {
                let label = format!("{:INDENT$}{}", "", name(index));
                let blanks = " ".repeat(start - columns(&label));
                push(&mut output, 0, &format!("{label}{blanks}{}", lines.next().unwrap_or_default()));
            }
            lines.for_each(|line| push(&mut output, start, &line));
        }
    }
    output
}

fn push(output: &mut String, indent: usize, line: &str) {
    output.push_str(format!("{:indent$}{line}", "").trim_end());
    output.push('\n');
}
