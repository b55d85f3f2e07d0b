//! What `soar` prints: results on standard output, everything else on standard error.

use super::terminal::{BOLD, error_width, page, width};
use super::wrap::{screen, wrap};
use anstream::{AutoStream, ColorChoice};
use serde_json::{Map, Value};
use soar::Failure;
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

/// Why there is no result.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The command that was called, if one was.
    pub command: Option<String>,
    /// What kind of problem it is, for programs.
    pub kind: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// What else is known.
    pub fields: Map<String, Value>,
    /// What else stands beside the error, for programs: who answered.
    pub beside: Box<Map<String, Value>>,
    /// What to do next: a line for people.
    pub hint: Option<String>,
    /// The exit code.
    pub code: u8,
    /// Whether it came after the result: then standard output has its object.
    pub late: bool,
}

impl Problem {
    /// A call that was wrong.
    pub fn wrong(kind: &str, message: impl Into<String>) -> Self {
        Self {
            command: None,
            kind: kind.into(),
            message: message.into(),
            fields: Map::new(),
            beside: Box::default(),
            hint: None,
            code: 2,
            late: false,
        }
    }

    /// Something that failed.
    pub fn failed(kind: &str, message: impl Into<String>) -> Self {
        Self { code: 1, ..Self::wrong(kind, message) }
    }

    /// With a field for programs.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// With a line that says what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With how a file gets behind this entry, if that is what is wrong.
    pub fn of_entry(mut self, entry: Option<&str>) -> Self {
        if let Some(entry) = entry.filter(|_| self.kind == "argument") {
            let entry = text::word(entry, 200);
            let hint = format!("--file {entry}=FILE puts a file behind the entry {entry}");
            self.hint = Some(self.hint.map_or_else(|| hint.clone(), |other| format!("{hint}. {other}")));
        }
        self
    }

    /// As a problem of this command, unless it is one of another.
    pub fn of(mut self, command: &str) -> Self {
        self.command.get_or_insert_with(|| command.to_owned());
        self
    }

    /// The same as the library says it.
    pub fn failure(&self) -> Failure {
        Failure {
            command: self.command.clone().unwrap_or_default(),
            kind: self.kind.clone(),
            message: self.message.clone(),
            fields: self.fields.clone(),
            wrong_call: self.code == 2,
        }
    }

    fn to_json(&self) -> Value {
        let mut value = self.failure().to_json();
        if let (None, Value::Object(object)) = (&self.command, &mut value) {
            object.shift_remove("command");
        }
        if let Value::Object(object) = &mut value {
            object.extend((*self.beside).clone());
        }
        value
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let code = if failure.wrong_call { 2 } else { 1 };
        let Failure { command, kind, message, fields, .. } = failure;
        Self { command: Some(command), kind, message, fields, code, ..Self::wrong("", "") }
    }
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
        match problem.command {
            // It is not the command that failed.
            _ if problem.late => self.say("warning:", &format!(" {}", problem.message)),
            Some(_) => self.say("", &problem.failure().to_string()),
            None => self.say("error:", &format!(" {}", problem.message)),
        }
        // What the host knows and the component can't: which rule, which address, whose proxy.
        if let Some(cause) = problem.fields.get("cause").and_then(Value::as_str)
            && !problem.message.contains(cause)
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
            Err(Problem::failed("output", format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_is_an_object_with_its_command_if_it_has_one() {
        let problem = Problem::wrong("argument", "limit: got ten").with("argument", "limit");
        let error = json!({ "kind": "argument", "message": "limit: got ten", "argument": "limit" });
        assert_eq!(problem.to_json(), json!({ "error": error }));
        assert_eq!(problem.of("get-thing").to_json(), json!({ "command": "get-thing", "error": error }));
    }

    #[test]
    fn only_the_first_line_begins_where_ours_do() {
        assert_eq!(said("one", None), "one");
        assert_eq!(said("one\n  two\nwarning: three\n\n\u{202e}", None), "one\n  two\n  warning: three\n\n  \\u{202e}");
    }
}
