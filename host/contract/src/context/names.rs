//! The context's own names for what a result calls otherwise.

use crate::budget::{Budget, block};
use crate::limits::Exceeded;
use crate::names::snake;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// A result's field with the context's own names where an output has some.
///
/// A name is given to the WIT path inside the field, `timezone.automatic-timezone`, in each item of a list.
pub fn renamed(mut found: Json, names: &[(String, String)]) -> Json {
    // Without an end, nothing goes over it.
    let _ = Names::new(names).rename(&mut found, &mut Budget::endless());
    found
}

/// Deeper than this no value is: the engine has no types of that depth.
const DEEPEST: usize = 128;

/// The names for what is inside of something, by what the result calls it. There may be as many as items: each is found
/// without looking at the others, and all in one go through the items.
#[derive(Default)]
pub(super) struct Names<'a>(BTreeMap<String, Named<'a>>);

#[derive(Default)]
struct Named<'a> {
    name: Option<&'a str>,
    inside: Names<'a>,
}

impl<'a> Names<'a> {
    /// Names by paths. The first one for a path counts.
    pub(super) fn new(names: &'a [(String, String)]) -> Names<'a> {
        let mut all = Names::default();
        for (path, name) in names.iter().filter(|(path, _)| path.split('.').nth(DEEPEST).is_none()) {
            let mut places = &mut all;
            let mut segments = path.split('.').peekable();
            while let Some(segment) = segments.next() {
                let named = places.0.entry(snake(segment)).or_default();
                if segments.peek().is_none() {
                    named.name.get_or_insert(name);
                }
                places = &mut named.inside;
            }
        }
        all
    }

    /// Gives them to a value, or to each item of a list.
    pub(super) fn rename(&self, json: &mut Json, budget: &mut Budget) -> Result<(), Exceeded> {
        if self.0.is_empty() {
            return Ok(());
        }
        match json {
            Json::Array(items) => items.iter_mut().try_for_each(|item| self.rename(item, budget)),
            Json::Object(object) => {
                budget.step(object.len())?;
                let fields = std::mem::take(object);
                let mut all = Map::with_capacity(fields.len());
                for (field, mut json) in fields {
                    let named = self.0.get(&field);
                    if let Some(named) = named {
                        named.inside.rename(&mut json, budget)?;
                    }
                    let name = match named.and_then(|named| named.name) {
                        Some(name) => {
                            budget.take(block(name.len()))?;
                            name.to_owned()
                        }
                        None => field,
                    };
                    all.insert(name, json);
                }
                *object = all;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
