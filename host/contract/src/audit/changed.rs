//! What came of a call that changes something: which things it made or changed.

use crate::manifest::Output;
use serde::Serialize;
use serde_json::Value;

/// The most things that a record names.
const MOST: usize = 100;

/// What a command has made or changed, as its outputs tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changed {
    /// How many things.
    pub count: u64,
    /// The first hundred of them.
    pub things: Vec<Thing>,
}

/// A thing on the server, by where it stands in the context.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thing {
    /// What kind of thing: the prefix of the output that tells of it.
    pub prefix: String,
    /// The field by which it is known again.
    pub key: String,
    /// What it is known by: a text, a number, true or false.
    pub value: Value,
}

impl Changed {
    /// The things that the outputs of a command have put into its context: what each is known by, and nothing else.
    pub fn of(outputs: &[Output], context: &Value) -> Self {
        let mut changed = Self::default();
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for Output { prefix, key, .. } in outputs {
            if key.is_empty() || seen.contains(&(prefix, key)) {
                continue;
            }
            seen.push((prefix, key));
            let mut found = Vec::new();
            let path: Vec<_> = prefix.split('.').filter(|part| !part.is_empty()).collect();
            items(context, &path, &mut found);
            for value in found.into_iter().filter_map(|item| item.get(key)).filter(|value| is_plain(value)) {
                changed.count += 1;
                if changed.things.len() < MOST {
                    changed.things.push(Thing { prefix: prefix.clone(), key: key.clone(), value: value.clone() });
                }
            }
        }
        changed
    }
}

/// What stands at a path, one by one where there are several on the way.
fn items<'a>(value: &'a Value, path: &[&str], found: &mut Vec<&'a Value>) {
    match (value, path) {
        (Value::Array(list), _) => list.iter().for_each(|item| items(item, path, found)),
        (value, []) => found.push(value),
        (value, [part, rest @ ..]) => value.get(part).into_iter().for_each(|inner| items(inner, rest, found)),
    }
}

fn is_plain(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn output(prefix: &str, key: &str) -> Output {
        Output { prefix: prefix.into(), key: key.into(), field: String::new(), names: Vec::new() }
    }

    #[test]
    fn things_are_named_by_their_keys_and_by_nothing_else() {
        let context = json!({ "Chat": [
            { "Channel": { "id": "c1", "header": "secret plans" } },
            { "Post": [{ "id": 7, "text": "a" }, { "text": "without one" }, { "id": null }, { "id": { "a": 1 } }] },
        ] });
        let outputs = [output("Chat.Channel", "id"), output("Chat.Post", "id"), output("Chat.Post", "id")];
        let thing = |prefix: &str, value: Value| Thing { prefix: prefix.into(), key: "id".into(), value };
        let expected = [thing("Chat.Channel", "c1".into()), thing("Chat.Post", 7.into())];
        assert_eq!(Changed::of(&outputs, &context), Changed { count: 2, things: expected.into() });
        let unkeyed = [output("Chat.Channel", ""), output("Chat.Team", "id"), output("Chat.Channel", "name")];
        assert_eq!(Changed::of(&unkeyed, &context), Changed::default());
    }

    #[test]
    fn of_many_the_first_hundred_are_named() {
        let context = json!({ "A": (0..250).map(|id| json!({ "id": id })).collect::<Vec<_>>() });
        let changed = Changed::of(&[output("A", "id")], &context);
        assert_eq!((changed.count, changed.things.len(), &changed.things[99].value), (250, 100, &json!(99)));
    }
}
