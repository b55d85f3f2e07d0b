//! The context that the outputs are merged into.

use super::super::kind::Kind;
use super::super::problem::Problem;
use super::digits::Mark;
use bytesize::ByteSize;
use serde_json::Value;
use soar::Entry;
use soar::context::Context;
use soar::files::{self, Reserved, most, shown};
use soar::manifest::Output as Filled;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// So much is kept free on the disk beside what a file has already, in bytes, while a command runs.
const ROOM: u64 = 1 << 20;

/// For so long it is waited for another program that merges something.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a context is before anything is in it.
const EMPTY: &[u8] = b"{}\n";

/// Refuses what could not be written again, before anything is sent: what the command does can't be taken back. The room
/// for it, until it is written.
pub fn check(path: &Path) -> Result<Reserved, Problem> {
    let refuse = |message: String| Problem::wrong(Kind::Context, format!("--context {}: {message}", shown(path)));
    if path.file_name().is_none() {
        return Err(refuse("it is a folder; expected a file".into()));
    }
    files::check_writable(path).map_err(|error| refuse(format!("it can't be written: {error}")))?;
    let text = match files::read_unlinked(path, most::CONTEXT) {
        Err(error) if error.is_missing() => EMPTY.to_vec(),
        read => read.map_err(|error| refuse(error.problem.to_string()))?,
    };
    read(&text, &Value::Null).map_err(refuse)?;
    files::reserve(path, ROOM + text.len() as u64)
        .map_err(|error| refuse(format!("there is no room for it: {}", error.problem)))
}

/// Merges what a command gave into what is there by now, which nobody else of this program changes meanwhile.
///
/// # Errors
/// Why it could not be; then it is as it was.
pub fn merge(path: &Path, room: Reserved, outputs: &[Filled], entry: &Entry) -> Result<(), String> {
    let refuse = |error: files::Error| error.to_string();
    let locked = files::lock(path, EMPTY, PATIENCE).map_err(refuse)?;
    let text = locked.read(most::CONTEXT).map_err(refuse)?;
    let (mark, mut context) = read(&text, &entry.context).map_err(|error| format!("{}: {error}", shown(path)))?;
    // What several outputs put into one place is one there.
    let mut merged = BTreeSet::new();
    for output in outputs.iter().filter(|output| merged.insert(&output.prefix)) {
        let value = output.prefix.split('.').try_fold(&entry.context, |value, part| value.get(part));
        if let Some(value) = value {
            context.merge(&output.prefix, &output.key, value.clone());
        }
    }
    let text = mark.write(&Value::from(context));
    if text.len() as u64 > most::CONTEXT {
        let most = ByteSize::b(most::CONTEXT).display().iec().to_string();
        return Err(format!("{}: it would have more than {most}, the most that is read of one", shown(path)));
    }
    drop(room);
    locked.replace(text.as_bytes()).map_err(refuse)
}

/// The context, and the mark of its numbers.
fn read(text: &[u8], other: &Value) -> Result<(Mark, Context), String> {
    match Mark::read(text, other).map_err(|error| error.to_string())? {
        (mark, Value::Object(object)) => Ok((mark, object.into())),
        _ => Err("expected a JSON object".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_two_outputs_put_into_one_place_is_there_once_and_not_without_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("context.json");
        let output =
            || Filled { prefix: "Chat.Post".into(), key: "id".into(), field: "posts".into(), names: Vec::new() };
        let outputs = [output(), output()];
        let entry = |text: String| Entry {
            command: "post".into(),
            context: json!({ "Chat": { "Post": [{ "text": text }] } }),
            readable: String::new(),
            rest: json!({}),
        };
        let merge = |text: String| merge(&path, check(&path).expect("room"), &outputs, &entry(text));
        merge("a".into()).expect("it is written");
        let written = || serde_json::from_slice::<Value>(&std::fs::read(&path).expect("a file")).expect("JSON");
        assert_eq!(written(), json!({ "Chat": { "Post": [{ "text": "a" }] } }));
        let why = merge("a".repeat(65 << 20)).expect_err("it is too large");
        assert!(why.contains("more than 64.0 MiB"), "{why}");
        assert_eq!(written(), json!({ "Chat": { "Post": [{ "text": "a" }] } }), "it is as it was");
    }
}
