//! Times as people write them.

use std::time::Duration;

/// The longest time that somebody can set. Of a longer one it can't be said when it is over: clocks end.
pub const LONGEST: Duration = Duration::from_hours(24);

/// What a time should be.
pub const TIME: &str = "a time above 0 and of at most a day";

/// A time as people write it, such as `500 ms`, `30 s` or `5 min`, if it is above 0 and not above [`LONGEST`].
#[must_use]
pub fn time(text: &str) -> Option<Duration> {
    let time = text.parse::<jiff::SignedDuration>().ok()?;
    Duration::try_from(time).ok().filter(|time| !time.is_zero() && *time <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Instant;

    proptest! {
        #[test]
        fn no_text_is_a_time_that_a_clock_does_not_reach(
            text in "\\PC{0,12}|-?[0-9]{1,20}(\\.[0-9]{1,9})? ?(ns|us|ms|s|m|min|h|d|w|y|P)?( [0-9]{1,19} ?[mhs])?|PT?[0-9]{1,19}[HMSDY]"
        ) {
            if let Some(time) = time(&text) {
                prop_assert!(!time.is_zero() && time <= LONGEST, "{text}");
                prop_assert!(Instant::now().checked_add(time).is_some(), "{text}");
            }
        }
    }
}
