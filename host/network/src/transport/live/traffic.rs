//! What comes by all connections of a client that many requests share.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// What one stream may have on its way that nobody has read yet, in bytes.
pub(super) const WINDOW: u32 = 512 * 1024;
/// The most that may come by all connections of a client while a part of an answer lies there unread, in bytes. All of that may
/// be kept with it, and with those that lie there on other connections.
const UNREAD: u64 = 64 * 1024 * 1024;
/// How often that is looked at, in bytes.
const TOLD: u64 = 1024 * 1024;

/// What comes by all the connections of a client. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Traffic(Arc<Coming>);

#[derive(Debug, Default)]
struct Coming {
    /// How much came in all.
    heard: AtomicU64,
    /// Told when a good deal more has come.
    more: Notify,
}

impl Traffic {
    fn heard(&self) -> u64 {
        self.0.heard.load(Ordering::Relaxed)
    }

    /// Notes that so many bytes came.
    pub fn got(&self, bytes: u64) {
        let heard = self.0.heard.fetch_add(bytes, Ordering::Relaxed);
        if heard / TOLD != (heard + bytes) / TOLD {
            self.0.more.notify_waiters();
        }
    }

    /// What of an answer is unread: nothing yet.
    pub fn unread(&self) -> Unread {
        let heard = self.heard();
        Unread { traffic: self.clone(), since: heard, took: 0, mark: (0, heard) }
    }
}

/// Since when a part of an answer is unread, in bytes that came by the client's connections.
pub(super) struct Unread {
    traffic: Traffic,
    since: u64,
    took: u64,
    /// How much had been taken, and how much had come then.
    mark: (u64, u64),
}

impl Unread {
    /// All that came of it was taken.
    pub fn none(&mut self) {
        self.since = self.traffic.heard();
        self.mark = (self.took, self.since);
    }

    /// So many bytes of it were taken. When a whole window was, what is there now came later than that one began.
    pub fn took(&mut self, bytes: usize) {
        self.took += bytes as u64;
        if self.took >= self.mark.0 + u64::from(WINDOW) {
            self.since = self.mark.1;
            self.mark = (self.took, self.traffic.heard());
        }
    }

    /// Waits until too much has come since then.
    pub async fn for_too_much(&self) {
        loop {
            let mut more = pin!(self.traffic.0.more.notified());
            more.as_mut().enable();
            if self.traffic.heard() - self.since > UNREAD {
                return;
            }
            more.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_lies_unread_while_too_much_comes_is_given_up() {
        let traffic = Traffic::default();
        let mut unread = traffic.unread();
        let is_much = async |unread: &Unread| {
            tokio::select! { biased; () = unread.for_too_much() => true, () = std::future::ready(()) => false }
        };
        traffic.got(UNREAD);
        assert!(!is_much(&unread).await);
        traffic.got(1);
        assert!(is_much(&unread).await);
        unread.none();
        assert!(!is_much(&unread).await);
        // Who reads on has nothing there that is older than two windows.
        for _ in 0..300 {
            traffic.got(u64::from(WINDOW));
            unread.took(WINDOW as usize);
            assert!(!is_much(&unread).await);
        }
        // And whoever waits is told.
        let waits = tokio::spawn(async move { unread.for_too_much().await });
        tokio::task::yield_now().await;
        traffic.got(UNREAD + 2 * u64::from(WINDOW));
        waits.await.unwrap();
    }
}
