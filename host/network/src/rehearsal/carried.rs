//! What the answers of one call told, for the next one: a playbook finds the channel that it made.

use super::binding::Binding;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Things that earlier calls were told of: objects with an id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// The last one is the newest.
    things: Vec<Map<String, Value>>,
}

/// The most things that are kept; the oldest go.
const MOST: usize = 2_000;

/// The name of the field by which a thing is known.
const ID: &str = "id";

impl Carried {
    /// Keeps what an answer tells.
    pub(super) fn learn(&mut self, answer: &Value) {
        for thing in things(answer) {
            self.things.retain(|known| known.get(ID) != thing.get(ID));
            self.things.push(thing.clone());
        }
        let over = self.things.len().saturating_sub(MOST);
        self.things.drain(..over);
    }

    /// Binds the ids of an answer's things: to that of the thing that is known by what was asked for, or to a new one, where
    /// something `is_new` and of its own: two things that were made are two. Gives whether any was bound.
    pub(super) fn recognize(&self, answer: &Value, is_new: bool, binding: &mut Binding) -> bool {
        let asked: HashSet<String> =
            binding.changes().filter_map(|pair| pair.asked.as_str().map(str::to_owned)).collect();
        let mut bound = false;
        for thing in things(answer) {
            let Some(id) = thing.get(ID) else { continue };
            // By what was asked for, and not by what any thing of the recording has.
            let tells =
                |name: &str, value: &Value| name != ID && value.as_str().is_some_and(|text| asked.contains(text));
            let telling: Vec<_> = thing.iter().filter(|(name, value)| tells(name, value)).collect();
            let is_it = |known: &&Map<String, Value>| {
                is_alike(known, thing) && telling.iter().all(|(name, value)| known.get(*name) == Some(value))
            };
            let known = self.things.iter().rev().find(|known| !telling.is_empty() && is_it(known));
            let other = match known {
                Some(known) if !is_new => known.get(ID).cloned(),
                _ if is_new && !telling.is_empty() => {
                    let told: Vec<String> = telling.iter().map(|(name, value)| format!("{name} {value}")).collect();
                    self.fresh(id, &told.join("\n"))
                }
                _ => None,
            };
            if let Some(other) = other.filter(|other| other != id) {
                bound |= binding.bind(ID, id, &other).is_ok();
            }
        }
        bound
    }

    /// An id that nothing has yet, of the shape of another one: for the same thing the same one.
    fn fresh(&self, id: &Value, told: &str) -> Option<Value> {
        let text = id.as_str()?;
        let taken = |text: &str| self.things.iter().any(|known| known.get(ID).and_then(Value::as_str) == Some(text));
        (1_u64..)
            .map(|number| shaped(text, &format!("{number} {told}")))
            .take(MOST + 1)
            .find(|text| !taken(text))
            .map(Value::from)
    }
}

/// A text of the same length, with other letters and digits: always the same one.
fn shaped(text: &str, told: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnopqrstuwxyz13456789";
    let hash = blake3::hash(format!("{told} {text}").as_bytes());
    let mut bytes = hash.as_bytes().iter().cycle();
    text.chars()
        .map(|c| match (c.is_ascii_alphanumeric(), bytes.next()) {
            (true, Some(byte)) => char::from(LETTERS[usize::from(*byte) % LETTERS.len()]),
            _ => c,
        })
        .collect()
}

/// Whether two objects are of one kind: they have the same fields but for a few.
fn is_alike(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let shared = one.keys().filter(|name| other.contains_key(*name)).count();
    shared * 5 >= one.len().max(other.len()) * 4
}

/// The objects with an id in an answer: itself, those in it, and in its lists.
fn things(answer: &Value) -> Vec<&Map<String, Value>> {
    /// The length of an id, in bytes: what is shorter is a name or a number of a list.
    const SHORTEST: usize = 8;
    /// How deep they are looked for.
    const DEPTH: usize = 4;
    let mut found = Vec::new();
    let mut left = vec![(answer, 0)];
    while let Some((value, depth)) = left.pop() {
        match value {
            Value::Object(fields) => {
                if fields.get(ID).and_then(Value::as_str).is_some_and(|id| id.len() >= SHORTEST) {
                    found.push(fields);
                }
                left.extend(fields.values().filter(|_| depth < DEPTH).map(|value| (value, depth + 1)));
            }
            Value::Array(items) => {
                left.extend(items.iter().rev().filter(|_| depth < DEPTH).map(|value| (value, depth + 1)))
            }
            _ => {}
        }
    }
    found
}
