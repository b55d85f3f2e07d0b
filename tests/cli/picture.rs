//! The picture in the README, `docs/run.svg`: what the program prints today, as a terminal shows it.
//!
//! `docs/picture.sh` draws it anew.

use crate::support::{self, program};
use anstream::adapter::strip_str;
use anstyle::{AnsiColor, Style};
use anstyle_svg::Term;
use std::fmt::Write;
use std::io::Read;

/// What is typed.
const LINES: [&str; 3] = [
    "soar run mattermost-list-channels limit=2 include_private_channels=true",
    "soar run mattermost-create-channel name=war-room-7 display_name='War room 7'",
    "soar policy --check POST /api/v4/posts mattermost-create-channel",
];

/// The columns of the terminal.
const COLUMNS: usize = 118;

/// All that a line prints, in the order in which it comes, with the codes of its colours.
fn printed(line: &str) -> String {
    let words = super::pages::words(line);
    let words: Vec<_> = ["--color", "always"].into_iter().chain(words.iter().skip(1).map(String::as_str)).collect();
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &words);
    command.stdout(writer.try_clone().expect("the same pipe")).stderr(writer);
    let mut child = command.spawn().expect("it starts");
    // The other ends of the pipe are closed with it, so that reading ends with the program.
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    child.wait().expect("it ends");
    text
}

/// What is typed and printed, none of its lines longer than the terminal is wide.
fn screen() -> String {
    let (prompt, typed) = (AnsiColor::Green.on_default().bold(), Style::new().bold());
    let mut screen = String::new();
    for line in LINES {
        let gap = if screen.is_empty() { "" } else { "\n" };
        let text = printed(line);
        writeln!(screen, "{gap}{prompt}$ {prompt:#}{typed}{line}{typed:#}\n{}", text.trim_end()).expect("a text");
    }
    for line in strip_str(&screen).to_string().lines() {
        assert!(line.chars().count() <= COLUMNS, "{line}");
    }
    screen
}

#[test]
fn the_picture_shows_what_is_printed() {
    let drawn = Term::new().render_svg(&screen());
    let path = support::root().join("docs/run.svg");
    if std::env::var_os("SOAR_BLESS").is_some() {
        std::fs::write(&path, &drawn).expect("docs/run.svg");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/run.svg");
    assert!(kept == drawn, "docs/run.svg is not what soar prints: docs/picture.sh draws it anew; it would be\n{drawn}");
}
