//! What reaches a terminal.

use anstyle::{Effects, Style};
use std::io::IsTerminal;

/// Headings.
pub const BOLD: Style = Style::new().effects(Effects::BOLD);

/// The columns of the terminal that standard output is, if it is one.
pub fn width() -> Option<u16> {
    let output = std::io::stdout();
    if !output.is_terminal() {
        return None;
    }
    terminal_size::terminal_size_of(output).map(|(width, _)| width.0)
}
