//! When a call must have ended, and who says so.

use soar_contract::callcontext::CallContext;
use soar_contract::limits::{Limit, Limits};
use std::time::Duration;
use tokio::time::Instant;

/// When a call must have ended: by its limit `time`, or earlier if the caller says so. Waiting and running count alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// None for a limit that no clock can hold.
    pub(crate) at: Option<Instant>,
    /// How long the caller gave it, where that is less than the limit.
    pub(crate) given: Option<Duration>,
}

impl Deadline {
    /// That of a call that begins now.
    pub(crate) fn new(limits: &Limits, context: &CallContext) -> Self {
        let (now, limit) = (Instant::now(), limits.deadline());
        match context.deadline.map(Instant::from_std) {
            Some(at) if limit.is_none_or(|limit| at < limit) => {
                Self { at: Some(at), given: Some(at.saturating_duration_since(now)) }
            }
            _ => Self { at: limit, given: None },
        }
    }

    /// Whether the caller gave it no time at all.
    pub(crate) fn is_over(&self) -> bool {
        self.given.is_some_and(|given| given.is_zero())
    }

    /// How much of it is left, in milliseconds, begun ones included.
    pub(crate) fn left(&self, limits: &Limits) -> u64 {
        let left = self.at.map(|at| at.saturating_duration_since(Instant::now()).as_nanos().div_ceil(1_000_000));
        left.and_then(|left| u64::try_from(left).ok()).unwrap_or_else(|| limits.number(Limit::Time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_one_counts() {
        let limits = Limits::default().with(Limit::Time, Duration::from_secs(60));
        let alone = Deadline::new(&limits, &CallContext::new());
        assert_eq!((alone.given, alone.left(&limits)), (None, 60_000));
        let until = |seconds| {
            let at = std::time::Instant::now() + Duration::from_secs(seconds);
            Deadline::new(&limits, &CallContext::new().with_deadline(at))
        };
        assert!(until(90).given.is_none());
        let earlier = until(30);
        assert!(earlier.given.is_some() && !earlier.is_over());
        assert!((29_000..=30_000).contains(&earlier.left(&limits)));
        assert!(until(0).is_over());
        let endless = Limits::default().with(Limit::Time, Duration::MAX);
        assert_eq!(Deadline::new(&endless, &CallContext::new()).left(&endless), u64::MAX);
    }
}
