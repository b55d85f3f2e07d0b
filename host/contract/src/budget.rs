//! What the result of a call may still take of its host: memory, and time.

use crate::limits::{Amount, Exceeded, Limit, Limits};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;

/// The clock is looked at once in so many steps.
const STEPS: usize = 4096;

/// What is left. Whoever makes something of a result takes what that needs before it is made.
pub struct Budget {
    bytes: u64,
    output: u64,
    /// None if the call never ends for want of time.
    deadline: Option<Instant>,
    time: Amount,
    /// How much was done since the clock was looked at, and in all.
    steps: usize,
    work: u64,
}

impl Budget {
    /// All that the limits allow, until the call's deadline.
    pub fn new(limits: &Limits, deadline: Option<Instant>) -> Self {
        let (output, time) = (limits.number(Limit::Output), limits.get(Limit::Time));
        Self { bytes: output, output, deadline, time, steps: 0, work: 0 }
    }

    /// One without end, for what is nobody's call.
    pub fn endless() -> Self {
        Self { bytes: u64::MAX, output: u64::MAX, deadline: None, time: Duration::MAX.into(), steps: 0, work: 0 }
    }

    /// What is left of the memory, in bytes.
    pub fn left(&self) -> u64 {
        self.bytes
    }

    /// How many steps there were.
    #[cfg(test)]
    pub(crate) fn work(&self) -> u64 {
        self.work
    }

    /// Takes so many bytes.
    pub fn take(&mut self, bytes: u64) -> Result<(), Exceeded> {
        let over = Exceeded { limit: Limit::Output, allowed: self.output.into() };
        self.bytes = self.bytes.checked_sub(bytes).ok_or(over)?;
        self.step(1)
    }

    /// Takes what a value of JSON needs for a copy of it.
    pub fn take_copy(&mut self, json: &Json) -> Result<(), Exceeded> {
        match json {
            Json::String(text) => self.take(block(text.len())),
            Json::Array(items) => {
                self.take(array(items.len()))?;
                items.iter().try_for_each(|item| self.take_copy(item))
            }
            Json::Object(fields) => {
                self.take(object(fields.len()))?;
                fields.iter().try_for_each(|(name, field)| {
                    self.take(block(name.len()))?;
                    self.take_copy(field)
                })
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => self.step(1),
        }
    }

    /// Notes that so much was done, or is about to be.
    pub fn step(&mut self, steps: usize) -> Result<(), Exceeded> {
        self.work = self.work.saturating_add(steps as u64);
        self.steps = self.steps.saturating_add(steps);
        if self.steps < STEPS {
            return Ok(());
        }
        self.steps = 0;
        self.in_time()
    }

    /// Looks at the clock.
    pub fn in_time(&self) -> Result<(), Exceeded> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Exceeded { limit: Limit::Time, allowed: self.time }),
            _ => Ok(()),
        }
    }
}

/// What a block of so many bytes takes of the memory, with what the allocator adds.
pub const fn block(bytes: usize) -> u64 {
    const HEADER: u64 = 8;
    const GRAIN: u64 = 16;
    const SMALLEST: u64 = 32;
    let bytes = bytes as u64;
    if bytes == 0 {
        return 0;
    }
    let grains = bytes.saturating_add(HEADER).div_ceil(GRAIN);
    let size = grains.saturating_mul(GRAIN);
    if size < SMALLEST { SMALLEST } else { size }
}

/// What the items of a JSON array take beside what is in them.
pub const fn array(len: usize) -> u64 {
    block(len.saturating_mul(size_of::<Json>()))
}

/// What the fields of a JSON object take beside their names and what is in them.
pub const fn object(len: usize) -> u64 {
    if len == 0 {
        return 0;
    }
    // A hash, a name and a value for each, and a table of places that is never full.
    let entry = size_of::<u64>() + size_of::<String>() + size_of::<Json>();
    let place = 2 * (size_of::<usize>() + 1);
    const SMALLEST: usize = 64;
    block(len.saturating_mul(entry)).saturating_add(block(len.saturating_mul(place).saturating_add(SMALLEST)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_more_is_taken_than_there_is() {
        let mut budget = Budget::new(&Limits::default().with(Limit::Output, 100), None);
        budget.take(60).unwrap();
        assert_eq!(budget.take(41), Err(Exceeded { limit: Limit::Output, allowed: 100.into() }));
        assert_eq!(budget.left(), 40);
        budget.take(40).unwrap();
    }

    #[test]
    fn the_clock_is_looked_at_now_and_then() {
        let past = Instant::now() - Duration::from_millis(1);
        let mut budget = Budget::new(&Limits::default(), Some(past));
        let ended = (0..=STEPS).find_map(|_| budget.take(0).err()).expect("it is late");
        assert_eq!(ended.limit, Limit::Time);
    }

    #[test]
    fn a_copy_takes_what_is_in_it() {
        let taken = |json| {
            let mut budget = Budget::endless();
            budget.take_copy(&json).unwrap();
            u64::MAX - budget.left()
        };
        assert_eq!(taken(json!(null)), 0);
        assert!(taken(json!("x".repeat(1000))) >= 1000);
        assert!(taken(json!([1, 2, 3])) >= 3 * size_of::<Json>() as u64);
        assert!(taken(json!({"a": ["b"]})) > taken(json!(["b"])));
    }
}
