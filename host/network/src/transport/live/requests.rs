//! Which requests were begun by a connection that many share.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many it was given, and how many of them were begun.
#[derive(Debug, Default)]
pub(super) struct Requests {
    given: AtomicUsize,
    begun: AtomicUsize,
}

impl Requests {
    /// One more was given.
    pub fn given(&self) {
        self.given.fetch_add(1, Ordering::SeqCst);
    }

    /// So many are about to be begun, or more: what could not be written is counted again.
    pub fn begin(&self, requests: usize) {
        self.begun.fetch_add(requests, Ordering::SeqCst);
    }

    /// How many were begun, at most.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// One ended without an answer, of which it is not known whether it was begun: from now on it isn't of another one.
    pub fn are_uncertain(&self) {
        self.given.store(0, Ordering::SeqCst);
    }

    /// Whether one was not begun, for sure.
    pub fn is_one_unbegun(&self) -> bool {
        self.begun() < self.given.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sure_is_not_said() {
        let requests = Requests::default();
        requests.given();
        assert!(requests.is_one_unbegun());
        requests.begin(1);
        assert!(!requests.is_one_unbegun());
        requests.given();
        assert!(requests.is_one_unbegun());
        requests.are_uncertain();
        requests.given();
        assert!(!requests.is_one_unbegun());
        // What was counted twice is no reason to believe that another one was not begun.
        let requests = Requests::default();
        requests.given();
        requests.begin(2);
        requests.given();
        assert!(!requests.is_one_unbegun());
    }
}
