//! The context of an investigation: what commands found, for the tasks after them to use.

mod names;

pub use names::renamed;

use crate::budget::{Budget, array, object};
use crate::limits::Exceeded;
use crate::manifest::Output;
use crate::names::snake;
use names::Names;
use serde_json::{Map, Value as Json, map::Entry};
use std::collections::{HashMap, HashSet};

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
        Context::found(outputs, result, &mut Budget::endless()).unwrap_or_default()
    }

    /// The same for what a component gave: what the context takes beside the result is taken from the budget.
    pub fn found(outputs: &[Output], result: &mut Map<String, Json>, budget: &mut Budget) -> Result<Context, Exceeded> {
        let mut context = Context::new();
        let mut later: HashMap<&str, usize> = HashMap::new();
        for output in outputs {
            *later.entry(&output.field).or_default() += 1;
        }
        for output in outputs {
            let field = snake(&output.field);
            let again = later.get_mut(&*output.field).is_some_and(|left| {
                *left -= 1;
                *left > 0
            });
            let found = match again {
                true => {
                    let found = result.get(&field);
                    found.map_or(Ok(()), |found| budget.take_copy(found))?;
                    found.cloned()
                }
                false => result.shift_remove(&field),
            };
            if let Some(mut found) = found {
                Names::new(&output.names).rename(&mut found, budget)?;
                context.merge_within(&output.prefix, &output.key, found, budget)?;
            }
        }
        Ok(context)
    }

    /// Merges what a command has found, by the key `prefix(val.key && val.key == obj.key)`.
    ///
    /// An item with the same value under `key` as one that is there replaces that one's fields and adds its own;
    /// another is appended. An item whose key is missing or null is like no other. `null` and `[]` change nothing.
    /// Nothing is taken away: where the path is in use for something else, that becomes the first item of a list.
    pub fn merge(&mut self, prefix: &str, key: &str, found: Json) {
        // Without an end, nothing goes over it.
        let _ = self.merge_within(prefix, key, found, &mut Budget::endless());
    }

    fn merge_within(&mut self, prefix: &str, key: &str, found: Json, budget: &mut Budget) -> Result<(), Exceeded> {
        let found = match found {
            Json::Null => return Ok(()),
            Json::Array(items) if items.is_empty() => return Ok(()),
            found => found,
        };
        let mut segments = prefix.split('.').filter(|segment| !segment.is_empty()).peekable();
        let mut object = &mut self.0;
        while let Some(segment) = segments.next() {
            budget.take(self::object(1))?;
            let Some(next) = segments.peek() else {
                return merge_at(object.entry(segment), key, found, budget);
            };
            let Some(inside) = enter(object.entry(segment).or_insert(Json::Null), next, budget)? else {
                return Ok(());
            };
            object = inside;
        }
        Ok(())
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

/// The object below a place on the path, in which `next` comes. There always is one.
fn enter<'a>(
    place: &'a mut Json,
    next: &str,
    budget: &mut Budget,
) -> Result<Option<&'a mut Map<String, Json>>, Exceeded> {
    if place.is_null() {
        *place = Json::Object(Map::new());
    }
    if !place.is_object() && !place.is_array() {
        *place = Json::Array(vec![place.take()]);
    }
    Ok(match place {
        Json::Array(items) => {
            budget.step(items.len())?;
            let found = items.iter().rposition(|item| item.get(next).is_some());
            let index = found.unwrap_or(items.len());
            if found.is_none() {
                items.push(Json::Object(Map::new()));
            }
            items.get_mut(index).and_then(Json::as_object_mut)
        }
        place => place.as_object_mut(),
    })
}

fn merge_at(entry: Entry<'_>, key: &str, found: Json, budget: &mut Budget) -> Result<(), Exceeded> {
    let place = entry.or_insert(Json::Null);
    let many = found.is_array() || place.is_array();
    let found = into_items(found);
    let mut items = Items::new(key, into_items(place.take()), found.len(), budget)?;
    for item in found {
        items.merge(item, budget)?;
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
    Ok(())
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
    /// Those that are there, with room for more.
    fn new(key: &'a str, all: Vec<Json>, more: usize, budget: &mut Budget) -> Result<Items<'a>, Exceeded> {
        let mut items = Items { key, all, by_key: HashMap::new(), plain: HashSet::new() };
        budget.take(array(more))?;
        items.all.reserve(more);
        for index in 0..items.all.len() {
            items.know(index, budget)?;
        }
        Ok(items)
    }

    fn know(&mut self, index: usize, budget: &mut Budget) -> Result<(), Exceeded> {
        let item = &self.all[index];
        if let Some(id) = item.get(self.key).filter(|id| !id.is_null()) {
            budget.take(object(1))?;
            budget.take_copy(id)?;
            self.by_key.entry(id.clone()).or_insert(index);
        } else if !item.is_object() {
            budget.take(object(1))?;
            budget.take_copy(item)?;
            self.plain.insert(item.clone());
        }
        Ok(())
    }

    fn merge(&mut self, found: Json, budget: &mut Budget) -> Result<(), Exceeded> {
        budget.step(1)?;
        if self.plain.contains(&found) {
            return Ok(());
        }
        let known = found.get(self.key).and_then(|id| self.by_key.get(id));
        match (known.and_then(|index| self.all.get_mut(*index)), found) {
            (Some(Json::Object(known)), Json::Object(fields)) => {
                budget.take(object(fields.len()))?;
                known.extend(fields);
            }
            (_, found) => {
                self.all.push(found);
                self.know(self.all.len() - 1, budget)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
