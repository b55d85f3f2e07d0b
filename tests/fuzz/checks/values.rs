//! JSON becomes a value or is refused, and what became a value is the same JSON again.
//!
//! An input is a number that chooses a type, or the name of a command, then a space, then JSON: a value of the type, or
//! the command's arguments by their names in playbooks.

use super::{Target, answers, seeds};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value};
use soar::check::check as check_json;
use soar::ty::Type;
use soar::{CommandHandle, Unknown, arguments, text, trial};
use soar_testing::types as testing;
use std::path::Path;
use std::sync::OnceLock;

pub const TARGET: Target = Target {
    name: "values",
    check,
    seeds,
    words: &[
        "null",
        "true",
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "-1",
        "0.1",
        "1e999",
        "255",
        "256",
        "4294967296",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "\"NaN\"",
        "\"Infinity\"",
        "{\"ok\":null}",
        "{\"err\":",
        "{\"some\":",
        "\"id\"",
        "\"create_at\"",
        "\"is_a_b2\"",
        "\"HTTP_code\"",
        "\"\\ud83d\\ude00\"",
        "[[",
        "]]",
        ",",
        ":",
        "\\u0000",
        "page",
        "limit",
        "yes",
        "false",
        "1,2",
        "[\\\"a\\\"]",
    ],
};

/// How many types there are to choose from.
const TYPES: usize = 96;

pub fn check(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let Some((which, json)) = input.split_once(' ') else { return };
    let Ok(json) = serde_json::from_str::<Value>(json) else { return };
    assert_hides_nothing(&json);
    if let Ok(number) = which.parse::<usize>() {
        value(&types()[number % TYPES], &json);
    } else if let (Ok(command), Value::Object(given)) = (answers::component().command(which), &json) {
        called(command, given);
    }
}

/// Written as the host writes JSON it is the same value, and everything in it can be seen.
fn assert_hides_nothing(json: &Value) {
    let written = text::json::pretty(json);
    assert!(!written.contains(|character| text::is_hidden(character) && character != '\n'), "{written:?}");
    assert_eq!(serde_json::from_str::<Value>(&written).ok().as_ref(), Some(json), "{written:?}");
}

/// What is accepted survives.
fn value(ty: &Type, json: &Value) {
    let val = trial::make(ty, json.clone());
    if check_json(ty, json, "value").is_err() {
        return;
    }
    let val = val.unwrap_or_else(|| panic!("{json} is right, and no value"));
    let written = trial::write(ty, &val).unwrap_or_else(|| panic!("{json} was read as {val:?}, which has no JSON"));
    check_json(ty, &written, "value").unwrap_or_else(|error| panic!("{val:?} was written {written}: {error}"));
    let again = trial::make(ty, written.clone()).and_then(|again| trial::write(ty, &again));
    assert_eq!(again.as_ref(), Some(&written), "{json} was read as {val:?}");
}

fn called(command: CommandHandle<'_>, given: &Map<String, Value>) {
    let record = command.record();
    for unknown in [Unknown::Refuse, Unknown::Tolerate] {
        let read = arguments::from_values(&command, record, given, unknown);
        let texts: Option<Vec<_>> = given.iter().map(|(name, text)| Some((name.as_str(), text.as_str()?))).collect();
        if let Some(texts) = texts {
            let pairs = texts.iter().copied();
            assert_eq!(arguments::from_strings(&command, record, pairs, unknown), read, "{given:?}");
        }
        if let (Ok(read), Some(record)) = (read, record) {
            let (ty, json) = (Type::Record(record.clone()), Value::Object(read));
            check_json(&ty, &json, "arguments").unwrap_or_else(|error| panic!("{given:?} was read as {json}: {error}"));
            value(&ty, &json);
        }
    }
}

/// Types of every kind, the same ones in each run.
fn types() -> &'static [Type] {
    static ALL: OnceLock<Vec<Type>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut runner = TestRunner::deterministic();
        let mut ty = || testing::types().new_tree(&mut runner).expect("a type").current();
        (0..TYPES).map(|_| ty()).collect()
    })
}

/// A value of each type, and the arguments of each recorded call.
fn seeds(fixtures: &Path) -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    let mut sample = |ty: &Type| testing::jsons_of(ty).new_tree(&mut runner).expect("a value").current();
    let values = types().iter().enumerate().map(|(number, ty)| format!("{number} {}", sample(ty)).into_bytes());
    let mut inputs: Vec<Vec<u8>> = values.collect();
    for case in seeds::cases(fixtures) {
        let given: Map<String, Value> =
            case.arguments.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        inputs.push(format!("{} {}", case.command, Value::Object(given)).into());
    }
    inputs.sort();
    inputs.dedup();
    inputs
}
