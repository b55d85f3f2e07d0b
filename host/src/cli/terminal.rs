//! What reaches a terminal.

use anstyle::{Effects, Style};
use std::borrow::Cow;
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

/// The text with every character that could drive a terminal made visible: C0 and C1 controls except line breaks and
/// tabs, and those that turn the direction of writing.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut output = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        if hidden(character) {
            output.extend(character.escape_unicode());
        } else {
            output.push(character);
        }
    }
    Cow::Owned(output)
}

fn hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_control(),
    }
}
