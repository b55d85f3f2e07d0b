//! Whether a server keeps its connections.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// A connection that was used so recently is not one that a server ends for having been idle: the shortest such times
/// of servers are some seconds.
pub(super) const RECENT: Duration = Duration::from_secs(1);
/// The same of one that requests share: HTTP/2 servers say which requests they did not take before they end one.
pub(super) const RECENT_SHARED: Duration = Duration::from_secs(10);
/// A server that ends a connection after its answer does so sooner.
const SOON: Duration = Duration::from_millis(50);

const UNKNOWN: u8 = 0;
const KEEPS: u8 = 1;
const ENDS: u8 = 2;

/// What is known of how a server ends its connections without a word. A request that may be sent only once goes by a
/// kept one only where the server is known to keep them.
#[derive(Debug, Default)]
pub(super) struct Habits(AtomicU8);

impl Habits {
    /// It has kept one, and answered by it again. What is known to be otherwise stays known.
    pub fn kept(&self) {
        drop(self.0.compare_exchange(UNKNOWN, KEEPS, Ordering::Relaxed, Ordering::Relaxed));
    }

    /// One that nobody uses is there, so long after its last use.
    pub fn is_there(&self, idle: Duration) {
        if idle >= SOON {
            self.kept();
        }
    }

    /// It has ended one without a word, so long after its last use.
    pub fn ended(&self, idle: Duration) {
        if idle < RECENT {
            self.0.store(ENDS, Ordering::Relaxed);
        }
    }

    /// Whether it keeps them.
    pub fn are_to_keep(&self) -> bool {
        self.0.load(Ordering::Relaxed) == KEEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ends_one_too_soon_is_not_believed_again() {
        let habits = Habits::default();
        habits.is_there(SOON / 2);
        assert!(!habits.are_to_keep());
        habits.is_there(SOON);
        assert!(habits.are_to_keep());
        habits.ended(RECENT);
        assert!(habits.are_to_keep(), "that was long enough");
        habits.ended(SOON / 2);
        habits.kept();
        assert!(!habits.are_to_keep());
    }
}
