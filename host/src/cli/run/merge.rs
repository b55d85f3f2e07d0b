//! The context that the outputs are merged into.

use super::super::output::Problem;
use bytesize::ByteSize;
use serde_json::Value;
use soar::Entry;
use soar::context::Context;
use soar::contract::Output as Filled;
use soar::files::{self, Existing, Readers, most, shown};
use soar::text::json;
use std::collections::BTreeSet;
use std::path::Path;

/// Reads the context, before anything is sent: what the command does can't be taken back.
pub fn read_context(path: &Path) -> Result<Context, Problem> {
    let refuse = |message: String| Problem::wrong("context", format!("--context {}: {message}", shown(path)));
    if path.file_name().is_none() {
        return Err(refuse("it is a folder; expected a file".into()));
    }
    files::check_writable(path).map_err(|error| refuse(format!("it can't be written: {error}")))?;
    let text = match files::read_unlinked(path, most::CONTEXT) {
        Err(error) if error.is_missing() => return Ok(Context::new()),
        read => read.map_err(|error| refuse(error.problem.to_string()))?,
    };
    match files::json(&text) {
        Ok(Value::Object(object)) => Ok(object.into()),
        Ok(_) => Err(refuse("expected a JSON object".into())),
        Err(error) => Err(refuse(error.to_string())),
    }
}

/// Merges what a command gave into the context, and writes it.
pub fn merge_context(path: &Path, mut context: Context, outputs: &[Filled], entry: &Entry) -> Result<(), Problem> {
    // What several outputs put into one place is one there.
    let mut merged = BTreeSet::new();
    for output in outputs.iter().filter(|output| merged.insert(&output.prefix)) {
        let value = output.prefix.split('.').try_fold(&entry.context, |value, part| value.get(part));
        if let Some(value) = value {
            context.merge(&output.prefix, &output.key, value.clone());
        }
    }
    let text = json::pretty(&Value::from(context));
    if text.len() as u64 > most::CONTEXT {
        let most = ByteSize::b(most::CONTEXT).display().iec().to_string();
        let message =
            format!("{}: it would have more than {most}, the most that is read of one; it is as it was", shown(path));
        return Err(Problem::failed("context", message));
    }
    files::write(path, text.as_bytes(), Readers::Owner, Existing::Replace)
        .map_err(|error| Problem::failed("context", error.to_string()))
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
        merge_context(&path, Context::new(), &outputs, &entry("a".into())).expect("it is written");
        let written = std::fs::read(&path).expect("a file");
        let written: Value = serde_json::from_slice(&written).expect("JSON");
        assert_eq!(written, json!({ "Chat": { "Post": [{ "text": "a" }] } }));
        let large = "a".repeat(65 << 20);
        let problem = merge_context(&path, Context::new(), &outputs, &entry(large)).expect_err("it is too large");
        assert!(problem.message.contains("more than 64.0 MiB") && problem.message.contains("as it was"), "{problem:?}");
    }
}
