//! Lists of the server's, and of what is known by an id in them.

use super::super::json::Json;
use super::object::{Mismatch, Read};
use crate::bindings::exports::mattermost::integration::types::{Channel, Group, GroupMember, User};
use std::collections::BTreeSet;

/// A list; `null` is an empty one.
pub fn list<T>(value: &Json<'_>, read: impl Fn(&Json<'_>) -> Read<T>) -> Read<Vec<T>> {
    match value {
        Json::Null => Ok(Vec::new()),
        Json::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| read(item).map_err(|mismatch| mismatch.below(&format!("[{at}]"))))
            .collect(),
        other => Err(Mismatch::new("a list", other)),
    }
}

/// What has an id by which it is known.
pub trait Thing {
    /// The id.
    fn id(&self) -> &str;
}

macro_rules! things {
    ($($thing:ty),*) => {
        $(impl Thing for $thing {
            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}

things!(Channel, Group, GroupMember, User);

fn ids<T: Thing>(things: &[T]) -> Vec<&str> {
    things.iter().map(Thing::id).collect()
}

/// A list of things, each once.
pub fn things<T: Thing>(value: &Json<'_>, read: impl Fn(&Json<'_>) -> Read<T>) -> Read<Vec<T>> {
    let things = list(value, read)?;
    match repeated(&ids(&things)).iter().position(|repeated| *repeated) {
        Some(at) => Err(Mismatch::shape("an ID of its own", "an ID that came before").below(&format!("[{at}].id"))),
        None => Ok(things),
    }
}

/// Each thing once, where it came first. A list that changes while its pages are read shows one on two of them.
pub fn once<T: Thing>(things: Vec<T>) -> Vec<T> {
    let repeated = repeated(&ids(&things));
    if !repeated.contains(&true) {
        return things;
    }
    things.into_iter().zip(repeated).filter(|(_, repeated)| !repeated).map(|(thing, _)| thing).collect()
}

/// For each id, whether it came before.
fn repeated(ids: &[&str]) -> Vec<bool> {
    let mut known = BTreeSet::new();
    ids.iter().map(|id| !known.insert(*id)).collect()
}
