//! Which recorded call is nearest to another one, and what they say of each other.

use super::Call;
use serde_json::{Map, Value};
use soar_contract::arguments::{self, Unknown};
use soar_contract::manifest::Command;
use soar_contract::names::kebab;
use soar_contract::ty::Record;
use soar_network::rehearsal::{Binding, Page};
use std::collections::BTreeMap;

/// How far a recorded call is from another one; the smaller one is nearer. The first field counts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    /// The items of lists that the recorded call has too few.
    items: usize,
    /// What only one of them has: arguments, an investigation, files.
    names: usize,
    /// What both have, with other values.
    values: usize,
}

/// A call, read as the command reads it.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    call: &'a Call,
    /// By argument name.
    values: Map<String, Value>,
    given: Vec<String>,
}

impl<'a> Reading<'a> {
    /// Reads the arguments of a call, which are of this record; none if the command can't.
    #[must_use]
    pub fn of(command: &Command, record: Option<&Record>, call: &'a Call) -> Option<Self> {
        let pairs = call.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields = arguments::from_strings(command, record, pairs, Unknown::Refuse).ok()?;
        let named =
            |(field, value): (String, Value)| Some((command.argument_of_field(&kebab(&field))?.name.clone(), value));
        let values = fields.into_iter().filter_map(named).collect();
        let given = call.arguments.iter().filter(|(_, value)| !value.is_empty());
        let given = given.filter_map(|(name, _)| Some(command.argument(name)?.name.clone())).collect();
        Some(Self { call, values, given })
    }

    /// How far a recorded call is from this one.
    #[must_use]
    pub fn distance(&self, recorded: &Reading<'_>) -> Distance {
        let mut distance = Distance { items: 0, names: 0, values: 0 };
        for (name, one, other) in self.differing(recorded) {
            // Each page is cut from what was recorded of the list, whatever page that was.
            if Page::is_name(name) {
                continue;
            }
            let lengths = (one.as_array().map_or(0, Vec::len), other.as_array().map_or(0, Vec::len));
            distance.items += lengths.0.saturating_sub(lengths.1);
            match (self.has(name), recorded.has(name)) {
                (true, true) => distance.values += if one.is_string() { 1 } else { 2 },
                _ => distance.names += 1,
            }
        }
        distance.names += usize::from(self.call.investigation.is_some() != recorded.call.investigation.is_some());
        distance.names += usize::from(!self.call.files.is_empty() && recorded.call.files.is_empty());
        for (name, value) in &self.call.parameters {
            match recorded.call.parameters.get(name) {
                None => distance.names += 1,
                Some(other) => distance.values += usize::from(value != other),
            }
        }
        distance
    }

    fn has(&self, name: &str) -> bool {
        self.given.iter().any(|given| given == name)
    }

    fn differing<'b>(&'b self, recorded: &'b Reading<'_>) -> impl Iterator<Item = (&'b str, &'b Value, &'b Value)> {
        const NOTHING: &Value = &Value::Null;
        let names = self.values.keys().chain(recorded.values.keys().filter(|name| !self.values.contains_key(*name)));
        names.filter_map(|name| {
            let (one, other) = (self.values.get(name).unwrap_or(NOTHING), recorded.values.get(name).unwrap_or(NOTHING));
            (one != other).then_some((name.as_str(), one, other))
        })
    }

    /// What the arguments of this call are in the place of those of a recorded one.
    #[must_use]
    pub fn binding(&self, recorded: &Reading<'_>) -> Binding {
        let mut binding = Binding::default();
        for (name, one, other) in self.differing(recorded) {
            match (one, other) {
                (Value::Array(asked), Value::Array(recorded)) => {
                    let left = |items: &'_ [Value], others: &[Value]| -> Vec<Value> {
                        items.iter().filter(|item| !others.contains(item)).cloned().collect()
                    };
                    // What both have stands for itself.
                    let pairs = left(recorded, asked).into_iter().zip(left(asked, recorded)).collect::<Vec<_>>();
                    pairs.iter().for_each(|(recorded, asked)| binding.seed(name, recorded, asked));
                }
                (asked, recorded) if is_bindable(asked) && is_bindable(recorded) => binding.seed(name, recorded, asked),
                _ => {}
            }
        }
        for (name, asked) in &self.call.parameters {
            if let Some(recorded) = recorded.call.parameters.get(name) {
                binding.seed(name, &recorded.as_str().into(), &asked.as_str().into());
            }
        }
        if let (Some(asked), Some(recorded)) = (&self.call.investigation, &recorded.call.investigation) {
            if let (Some(asked), Some(recorded)) = (&asked.war_room_url, &recorded.war_room_url) {
                binding.seed("war_room_url", &recorded.as_str().into(), &asked.as_str().into());
            }
            binding.seed("investigation", &recorded.id.as_str().into(), &asked.id.as_str().into());
        }
        let names = |files: &BTreeMap<String, String>| -> Vec<String> {
            files.values().map(|path| path.rsplit('/').next().unwrap_or(path).to_owned()).collect()
        };
        for (recorded, asked) in names(&recorded.call.files).iter().zip(names(&self.call.files)) {
            binding.seed("file", &recorded.as_str().into(), &asked.into());
        }
        binding
    }

    /// The names that only one of two calls has: those of this one, and those of the recorded one.
    #[must_use]
    pub fn names(&self, recorded: &Reading<'_>) -> (Vec<String>, Vec<String>) {
        let only = |one: &Reading<'_>, other: &Reading<'_>| -> Vec<String> {
            one.given
                .iter()
                .filter(|name| !other.has(name) && one.values.get(*name) != other.values.get(*name))
                .cloned()
                .collect()
        };
        (only(self, recorded), only(recorded, self))
    }

    /// The names that both calls have, with other values.
    #[must_use]
    pub fn others(&self, recorded: &Reading<'_>) -> Vec<String> {
        let both = |name: &&str| self.has(name) && recorded.has(name);
        self.differing(recorded).map(|(name, ..)| name).filter(both).map(str::to_owned).collect()
    }

    /// Lists that have more items than those of a recorded call: the name, and how many each has.
    #[must_use]
    pub fn longer(&self, recorded: &Reading<'_>) -> Vec<(String, usize, usize)> {
        let lengths = |(name, one, other): (&str, &Value, &Value)| {
            let (one, other) = (one.as_array()?.len(), other.as_array()?.len());
            (one > other).then(|| (name.to_owned(), one, other))
        };
        self.differing(recorded).filter_map(lengths).collect()
    }
}

fn is_bindable(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}
