//! What is printed and saved of a call on a real server holds none of its credentials, however the server wrote them.
//!
//! What came from outside is covered wherever a credential stands in it, also one that is a short word. What did not is ours:
//! names of fields, and the sentences around the words of others. They stay, whatever word a credential is.

use serde_json::{Map, Value};
use soar::recording::Redactor;
use soar::{Entry, Failure};

/// The fields of a failure that are a server's own words, or made of what was sent to it.
const OF_OTHERS: [&str; 8] = ["id", "message", "request_id", "url", "method", "sent", "entry", "failure"];

/// How a text is covered.
type Cover = fn(&Redactor, &str) -> String;

/// The result without credentials. A component that comes with soar keeps words that are not its own in quotation marks or
/// brackets, in its sentences; another one's sentences are somebody else's words as a whole.
pub fn result(redactor: &Redactor, bundled: bool, result: Result<Entry, Failure>) -> Result<Entry, Failure> {
    match result {
        Ok(entry) => Ok(Entry {
            readable: redactor.shown(&entry.readable),
            context: value(redactor, Redactor::shown, entry.context),
            rest: value(redactor, Redactor::shown, entry.rest),
            ..entry
        }),
        Err(failure) if bundled => Err(sentences(redactor, failure)),
        Err(failure) => Err(Failure {
            message: redactor.shown(&failure.message),
            fields: object(redactor, Redactor::shown, failure.fields),
            ..failure
        }),
    }
}

fn sentences(redactor: &Redactor, failure: Failure) -> Failure {
    let mut message = failure.message;
    // A server's words stand in it as they are, if they are plain.
    if let Some(said) = failure.fields.get("message").and_then(Value::as_str) {
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
    Failure {
        message: redactor.shown_sentence(&message),
        fields: failure.fields.into_iter().map(field).collect(),
        ..failure
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
