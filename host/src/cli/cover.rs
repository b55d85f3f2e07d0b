//! What is printed and saved of a call on a real server holds none of its credentials, however the server wrote them.

use serde_json::{Map, Value};
use soar::recording::Redactor;
use soar::{Entry, Failure};

/// The result without credentials.
pub fn result(redactor: &Redactor, result: Result<Entry, Failure>) -> Result<Entry, Failure> {
    match result {
        Ok(entry) => Ok(Entry {
            readable: redactor.shown(&entry.readable),
            context: value(redactor, entry.context),
            rest: value(redactor, entry.rest),
            ..entry
        }),
        Err(failure) => Err(Failure {
            message: redactor.shown(&failure.message),
            fields: object(redactor, failure.fields),
            ..failure
        }),
    }
}

fn object(redactor: &Redactor, fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, field)| (redactor.shown(&name), value(redactor, field))).collect()
}

fn value(redactor: &Redactor, json: Value) -> Value {
    match json {
        Value::String(text) => Value::String(redactor.shown(&text)),
        Value::Array(items) => items.into_iter().map(|item| value(redactor, item)).collect(),
        Value::Object(fields) => Value::Object(object(redactor, fields)),
        other => other,
    }
}
