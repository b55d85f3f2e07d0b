//! Pages of a list: what was recorded of it, and another part of that.

use super::session::{Ended, json};
use serde_json::Value;
use std::collections::BTreeMap;

/// The names by which servers are told how many items a page has.
const SIZES: [&str; 8] = ["per_page", "page_size", "pagesize", "limit", "count", "size", "first", "max_results"];
/// The name by which they are told which page, from 0.
const PAGE: &str = "page";

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which one, from 0.
    number: u64,
    /// How many items it has at most.
    size: u64,
}

type Pair = (Vec<u8>, Vec<u8>);

impl Page {
    /// The page that a query asks for.
    pub(super) fn of(query: &[Pair]) -> Option<Self> {
        let number = |(_, value): &Pair| std::str::from_utf8(value).ok()?.parse().ok();
        let named =
            |pair: &&Pair, names: &[&str]| names.iter().any(|name| pair.0.eq_ignore_ascii_case(name.as_bytes()));
        let size = query.iter().find(|pair| named(pair, &SIZES)).and_then(number).filter(|size| *size > 0)?;
        let page = query.iter().find(|pair| named(pair, &[PAGE]));
        Some(Self { number: page.map_or(Some(0), number)?, size })
    }

    /// The page that is asked for, if it is not the recorded one.
    pub(super) fn other(recorded: &[Pair], asked: &[Pair]) -> Option<Self> {
        let (recorded, asked) = (Self::of(recorded)?, Self::of(asked)?);
        (recorded != asked).then_some(asked)
    }

    /// Whether a value of the query says which page, and is compared by nothing else.
    pub(super) fn is_of_one(name: &str, value: &[u8]) -> bool {
        Self::is_name(name) && !value.is_empty() && value.iter().all(u8::is_ascii_digit)
    }

    /// Whether an argument of this name says which page, or how long.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        SIZES.iter().chain([&PAGE]).any(|each| each.eq_ignore_ascii_case(name))
    }

    fn start(self) -> u64 {
        self.number.saturating_mul(self.size)
    }
}

/// What was recorded of a list.
#[derive(Debug, Default)]
pub(super) struct List {
    /// By their place in the list.
    items: BTreeMap<u64, Value>,
    /// The number of items, if the last page was recorded: one that is not full.
    end: Option<u64>,
}

impl List {
    /// Adds a recorded page. Whether its answer has one.
    pub(super) fn add(&mut self, page: Page, answer: &[u8]) -> bool {
        let Some(mut answer) = json(answer) else { return false };
        let Some(items) = items(&mut answer) else { return false };
        let count = items.len() as u64;
        if count < page.size {
            let end = page.start().saturating_add(count);
            // An empty page says that the list ends before it, and not where.
            self.end = match self.end {
                Some(known) => Some(known.min(end)),
                None => Some(end),
            };
        }
        let places = (page.start()..).zip(items.drain(..));
        for (place, item) in places {
            self.items.entry(place).or_insert(item);
        }
        true
    }

    /// The items of another page, and the number of recorded ones if the page goes beyond them.
    ///
    /// # Errors
    /// If nothing of it was recorded.
    pub(super) fn page(&self, asked: Page) -> Result<(Vec<Value>, Option<Ended>), Ended> {
        let end = asked.start().saturating_add(asked.size);
        let known = (asked.start()..end).map_while(|place| self.items.get(&place).cloned());
        let items: Vec<Value> = known.collect();
        let reached = asked.start().saturating_add(items.len() as u64);
        let is_all = reached == end || self.end.is_some_and(|end| end <= reached);
        let ended = Ended { recorded: self.items.len() };
        match (is_all, items.is_empty()) {
            (true, _) => Ok((items, None)),
            (false, true) => Err(ended),
            (false, false) => Ok((items, Some(ended))),
        }
    }
}

/// The list in an answer: all of it, or the one list of objects among its fields.
fn items(answer: &mut Value) -> Option<&mut Vec<Value>> {
    match answer {
        Value::Array(items) => Some(items),
        Value::Object(fields) => {
            let mut lists = fields.values_mut().filter_map(Value::as_array_mut);
            let list = lists.next()?;
            lists.next().is_none().then_some(list)
        }
        _ => None,
    }
}

/// The answer with other items in its list.
pub(super) fn with_items(answer: &[u8], new: Vec<Value>) -> Option<Value> {
    let mut answer = json(answer)?;
    *items(&mut answer)? = new;
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(number: u64, size: u64) -> Page {
        Page { number, size }
    }

    fn listed(pages: &[(u64, u64, Value)]) -> List {
        let mut list = List::default();
        for (number, size, items) in pages {
            assert!(list.add(page(*number, *size), items.to_string().as_bytes()));
        }
        list
    }

    #[test]
    fn a_shorter_page_is_cut_and_a_longer_one_says_where_the_recording_ends() {
        let whole = listed(&[(0, 5, json!(["a", "b", "c"]))]);
        assert_eq!(whole.page(page(0, 2)), Ok((vec![json!("a"), json!("b")], None)));
        assert_eq!(whole.page(page(1, 2)), Ok((vec![json!("c")], None)));
        // It ends there on the server, too.
        assert_eq!(whole.page(page(0, 50)), Ok((vec![json!("a"), json!("b"), json!("c")], None)));
        assert_eq!(whole.page(page(4, 2)), Ok((vec![], None)));
        let full =
            listed(&[(0, 2, json!({ "total": 9, "users": [1, 2] })), (1, 2, json!({ "total": 9, "users": [3, 4] }))]);
        let ended = Ended { recorded: 4 };
        assert_eq!(full.page(page(0, 4)), Ok((vec![json!(1), json!(2), json!(3), json!(4)], None)));
        assert_eq!(full.page(page(1, 3)), Ok((vec![json!(4)], Some(ended))));
        assert_eq!(full.page(page(7, 3)), Err(ended));
        assert_eq!(
            with_items(br#"{"total": 9, "users": [1]}"#, vec![json!(7)]),
            Some(json!({ "total": 9, "users": [7] }))
        );
    }
}
