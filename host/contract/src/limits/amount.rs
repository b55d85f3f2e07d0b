//! How much of something there may be.

use super::{Limit, Unit};
use bytesize::ByteSize;
use std::time::Duration;

/// How much of something there may be: a time of what is counted in times, else a number of bytes or of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Of a limit whose unit is [`Unit::Time`].
    Time(Duration),
    /// Of one whose unit is [`Unit::Bytes`] or [`Unit::Count`].
    Number(u64),
}

impl From<Duration> for Amount {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}

impl From<u64> for Amount {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl Amount {
    /// As it is held: milliseconds, bytes or a number.
    ///
    /// # Panics
    /// If the limit is not counted like this.
    pub(super) fn held(self, limit: Limit) -> u64 {
        match (limit.unit(), self) {
            // A begun millisecond is one: no time that there is becomes none.
            (Unit::Time, Self::Time(time)) => u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX),
            (Unit::Bytes | Unit::Count, Self::Number(number)) => number,
            (Unit::Time, Self::Number(number)) => {
                panic!("the limit {} is a time: got the number {number}; expected a Duration", limit.name())
            }
            (_, Self::Time(time)) => panic!("the limit {} is no time: got {time:?}; expected a number", limit.name()),
        }
    }
}

impl Limit {
    /// What is held for it, as an amount.
    pub(super) fn amount(self, held: u64) -> Amount {
        match self.unit() {
            Unit::Time => Amount::Time(Duration::from_millis(held)),
            Unit::Bytes | Unit::Count => Amount::Number(held),
        }
    }

    /// An amount of it as people write it.
    #[must_use]
    pub fn show(self, amount: Amount) -> String {
        match amount {
            Amount::Number(number) if self.unit() == Unit::Bytes => ByteSize::b(number).display().iec().to_string(),
            Amount::Number(number) => number.to_string(),
            Amount::Time(time) => match time.as_millis() {
                0 => "0 ms".to_owned(),
                time if time.is_multiple_of(60_000) => format!("{} min", time / 60_000),
                time if time.is_multiple_of(1000) => format!("{} s", time / 1000),
                time => format!("{time} ms"),
            },
        }
    }
}
