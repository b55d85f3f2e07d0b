//! What could not be saved of a command that succeeded.

use super::super::cover::Covered;
use super::super::kind::Kind;
use super::super::output::Output;
use super::super::problem::Problem;
use serde_json::{Value, json};
use soar::Entry;
use soar::text::{self, json as written};

/// The exit code of a command that succeeded, and of which something could not be saved.
pub const CODE: u8 = 3;

/// What could not be saved, and why.
pub struct Unsaved {
    /// Of the context, the recording, the audit or the output.
    kind: Kind,
    message: String,
}

impl Unsaved {
    /// The outputs, for the context.
    pub fn context(why: &str) -> Self {
        Self { kind: Kind::Context, message: format!("its outputs could not be saved: {why}") }
    }

    /// The recording.
    pub fn record(why: &str) -> Self {
        Self { kind: Kind::Record, message: format!("its recording could not be saved: {why}") }
    }

    /// The result, for whoever reads it.
    pub fn output(why: &str) -> Self {
        Self { kind: Kind::Output, message: format!("its result could not be printed: {why}") }
    }

    /// The entry of a call that failed for nothing but the last line of its audit, and that line.
    pub fn audit(covered: Covered) -> Result<(Entry, Self), Covered> {
        let Some(entry) = covered.entry() else { return Err(covered) };
        let message = format!("its audit could not be saved: {}", covered.report().message);
        Ok((entry, Self { kind: Kind::Audit, message }))
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({ "kind": self.kind.name(), "message": self.message })
    }

    /// For people who are told of a failure in other words.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The end of a command that succeeded: none of it is lost, whatever could not be saved.
pub fn end(all: &[Unsaved], entry: &Entry, output: Output) -> Result<(), Problem> {
    let Some(first) = all.first() else { return Ok(()) };
    let messages: Vec<&str> = all.iter().map(Unsaved::message).collect();
    let problem = Problem::failed(first.kind, format!("The command succeeded; {}", messages.join("; ")));
    let problem = Problem { code: CODE, late: true, ..problem };
    let is_lost = !output.json && all.iter().any(|unsaved| unsaved.kind == Kind::Context);
    Err(match is_lost.then(|| one_line(&entry.context)) {
        Some(outputs) => problem.hint(format!("Its outputs: {outputs}")),
        None => problem,
    })
}

fn one_line(value: &Value) -> String {
    let mut line = Vec::new();
    // A value of JSON can be written into memory.
    drop(written::write(&mut line, value));
    text::line(&String::from_utf8(line).unwrap_or_default()).into_owned()
}
