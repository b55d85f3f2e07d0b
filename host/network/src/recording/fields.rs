//! The fields of an entry, as other tools write them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::error::{RecordingError, Result};

/// An object whose `null` fields count as absent, and whose scalars are read whatever type they have.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub &'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text, or what a number, true or false is as one.
    pub fn text(self, name: &str) -> Result<Option<Cow<'a, str>>> {
        self.get(name).map(|value| scalar(value).ok_or_else(|| wrong(name, "a text", value))).transpose()
    }

    /// The text of a field that decides nothing; empty if it has none.
    pub fn text_if_any(self, name: &str) -> Cow<'a, str> {
        self.get(name).and_then(scalar).unwrap_or(Cow::Borrowed(""))
    }

    pub fn required(self, name: &str) -> Result<Cow<'a, str>> {
        self.text(name)?.ok_or_else(|| absent(name, "a text"))
    }

    /// A number, or a text that reads as one; nothing if it is neither.
    pub fn number(self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    pub fn object(self, name: &str) -> Result<Fields<'a>> {
        match self.get(name) {
            None => Err(absent(name, "an object")),
            Some(Value::Object(fields)) => Ok(Fields(fields)),
            Some(other) => Err(wrong(name, "an object", other)),
        }
    }

    /// The items of an array; none if there is no array.
    pub fn items(self, name: &str, most: usize) -> Result<&'a [Value]> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) if items.len() > most => Err(too_many(name, most)),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(wrong(name, "a list", other)),
        }
    }

    /// Names and values: of a list of objects with `name` and `value`, of lists of two, of `name: value`, or of an object that
    /// has them as its fields. What is none of these has no name, and is left out.
    pub fn pairs(self, name: &str, most: usize) -> Result<Vec<(Cow<'a, str>, Cow<'a, str>)>> {
        let pairs: Vec<_> = match self.get(name) {
            Some(Value::Object(fields)) => fields.iter().flat_map(|(name, value)| each(name, value)).collect(),
            _ => self.items(name, most)?.iter().filter_map(pair).collect(),
        };
        match pairs.len() > most {
            true => Err(too_many(name, most)),
            false => Ok(pairs),
        }
    }
}

fn pair(item: &Value) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    match item {
        Value::Object(fields) => {
            let fields = Fields(fields);
            Some((fields.get("name").and_then(scalar)?, fields.text_if_any("value")))
        }
        Value::Array(pair) => Some((scalar(pair.first()?)?, pair.get(1).and_then(scalar).unwrap_or_default())),
        Value::String(line) => {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().into(), value.trim().into()))
        }
        _ => None,
    }
}

/// The values of a name: one, or those of a list.
fn each<'a>(name: &'a str, value: &'a Value) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    let values = match value {
        Value::Array(values) => &values[..],
        value => std::slice::from_ref(value),
    };
    values.iter().map(move |value| (Cow::Borrowed(name), scalar(value).unwrap_or_default()))
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Value::Null => Some(Cow::Borrowed("")),
        Value::Array(_) | Value::Object(_) => None,
    }
}

pub(super) fn too_many(name: &str, most: usize) -> RecordingError {
    RecordingError::field(name, format!("has more than {most} items, the most that are read of it"))
}

pub(super) fn absent(name: &str, expected: &str) -> RecordingError {
    RecordingError::field(name, format!("is missing; {expected} was expected"))
}

/// Without the value: it may be a credential.
pub(super) fn wrong(name: &str, expected: &str, found: &Value) -> RecordingError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    RecordingError::field(name, format!("is {found}; {expected} was expected"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_are_read_however_they_are_written() {
        let expected = [("a", "1"), ("a", "true"), ("b", ""), ("c", "x:y")];
        for written in [
            json!([{"name": "a", "value": 1}, {"name": "a", "value": true}, {"name": "b"}, {"name": "c", "value": "x:y"}]),
            json!([["a", 1], ["a", true], ["b"], ["c", "x:y"]]),
            json!(["a: 1", "a:true", "b:", "c: x:y"]),
            json!({"a": [1, true], "b": null, "c": "x:y"}),
            json!([{"name": "a", "value": "1"}, 5, {"value": "x"}, [], "junk", {"name": "a", "value": "true"}, {"name": "b", "value": {}}, ["c", "x:y"]]),
        ] {
            let fields = Map::from_iter([("headers".to_owned(), written)]);
            let pairs = Fields(&fields).pairs("headers", 10).unwrap();
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(pairs, expected, "{fields:?}");
        }
    }

    #[test]
    fn scalars_are_read_whatever_type_they_have() {
        let fields = json!({"a": 200, "b": " 200 ", "c": true, "d": null, "e": [], "f": "1e999"});
        let fields = Fields(fields.as_object().unwrap());
        assert_eq!(
            ["a", "b", "c", "d", "f"].map(|name| fields.number(name)),
            [Some(200.0), Some(200.0), None, None, None]
        );
        assert_eq!(fields.text("a").unwrap().as_deref(), Some("200"));
        assert_eq!(fields.text("c").unwrap().as_deref(), Some("true"));
        assert_eq!(fields.text("d").unwrap(), None);
        assert_eq!(fields.text("e").unwrap_err().of_entry(), "e is a list; a text was expected");
        assert_eq!(fields.text_if_any("e"), "");
    }
}
