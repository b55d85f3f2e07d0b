//! The picture in the README, `docs/run.svg`: what the program prints today, as a terminal shows it.
//!
//! `docs/picture.sh` draws it anew.

use crate::support::{self, program};
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
/// The place of one character, in pixels.
const CELL: (f64, f64) = (7.8, 19.0);
/// Room around the text.
const MARGIN: f64 = 20.0;
/// The bar above it.
const BAR: f64 = 34.0;

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

/// Some characters of one look.
#[derive(Clone, Default, PartialEq)]
struct Span {
    text: String,
    bold: bool,
    /// The class of its colour.
    colour: &'static str,
}

/// The spans of a line, from the codes in it.
fn spans(line: &str) -> Vec<Span> {
    let mut spans = vec![Span::default()];
    let mut parts = line.split("\u{1b}[");
    let last = |spans: &mut Vec<Span>, text: &str| spans.last_mut().expect("one").text.push_str(text);
    last(&mut spans, parts.next().unwrap_or_default());
    for part in parts {
        let (code, text) = part.split_once('m').expect("a code that sets the look");
        let mut next = Span { text: String::new(), ..spans.last().expect("one").clone() };
        for code in code.split(';') {
            match code {
                "" | "0" => next = Span::default(),
                "1" => next.bold = true,
                "31" | "91" => next.colour = "red",
                "32" | "92" => next.colour = "green",
                "33" | "93" => next.colour = "yellow",
                "34" | "94" | "36" | "96" => next.colour = "blue",
                "2" | "90" => next.colour = "dim",
                other => panic!("the picture does not know the code {other}"),
            }
        }
        next.text.push_str(text);
        spans.push(next);
    }
    spans.retain(|span| !span.text.is_empty());
    spans
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What stands between gaps of two blanks or more, each with its column.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut column = 0;
    let mut words = Vec::new();
    for piece in text.split("  ") {
        let before = piece.len() - piece.trim_start().len();
        if !piece.trim().is_empty() {
            words.push((column + before, piece.trim()));
        }
        column += piece.chars().count() + 2;
    }
    words
}

/// A line of the terminal, `row` rows below its top.
fn row(spans: &[Span], row: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for span in spans {
        let class = [span.colour, if span.bold { "bold" } else { "" }];
        let class = class.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        for word in words(&span.text) {
            // Where it is in a terminal, and as wide, whatever font is there.
            let (x, width) = (MARGIN + CELL.0 * (column + word.0) as f64, CELL.0 * word.1.chars().count() as f64);
            let (y, shown) = (BAR + MARGIN + CELL.1 * row as f64, escaped(word.1));
            writeln!(text, r#"<text x="{x:.1}" y="{y:.1}" textLength="{width:.1}"{class}>{shown}</text>"#)
                .expect("a text");
        }
        column += span.text.chars().count();
    }
    text
}

/// The lines of all that is typed and printed, none longer than the terminal is wide.
fn screen() -> Vec<Vec<Span>> {
    let mut screen = Vec::new();
    for line in LINES {
        if !screen.is_empty() {
            screen.push(Vec::new());
        }
        let prompt = Span { text: "$ ".into(), colour: "green", bold: true };
        screen.push(vec![prompt, Span { text: line.into(), bold: true, colour: "" }]);
        let text = printed(line);
        screen.extend(text.trim_end().lines().map(spans));
    }
    for line in &screen {
        let columns: usize = line.iter().map(|span| span.text.chars().count()).sum();
        assert!(columns <= COLUMNS, "{columns} columns");
    }
    screen
}

fn svg(screen: &[Vec<Span>]) -> String {
    let width = MARGIN * 2.0 + CELL.0 * COLUMNS as f64;
    let height = BAR + MARGIN * 2.0 + CELL.1 * screen.len().saturating_sub(1) as f64;
    let rows: String = screen.iter().enumerate().map(|(index, spans)| row(spans, index)).collect();
    let text: String =
        screen.iter().map(|line| line.iter().map(|span| &*span.text).collect::<String>() + "\n").collect();
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img">
<title>soar in a terminal</title>
<desc>
{}</desc>
<style>
text {{ font: 13px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8dee9 }}
.bold {{ font-weight: 600 }} .dim {{ fill: #8690a2 }} .red {{ fill: #f0808a }} .green {{ fill: #a3d08c }} .yellow {{ fill: #ebcb8b }} .blue {{ fill: #88b8e0 }}
</style>
<rect width="100%" height="100%" rx="10" fill="#22272e"/>
<circle cx="22" cy="18" r="6" fill="#f0808a"/><circle cx="42" cy="18" r="6" fill="#ebcb8b"/><circle cx="62" cy="18" r="6" fill="#a3d08c"/>
{rows}</svg>
"##,
        escaped(&text),
    )
}

#[test]
fn the_picture_shows_what_is_printed() {
    let drawn = svg(&screen());
    let path = support::root().join("docs/run.svg");
    if std::env::var_os("SOAR_BLESS").is_some() {
        std::fs::write(&path, &drawn).expect("docs/run.svg");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/run.svg");
    assert!(kept == drawn, "docs/run.svg is not what soar prints: docs/picture.sh draws it anew; it would be\n{drawn}");
}
