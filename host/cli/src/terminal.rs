//! What reaches a terminal.

use anstyle::{Effects, Style};
use std::io::IsTerminal;

/// Headings.
pub const BOLD: Style = Style::new().effects(Effects::BOLD);

/// The columns of the terminal that standard output is, if it is one.
pub fn width() -> Option<u16> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0)
}

/// The columns of a screen of soar's own: those of the terminal, and 80 where there is none.
pub fn page() -> u16 {
    const USUAL: u16 = 80;
    width().unwrap_or(USUAL)
}

/// The columns of the terminal that standard error is, if it is one.
pub fn error_width() -> Option<u16> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| width.0)
}
