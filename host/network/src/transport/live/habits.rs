//! Whether a server keeps its connections.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// A connection that was used so recently is not one that a server ends for having been idle: the shortest such times
/// of servers are some seconds.
pub(super) const RECENT: Duration = Duration::from_secs(1);
/// The same of one that requests share: HTTP/2 servers say which requests they did not take before they end one.
pub(super) const RECENT_SHARED: Duration = Duration::from_secs(10);
/// A server that ends a connection after each answer does so sooner, and word of that comes as soon as the answer did.
const SOON: Duration = Duration::from_millis(25);

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
        let _ = self.0.compare_exchange(UNKNOWN, KEEPS, Ordering::Relaxed, Ordering::Relaxed);
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

    /// For how long to wait before one is used that nobody has used for so long; never, if none is to be used again, or none
    /// that was not used recently.
    pub fn wait(&self, idle: Duration, recent: Duration) -> Option<Duration> {
        match self.0.load(Ordering::Relaxed) {
            _ if idle >= recent => None,
            KEEPS => Some(Duration::ZERO),
            ENDS => None,
            _ => Some(SOON.saturating_sub(idle)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ends_one_too_soon_is_not_believed_again() {
        let (habits, recent) = (Habits::default(), SOON / 5);
        habits.is_there(recent);
        assert_eq!(habits.wait(recent, RECENT), Some(SOON - recent));
        assert_eq!(habits.wait(RECENT, RECENT), None, "that is too long ago");
        assert_eq!(habits.wait(RECENT, RECENT_SHARED), Some(Duration::ZERO), "for one that is shared it is not");
        habits.is_there(SOON);
        assert_eq!(habits.wait(recent, RECENT), Some(Duration::ZERO));
        habits.ended(RECENT);
        assert_eq!(habits.wait(recent, RECENT), Some(Duration::ZERO), "it was kept for long enough");
        habits.ended(recent);
        habits.kept();
        assert_eq!(habits.wait(recent, RECENT), None);
    }
}
