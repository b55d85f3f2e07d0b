//! What `soar` prints: results on standard output, everything else on standard error.

use super::kind::Kind;
use super::problem::Problem;
use super::terminal::{BOLD, error_width, page, width};
use super::wrap::{screen, wrap};
use anstream::{AutoStream, ColorChoice};
use serde_json::Value;
use soar::text::{self, json};
use std::borrow::Cow;
use std::io::{self, BufWriter, ErrorKind, Write};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Print one object and nothing else on standard output.
    pub json: bool,
    /// Whether to use colours.
    pub color: ColorChoice,
}

impl Output {
    /// Prints text that was rendered for a terminal. Where the terminal would break a line, it is broken here, so that no
    /// word that is not ours begins a row where ours do.
    pub fn text(&self, text: &str) -> Result<(), Problem> {
        self.verbatim(&screen(text, width()))
    }

    /// Prints a screen of soar's own, as wide as a terminal is, also where there is none.
    pub fn page(&self, text: &str) -> Result<(), Problem> {
        self.verbatim(&screen(text, Some(page())))
    }

    /// Prints text whose lines are to be copied as they are, and that is ours.
    pub fn verbatim(&self, text: &str) -> Result<(), Problem> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        written(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
    }

    /// Prints one object.
    pub fn json(&self, value: &Value) -> Result<(), Problem> {
        let mut stream = BufWriter::new(io::stdout().lock());
        let all = json::write_pretty(&mut stream, value).map_err(io::Error::from);
        written(all.and_then(|()| stream.write_all(b"\n")).and_then(|()| stream.flush()))
    }

    /// Says something that is not the result.
    pub fn warn(&self, message: &str) {
        self.say("warning:", &format!(" {message}"));
    }

    /// Says in a line what the result is worth.
    pub fn note(&self, message: &str) {
        self.say("", message);
    }

    /// Says something of how the result came about that may surprise.
    pub fn remark(&self, message: &str) {
        self.say("note:", &format!(" {message}"));
    }

    /// Says why there is no result, and gives the exit code.
    pub fn problem(&self, problem: &Problem) -> u8 {
        if self.json && !problem.late && self.json(&problem.to_json()).is_ok() {
            return problem.code;
        }
        let report = problem.report();
        match report.command {
            // It is not the command that failed.
            _ if problem.late => self.say("warning:", &format!(" {}", report.message)),
            Some(_) => self.say("", &report.to_string()),
            None => self.say("error:", &format!(" {}", report.message)),
        }
        // What the host knows and the component can't: which rule, which address, whose proxy.
        if let Some(cause) = report.fields.get("cause").and_then(Value::as_str)
            && !report.message.contains(cause)
        {
            self.say("", &format!("Because: {}", text::block(cause)));
        }
        if let Some(hint) = &problem.hint {
            self.say("", hint);
        }
        problem.code
    }

    /// Says something after a label in bold.
    fn say(&self, label: &str, words: &str) {
        let said = said(&format!("{label}{words}"), error_width());
        let said = said.strip_prefix(label).unwrap_or(&said);
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        // There is nobody left to tell.
        let _ = match label {
            "" => writeln!(stream, "{said}"),
            label => writeln!(stream, "{BOLD}{label}{BOLD:#}{said}"),
        };
    }
}

/// What is said on standard error: no character of it is hidden, and no line but the first begins where ours do.
/// Where the terminal would break a line, it is broken here, for the same reason.
fn said(words: &str, width: Option<u16>) -> String {
    let mut said = String::with_capacity(words.len());
    for (index, line) in text::lines(words).split('\n').enumerate() {
        if index > 0 {
            said.push('\n');
        }
        let is_ours = index == 0 || line.is_empty() || line.starts_with("  ");
        let line = if is_ours { Cow::Borrowed(line) } else { format!("  {line}").into() };
        said.push_str(&wrap(&line, width));
    }
    said
}

/// A reader that has read enough is no problem.
fn written(result: io::Result<()>) -> Result<(), Problem> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Problem::failed(Kind::Output, format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_line_begins_where_ours_do() {
        assert_eq!(said("one", None), "one");
        assert_eq!(said("one\n  two\nwarning: three\n\n\u{202e}", None), "one\n  two\n  warning: three\n\n  \\u{202e}");
    }
}
