//! What is printed and saved of a call on a real server holds none of its credentials, however the server wrote them.
//!
//! What came from outside is covered wherever a credential stands in it, also one that is a short word. What did not is ours:
//! names of fields, and the sentences around the words of others. They stay, whatever word a credential is.

use serde_json::{Map, Value};
use soar::failure::{Cause, Report};
use soar::recording::Redactor;
use soar::{Entry, Failure};
use std::sync::Arc;

/// The fields of a failure that are a server's own words, or made of what was sent to it.
const OF_OTHERS: [&str; 8] = ["id", "message", "request_id", "url", "method", "sent", "entry", "failure"];

/// How a text is covered.
type Cover = fn(&Redactor, &str) -> String;

/// A failure, and what is taken out of all that is told of it.
#[derive(Clone, Debug)]
pub struct Covered {
    failure: Failure,
    /// Takes credentials out; none for what is ours or was played back.
    redactor: Option<Arc<Redactor>>,
    /// Whether the component comes with soar. Then it keeps words that are not its own in quotation marks or brackets, in its
    /// sentences; another one's sentences are somebody else's words as a whole.
    bundled: bool,
}

impl Covered {
    /// The failure, to branch on. Its texts are as they came: what is told is the report.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// As it is told.
    pub fn report(&self) -> Report {
        let report = self.failure.report();
        match &self.redactor {
            None => report,
            Some(redactor) if self.bundled => sentences(redactor, report),
            Some(redactor) => Report {
                message: redactor.shown(&report.message),
                fields: object(redactor, Redactor::shown, report.fields),
                ..report
            },
        }
    }

    /// What the command gave, if it failed for nothing but the last line of its audit.
    pub fn entry(&self) -> Option<Entry> {
        let Cause::Audit { result: Some(result), .. } = &self.failure.cause else { return None };
        let gave = result.as_ref().as_ref().ok()?.clone();
        Some(match &self.redactor {
            None => gave,
            Some(redactor) => entry(redactor, gave),
        })
    }
}

impl From<Failure> for Covered {
    fn from(failure: Failure) -> Self {
        Self { failure, redactor: None, bundled: false }
    }
}

/// The result without credentials; of a bundled component as [`Covered`] says.
pub fn result(
    redactor: Option<&Arc<Redactor>>,
    bundled: bool,
    result: Result<Entry, Failure>,
) -> Result<Entry, Covered> {
    match (result, redactor) {
        (Ok(gave), Some(redactor)) => Ok(entry(redactor, gave)),
        (Ok(gave), None) => Ok(gave),
        (Err(failure), redactor) => Err(Covered { failure, redactor: redactor.cloned(), bundled }),
    }
}

fn entry(redactor: &Redactor, entry: Entry) -> Entry {
    Entry {
        readable: redactor.shown(&entry.readable),
        context: value(redactor, Redactor::shown, entry.context),
        rest: value(redactor, Redactor::shown, entry.rest),
        ..entry
    }
}

fn sentences(redactor: &Redactor, report: Report) -> Report {
    let mut message = report.message;
    // A server's words stand in it as they are, if they are plain.
    if let Some(said) = report.fields.get("message").and_then(Value::as_str) {
        let said = said.trim().trim_end_matches('.');
        let covered = redactor.shown(said);
        if covered != said {
            message = message.replacen(&format!(" said: {said}"), &format!(" said: {covered}"), 1);
        }
    }
    let field = |(name, field): (String, Value)| {
        let cover = match OF_OTHERS.contains(&name.as_str()) {
            true => Redactor::shown,
            false => Redactor::shown_sentence,
        };
        (name, value(redactor, cover, field))
    };
    Report {
        message: redactor.shown_sentence(&message),
        fields: report.fields.into_iter().map(field).collect(),
        ..report
    }
}

/// The names are those of the contract, and of what the manifest declares: none of them came with an answer.
fn object(redactor: &Redactor, cover: Cover, fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, field)| (name, value(redactor, cover, field))).collect()
}

fn value(redactor: &Redactor, cover: Cover, json: Value) -> Value {
    match json {
        Value::String(text) => Value::String(cover(redactor, &text)),
        Value::Array(items) => items.into_iter().map(|item| value(redactor, cover, item)).collect(),
        Value::Object(fields) => Value::Object(object(redactor, cover, fields)),
        other => other,
    }
}
