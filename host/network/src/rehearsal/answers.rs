//! A recorded answer with what stands for recorded values.

use super::binding::Binding;
use super::fit::is_nothing;
use super::view::View;
use crate::recording::{Answer, Content};
use bytes::Bytes;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The JSON of an answer: whole values, and parts of texts; without the items of lists that have a value which was `dropped`;
/// with what was `added` to the request in fields that hold nothing.
pub(super) fn bound(recorded: &Value, binding: &Binding, dropped: &[Value], added: &[(String, Value)]) -> Value {
    if binding.is_identity() && dropped.is_empty() && added.is_empty() {
        return recorded.clone();
    }
    let mut there = HashMap::new();
    values("", recorded, &mut there);
    let mut bound = Places { binding, dropped, there, views: HashMap::new() }.value("", recorded);
    if let Value::Object(fields) = &mut bound {
        for (name, value) in added {
            if let Some(field) = fields.get_mut(name).filter(|field| is_nothing(field)) {
                *field = value.clone();
            }
        }
    }
    bound
}

/// An answer that is no JSON: the parts of a text.
pub(super) fn text(answer: Answer, binding: &Binding) -> Answer {
    let replaced = match &answer.content {
        Content::Kept(body) => std::str::from_utf8(body).ok().and_then(|text| binding.view("").text(text)),
        Content::Lost(_) | Content::Unplayable(_) => None,
    };
    match replaced {
        Some(text) => Answer { content: Content::Kept(Bytes::from(text)), ..answer },
        None => answer,
    }
}

/// The values that an answer has, by where they stand.
type There<'a> = HashMap<&'a str, Vec<&'a Value>>;

fn values<'a>(place: &'a str, answer: &'a Value, there: &mut There<'a>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| values(place, item, there)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| values(name, value, there)),
        scalar => there.entry(place).or_default().push(scalar),
    }
}

/// What stands for values, by where they stand.
struct Places<'a> {
    binding: &'a Binding,
    dropped: &'a [Value],
    there: There<'a>,
    views: HashMap<String, View>,
}

impl Places<'_> {
    fn view(&mut self, place: &str) -> &View {
        if !self.views.contains_key(place) {
            let there = self.there.get(place).map(Vec::as_slice).unwrap_or_default();
            let view = self.binding.seen(place, |value| there.contains(&value));
            self.views.insert(place.to_owned(), view);
        }
        &self.views[place]
    }

    fn value(&mut self, place: &str, recorded: &Value) -> Value {
        match recorded {
            Value::Array(items) => {
                let dropped = self.dropped;
                let kept = items.iter().filter(|item| !has_one(item, dropped));
                kept.map(|item| self.value(place, item)).collect()
            }
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| (self.name(name), self.value(name, value));
                Value::Object(fields.iter().map(field).collect::<Map<_, _>>())
            }
            scalar => {
                let bound = self.view(place).value(scalar);
                match scalar.as_u64().filter(|_| bound == *scalar).and_then(|number| self.binding.of_length(number)) {
                    Some(length) => length.into(),
                    None => bound,
                }
            }
        }
    }

    /// The name of a field, which is an id where an object is a map.
    fn name(&mut self, name: &str) -> String {
        /// No field has as long a name, and ids have.
        const ID: usize = 20;
        if name.len() < ID {
            return name.to_owned();
        }
        match self.view("").value(&name.into()) {
            Value::String(bound) => bound,
            _ => name.to_owned(),
        }
    }
}

/// Whether an item of a list is one of these values, or has one of them as a field.
fn has_one(item: &Value, values: &[Value]) -> bool {
    match item {
        Value::Object(fields) => fields.values().any(|field| values.contains(field)),
        Value::Array(_) => false,
        scalar => values.contains(scalar),
    }
}
