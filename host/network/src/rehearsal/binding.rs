//! What was recorded, and what was asked for in its place.

use super::view::View;
use serde_json::Value;

/// Values as they were recorded ↔ as they are asked for, each with where it stood: the name of an argument, of a field, of
/// the query, or of a part of the path.
///
/// Within one place it is one to one: two different recorded values never become one. What is bound to itself is kept,
/// too: it must not become something else later.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Binding {
    pairs: Vec<Pair>,
    /// The number of the request that is being compared: what it says goes before what others said.
    turn: usize,
    /// The sizes of bodies that are compared by nothing else.
    lengths: Vec<(u64, u64)>,
}

/// A recorded value, and the one asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Where it stood: a name.
    pub place: String,
    /// What was recorded: a text, a number or a boolean.
    pub recorded: Value,
    /// What is asked for.
    pub asked: Value,
    /// Whether a request had it; else it is of an argument, which a component may have changed before it asks.
    pub sure: bool,
    turn: usize,
}

/// Two values can't be bound: one of them is bound to another one in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict;

/// The most pairs that are kept.
const MOST: usize = 5_000;

impl Binding {
    /// Binds an argument: what the requests say later counts for more.
    pub fn seed(&mut self, place: &str, recorded: &Value, asked: &Value) {
        // A conflict among arguments is none of the requests'.
        let _ = self.put(place, recorded, asked, false);
    }

    /// Binds the values of a request. Gives whether that is new: whether anything but itself stands for what was recorded.
    ///
    /// # Errors
    /// If one of them is bound to another value in this place.
    pub fn bind(&mut self, place: &str, recorded: &Value, asked: &Value) -> Result<bool, Conflict> {
        let is_known = self.seen(place, |_| false).value(recorded) == *asked;
        self.put(place, recorded, asked, true)?;
        Ok(!is_known)
    }

    fn put(&mut self, place: &str, recorded: &Value, asked: &Value, sure: bool) -> Result<(), Conflict> {
        let here = |pair: &&mut Pair| pair.place == place && pair.sure == sure;
        let turn = self.turn;
        for pair in self.pairs.iter_mut().filter(here) {
            match (pair.recorded == *recorded, pair.asked == *asked) {
                (true, true) => {
                    pair.turn = turn;
                    return Ok(());
                }
                (false, false) => {}
                _ => return Err(Conflict),
            }
        }
        if self.pairs.len() < MOST {
            let (recorded, asked) = (recorded.clone(), asked.clone());
            self.pairs.push(Pair { place: place.to_owned(), recorded, asked, sure, turn });
        } else if recorded != asked {
            return Err(Conflict);
        }
        Ok(())
    }

    /// The next request is compared.
    pub fn next(&mut self) {
        self.turn += 1;
    }

    /// A body of so many bytes was recorded, and one of so many is sent: an answer may tell how many there were.
    pub fn length(&mut self, recorded: u64, asked: u64) {
        self.lengths.push((recorded, asked));
    }

    /// The size of a body in the place of a recorded one.
    pub(super) fn of_length(&self, recorded: u64) -> Option<u64> {
        /// Less is a size of too many other things.
        const LEAST: u64 = 10;
        let found = self.lengths.iter().rev().find(|(length, _)| *length == recorded && recorded >= LEAST);
        found.map(|(_, asked)| *asked)
    }

    /// What stands for recorded values in a place.
    #[must_use]
    pub fn view(&self, place: &str) -> View {
        self.seen(place, |_| true)
    }

    /// The same where only some recorded values are there: what nothing was bound to changes places with none of the others.
    #[must_use]
    pub fn seen(&self, place: &str, is_there: impl Fn(&Value) -> bool) -> View {
        // What this request says first, then what was said of this place, then of others.
        let order = |pair: &Pair| {
            let here = pair.place == place;
            match (here, pair.sure, pair.turn == self.turn) {
                (true, true, true) => Some(0),
                (true, true, false) => Some(1),
                (true, false, _) => Some(2),
                (false, ..) if !is_telling(&pair.recorded) || !pair.asked.is_string() => None,
                (false, true, true) => Some(3),
                (false, true, false) => Some(4),
                (false, false, _) => Some(5),
            }
        };
        let mut pairs: Vec<_> = self.pairs.iter().filter_map(|pair| Some((order(pair)?, pair))).collect();
        pairs.sort_by_key(|(order, _)| *order);
        View::new(pairs.into_iter().map(|(_, pair)| (&pair.recorded, &pair.asked)), is_there)
    }

    /// Whether everything stands for itself.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.pairs.iter().all(|pair| pair.recorded == pair.asked)
            && self.lengths.iter().all(|(one, other)| one == other)
    }

    /// What stands for something else, in the order in which it was bound.
    pub fn changes(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.recorded != pair.asked)
    }
}

/// Whether a value says by itself what it is: a text of more than a letter. A number, `true` or `O` means something else in
/// another place.
fn is_telling(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().nth(1).is_some())
}
