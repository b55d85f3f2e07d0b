//! The context of an investigation: what commands found, for the tasks after them to use.

use crate::contract::Output;
use crate::value::snake;
use serde_json::{Map, Value as Json, map::Entry};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A context, or the part of one that a command has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(Map<String, Json>);

impl Context {
    /// An empty one.
    pub fn new() -> Context {
        Context::default()
    }

    /// What the outputs of a command put into the context, taken out of its result as JSON.
    pub fn of_result(outputs: &[Output], result: &mut Map<String, Json>) -> Context {
        let mut context = Context::new();
        for (index, output) in outputs.iter().enumerate() {
            let field = snake(&output.field);
            let again = outputs[index + 1..].iter().any(|later| later.field == output.field);
            let found = if again { result.get(&field).cloned() } else { result.shift_remove(&field) };
            if let Some(found) = found {
                context.merge(&output.prefix, &output.key, renamed(found, &output.names));
            }
        }
        context
    }

    /// Merges what a command has found, by the key `prefix(val.key && val.key == obj.key)`.
    ///
    /// An item with the same value under `key` as one that is there replaces that one's fields and adds its own;
    /// another is appended. An item whose key is missing or null is like no other. `null` and `[]` change nothing.
    /// Nothing is taken away: where the path is in use for something else, that becomes the first item of a list.
    pub fn merge(&mut self, prefix: &str, key: &str, found: Json) {
        let found = match found {
            Json::Null => return,
            Json::Array(items) if items.is_empty() => return,
            found => found,
        };
        let mut segments = prefix.split('.').filter(|segment| !segment.is_empty()).peekable();
        let mut object = &mut self.0;
        while let Some(segment) = segments.next() {
            let Some(next) = segments.peek() else {
                return merge_at(object.entry(segment), key, found);
            };
            let Some(inside) = enter(object.entry(segment).or_insert(Json::Null), next) else {
                return;
            };
            object = inside;
        }
    }

    /// The whole context.
    pub fn as_object(&self) -> &Map<String, Json> {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Context> for Json {
    fn from(context: Context) -> Json {
        Json::Object(context.0)
    }
}

/// A context that was stored.
impl From<Map<String, Json>> for Context {
    fn from(object: Map<String, Json>) -> Context {
        Context(object)
    }
}

/// A result's field with the context's own names where an output has some.
///
/// A name is given to the WIT path inside the field, `timezone.automatic-timezone`, in each item of a list.
pub fn renamed(mut found: Json, names: &[(String, String)]) -> Json {
    // All names in one object at once: there may be ten thousand of them.
    let mut places: BTreeMap<Vec<String>, Vec<(String, &str)>> = BTreeMap::new();
    for (path, name) in names {
        let mut path: Vec<String> = path.split('.').map(snake).collect();
        if let Some(last) = path.pop() {
            places.entry(path).or_default().push((last, name));
        }
    }
    let mut places: Vec<_> = places.into_iter().collect();
    // The deepest first: a path is made of WIT names, which its beginning loses when it is renamed itself.
    places.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    for (path, names) in places {
        rename(&mut found, &path, &names);
    }
    found
}

fn rename(json: &mut Json, path: &[String], names: &[(String, &str)]) {
    match (json, path) {
        (Json::Array(items), path) => items.iter_mut().for_each(|item| rename(item, path, names)),
        (Json::Object(object), []) => {
            let fields = std::mem::take(object).into_iter();
            let name = |field: String| match names.iter().find(|(known, _)| *known == field) {
                Some((_, name)) => (*name).to_owned(),
                None => field,
            };
            *object = fields.map(|(field, json)| (name(field), json)).collect();
        }
        (Json::Object(object), [first, rest @ ..]) => {
            if let Some(json) = object.get_mut(first) {
                rename(json, rest, names);
            }
        }
        _ => {}
    }
}

/// The object below a place on the path, in which `next` comes. There always is one.
fn enter<'a>(place: &'a mut Json, next: &str) -> Option<&'a mut Map<String, Json>> {
    if place.is_null() {
        *place = Json::Object(Map::new());
    }
    if !place.is_object() && !place.is_array() {
        *place = Json::Array(vec![place.take()]);
    }
    match place {
        Json::Array(items) => {
            let found = items.iter().rposition(|item| item.get(next).is_some());
            let index = found.unwrap_or(items.len());
            if found.is_none() {
                items.push(Json::Object(Map::new()));
            }
            items.get_mut(index)?.as_object_mut()
        }
        place => place.as_object_mut(),
    }
}

fn merge_at(entry: Entry<'_>, key: &str, found: Json) {
    let place = entry.or_insert(Json::Null);
    let many = found.is_array() || place.is_array();
    let mut items = Items::new(key, into_items(place.take()));
    for item in into_items(found) {
        items.merge(item);
    }
    let mut items = items.all;
    *place = match items.pop() {
        Some(only) if items.is_empty() && !many => only,
        Some(last) => {
            items.push(last);
            Json::Array(items)
        }
        None => Json::Array(items),
    };
}

fn into_items(json: Json) -> Vec<Json> {
    match json {
        Json::Null => Vec::new(),
        Json::Array(items) => items,
        other => vec![other],
    }
}

/// The items at a place. There may be ten thousand: each is found without looking at the others.
struct Items<'a> {
    key: &'a str,
    all: Vec<Json>,
    /// The first item with a value under the key, by that value.
    by_key: HashMap<Json, usize>,
    /// Those that are no objects.
    plain: HashSet<Json>,
}

impl<'a> Items<'a> {
    fn new(key: &'a str, all: Vec<Json>) -> Items<'a> {
        let mut items = Items { key, all, by_key: HashMap::new(), plain: HashSet::new() };
        for index in 0..items.all.len() {
            items.know(index);
        }
        items
    }

    fn know(&mut self, index: usize) {
        let item = &self.all[index];
        if let Some(id) = item.get(self.key).filter(|id| !id.is_null()) {
            self.by_key.entry(id.clone()).or_insert(index);
        } else if !item.is_object() {
            self.plain.insert(item.clone());
        }
    }

    fn merge(&mut self, found: Json) {
        if self.plain.contains(&found) {
            return;
        }
        let known = found.get(self.key).and_then(|id| self.by_key.get(id));
        match (known.and_then(|index| self.all.get_mut(*index)), found) {
            (Some(Json::Object(known)), Json::Object(fields)) => known.extend(fields),
            (_, found) => {
                self.all.push(found);
                self.know(self.all.len() - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
