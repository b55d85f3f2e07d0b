//! Whether somebody uses a connection, or will.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::shared::WINDOW;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// The most that a server may send while nobody waits for anything, in bytes. What is on its way when an answer is given up
/// is less than this, or the next request opens another connection.
const UNASKED: u64 = 4 * 1024 * 1024;

/// The most that may come by all connections of a client while a part of an answer lies there unread, in bytes. All of that may
/// be kept with it, and with those that lie there on other connections.
const UNREAD: u64 = 64 * 1024 * 1024;
/// How often that is looked at, in bytes.
const TOLD: u64 = 1024 * 1024;

/// Who uses a connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Uses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    count: AtomicUsize,
    /// How much came since somebody used it.
    unasked: AtomicU64,
    /// How much came in all.
    heard: AtomicU64,
    traffic: Traffic,
    last: Mutex<Instant>,
    /// Nobody will use it again.
    over: AtomicBool,
    changed: Notify,
}

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

    fn got(&self, bytes: u64) {
        let heard = self.0.heard.fetch_add(bytes, Ordering::Relaxed);
        if heard / TOLD != (heard + bytes) / TOLD {
            self.0.more.notify_waiters();
        }
    }
}

/// Who may use a connection again: when the last of these is dropped nobody will.
#[derive(Debug)]
pub(super) struct Kept(Uses);

/// A use, until this is dropped.
#[derive(Debug)]
pub(super) struct Use(Uses);

impl Uses {
    /// Those of a new connection, which nobody uses yet.
    pub fn new(traffic: Traffic) -> Uses {
        let (count, unasked, heard, over, changed) = Default::default();
        Uses(Arc::new(Inner { count, unasked, heard, traffic, last: Mutex::new(Instant::now()), over, changed }))
    }

    /// Those who may use it.
    pub fn kept(&self) -> Arc<Kept> {
        Arc::new(Kept(self.clone()))
    }

    /// One more.
    pub fn another(&self) -> Use {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.unasked.store(0, Ordering::Relaxed);
        self.touch();
        Use(self.clone())
    }

    /// When the last use began or ended.
    pub fn last(&self) -> Instant {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn are_none(&self) -> bool {
        self.0.count.load(Ordering::Relaxed) == 0
    }

    /// How many bytes came, whatever they were.
    pub fn heard(&self) -> u64 {
        self.0.heard.load(Ordering::Relaxed)
    }

    /// Notes that so many bytes came, and says whether they may.
    pub fn got(&self, bytes: usize) -> bool {
        self.0.heard.fetch_add(bytes as u64, Ordering::Relaxed);
        self.0.traffic.got(bytes as u64);
        !self.are_none() || self.0.unasked.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64 <= UNASKED
    }

    /// From now on nobody will use it again.
    pub fn end(&self) {
        self.0.over.store(true, Ordering::Relaxed);
        self.0.changed.notify_one();
    }

    /// Whether nobody will use it again.
    pub fn are_over(&self) -> bool {
        self.0.over.load(Ordering::Relaxed)
    }

    /// Waits until nobody has used it for so long, or nobody uses it and nobody will.
    pub async fn none_for(&self, longest: Duration) {
        loop {
            let since = match self.are_none() {
                true if self.are_over() || self.last().elapsed() >= longest => return,
                true => self.last(),
                false => Instant::now(),
            };
            let changed = self.0.changed.notified();
            match since.checked_add(longest.max(Duration::from_millis(1))) {
                Some(until) => drop(timeout_at(until, changed).await),
                None => changed.await,
            }
        }
    }

    /// Whether they are of the same connection.
    pub fn are(&self, other: &Uses) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Use {
    /// What of an answer is unread: nothing yet.
    pub fn unread(&self) -> Unread {
        let traffic = self.0.0.traffic.clone();
        let heard = traffic.heard();
        Unread { traffic, since: heard, took: 0, mark: (0, heard) }
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

impl Drop for Use {
    fn drop(&mut self) {
        self.0.touch();
        self.0.0.count.fetch_sub(1, Ordering::Relaxed);
        self.0.0.changed.notify_one();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_much_comes_while_nobody_waits() {
        let uses = Uses::new(Traffic::default());
        let used = uses.another();
        assert!(uses.got(usize::MAX / 2));
        drop(used);
        assert!(uses.got(UNASKED as usize) && !uses.got(1));
        // A use begins anew.
        drop(uses.another());
        assert!(uses.got(1));
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_has_used_it_for_long() {
        let uses = Uses::new(Traffic::default());
        let used = uses.another();
        let none = uses.none_for(Duration::ZERO);
        tokio::pin!(none);
        tokio::select! {
            biased;
            () = &mut none => panic!("somebody uses it"),
            () = tokio::task::yield_now() => drop(used),
        }
        none.await;
    }

    #[tokio::test]
    async fn what_lies_unread_while_too_much_comes_is_given_up() {
        let uses = Uses::new(Traffic::default());
        let mut unread = uses.another().unread();
        let is_much = async |unread: &Unread| {
            tokio::select! { biased; () = unread.for_too_much() => true, () = std::future::ready(()) => false }
        };
        uses.got(UNREAD as usize);
        assert!(!is_much(&unread).await);
        uses.got(1);
        assert!(is_much(&unread).await);
        unread.none();
        assert!(!is_much(&unread).await);
        // By whichever connection.
        let other = Uses::new(unread.traffic.clone());
        let _used = other.another();
        other.got(UNREAD as usize + 1);
        assert!(is_much(&unread).await);
        unread.none();
        // Who reads on has nothing there that is older than two windows.
        for _ in 0..300 {
            uses.got(WINDOW as usize);
            unread.took(WINDOW as usize);
            assert!(!is_much(&unread).await);
        }
        // And whoever waits is told.
        let waits = tokio::spawn(async move { unread.for_too_much().await });
        tokio::task::yield_now().await;
        uses.got(UNREAD as usize + 2 * WINDOW as usize);
        waits.await.unwrap();
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_uses_it_and_nobody_will() {
        let uses = Uses::new(Traffic::default());
        let (kept, used) = (uses.kept(), uses.another());
        let none = uses.none_for(Duration::MAX);
        tokio::pin!(none);
        tokio::select! {
            biased;
            () = &mut none => panic!("somebody uses it"),
            () = tokio::task::yield_now() => drop(kept),
        }
        tokio::select! {
            biased;
            () = &mut none => panic!("somebody still uses it"),
            () = tokio::task::yield_now() => drop(used),
        }
        none.await;
    }
}
