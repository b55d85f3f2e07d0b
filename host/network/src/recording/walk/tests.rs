use super::super::samples::{self, JSON};
use super::super::{Content, Exchange, Redactor};
use super::*;
use crate::recording::REDACTED;
use proptest::prelude::*;
use serde_json::Value;

const SECRET: &str = "31415926535";

fn redacted(body: &str, parts: usize) -> (String, Vec<std::ops::Range<usize>>) {
    let redactor = Redactor::new(Secrets::new([SECRET]));
    let mut looking = redactor.looking(JSON);
    body.as_bytes().chunks(parts).for_each(|part| looking.part(part));
    let mut copy = Vec::new();
    let instead = super::super::places::Instead::Word(REDACTED);
    let marks = super::super::places::covered(&looking.end(), body.as_bytes(), &mut copy, instead).unwrap();
    (String::from_utf8(copy).unwrap(), marks)
}

/// What a tree of the whole body would become.
fn tree(value: &mut Value, secret: bool) {
    let has = |text: &str| text.contains(SECRET);
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::String(text) if secret && !text.is_empty() => *text = REDACTED.into(),
        Value::String(text) => *text = text.replace(SECRET, REDACTED),
        Value::Number(number) if secret || has(&number.to_string()) => *value = REDACTED.into(),
        Value::Number(_) => {}
        Value::Array(_) | Value::Object(_) if secret => *value = REDACTED.into(),
        Value::Array(items) => items.iter_mut().for_each(|item| tree(item, false)),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                tree(value, is_secret_field(name));
            }
            let renamed = std::mem::take(fields).into_iter();
            *fields = renamed.map(|(name, value)| (name.replace(SECRET, REDACTED), value)).collect();
        }
    }
}

/// JSON with secrets and their names in all places.
fn json() -> impl Strategy<Value = Value> {
    let text =
        || prop::sample::select(vec!["", "a\"\\ä😀\n", "31415926535", "x31415926535\\", "null", "{\"token\": 1}"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::from(31415926535u64)),
        Just(Value::from(314159265350u64)),
        text().prop_map(Value::from),
    ];
    let name = prop::sample::select(vec!["a", "b", "token", "Password", "tokens", "\u{1}\"", "x31415926535"]);
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// The same JSON with each character of its strings as an escape.
fn escaped(value: &Value) -> String {
    let string = |text: &str| -> String {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    };
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => format!("[ {} ]", items.iter().map(escaped).collect::<Vec<_>>().join(" ,\n")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{} :\t{}", string(name), escaped(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn going_through_a_body_is_as_good_as_a_tree_of_it(value in json(), parts in 1usize..40) {
        prop_assume!(value.is_object() || value.is_array());
        let mut expected = value.clone();
        tree(&mut expected, false);
        for body in [value.to_string(), format!(" {value:#}"), escaped(&value)] {
            let (copy, marks) = redacted(&body, parts);
            let read: Value = serde_json::from_str(&copy).map_err(|error| TestCaseError::fail(format!("{error}: {copy}")))?;
            prop_assert_eq!(&read, &expected, "{}", body);
            prop_assert!(marks.iter().all(|mark| &copy[mark.clone()] == REDACTED));
            prop_assert_eq!(marks.is_empty(), value == expected);
        }
    }

    #[test]
    fn what_is_no_json_or_cut_keeps_no_secret(value in json(), at in any::<prop::sample::Index>(), text in "[\\[{}\\]\",:\\\\0-9a ]{0,20}") {
        let body = escaped(&value);
        let (before, after) = body.split_at(at.index(body.len() + 1));
        for body in [before.to_owned(), format!("{before}{text}{SECRET}{after}"), format!("{text}{SECRET}{text}")] {
            prop_assert!(!redacted(&body, 7).0.contains(SECRET));
        }
    }

    #[test]
    fn nothing_is_covered_twice(value in json()) {
        let redactor = Redactor::new(Secrets::new([SECRET]));
        let mut exchange = samples::exchange("POST", "http://h/", JSON, value.to_string().as_bytes());
        exchange.answer.content = Content::Kept(exchange.request.body.clone());
        let once: Exchange = redactor.exchange(&exchange);
        prop_assert_eq!(redactor.exchange(&once), once);
    }
}

#[test]
fn what_is_nested_too_deep_or_never_ends_is_covered_to_its_end() {
    let deep = format!("{}{{\"token\": [[\"abc\"]]}}", "[".repeat(126));
    assert!(!redacted(&deep, 5).0.contains("abc"));
    assert_eq!(redacted("{\"token\": [\"abc\", ", 5).0, "{\"token\": \"[redacted]\"");
    assert_eq!(redacted("{\"token\": \"abc", 5).0, "{\"token\": \"[redacted]");
}

#[test]
fn a_secret_across_the_windows_of_a_long_string_is_found() {
    for before in (2 << 10..24 << 10).step_by(997) {
        let inner = serde_json::json!({ "text": format!("{}\\{SECRET}", "ä".repeat(before / 2)) }).to_string();
        let twice = inner.replace("314", "\\u0033\\u0031\\u0034");
        let body = serde_json::json!([twice]).to_string();
        assert!(!body.contains(SECRET));
        let copy = redacted(&body, 4096).0;
        assert!(copy.contains(REDACTED) && !copy.contains("159"), "{before}");
    }
}
