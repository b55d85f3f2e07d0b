//! What is known of one connection.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::alarm::after;
use super::heard::Heard;
use super::requests::Requests;
use super::site::Site;
use super::traffic::{Traffic, Unread};

/// The most that a server may send while nobody waits for anything, in bytes. What is on its way when an answer is given up
/// is less than this, or the next request opens another connection.
pub(super) const UNASKED: u64 = 4 * 1024 * 1024;
/// Before an answer begins there may be so many heads of the longest, with those that only say that it will take a while; and
/// so many bytes in any case, since the beginning of its body comes with it.
const HEADS: u64 = 4;
const SHORTEST: u64 = 2 * 1024 * 1024;
/// Whoever a connection was opened for uses it sooner, if at all.
const SOON: Duration = Duration::from_secs(10);

/// A connection, as far as it is known apart from its bytes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Link(Arc<Inner>);

struct Inner {
    site: Arc<Site>,
    peer: SocketAddr,
    /// Whether requests share it: HTTP/2.
    is_shared: bool,
    /// How many use it.
    uses: AtomicUsize,
    /// Nobody has used it yet.
    is_new: AtomicBool,
    /// How many answers came by it, whole.
    answers: AtomicUsize,
    /// How many bytes were sent, and how many of them before the last answer ended.
    sent: AtomicU64,
    before: AtomicU64,
    /// How much came in all, and how much since somebody used it.
    heard: AtomicU64,
    unasked: AtomicU64,
    traffic: Traffic,
    /// The most that may come before an answer begins, in bytes.
    longest_head: u64,
    /// When the last use began or ended.
    last: Mutex<Instant>,
    /// How much came since it was asked, until an answer began; none while nothing is asked. Of one for one request at a time.
    awaited: AtomicU64,
    /// Why it was cut, if that is the server's fault.
    why: OnceLock<&'static str>,
    /// What it said of itself.
    says: Mutex<Heard>,
    /// Which requests were begun, of a shared one.
    requests: Requests,
    /// The server has said that it would end it.
    announced: AtomicBool,
    /// Nobody will use it again.
    over: AtomicBool,
    /// Ends it, whoever uses it.
    cut: CancellationToken,
    changed: Notify,
    /// Keeps others from opening another one, until this one can be shared.
    opening: Mutex<Option<OwnedMutexGuard<()>>>,
}

impl Link {
    /// A new connection, which nobody uses yet.
    pub fn new(site: Arc<Site>, peer: SocketAddr, is_shared: bool, traffic: Traffic, max_head: usize) -> Self {
        let longest_head = (max_head as u64).saturating_mul(HEADS).max(SHORTEST);
        let (uses, answers, sent, before, heard, unasked) = Default::default();
        let (awaited, why, says, requests) = Default::default();
        let (announced, over, cut, changed, opening) = Default::default();
        let (is_new, last) = (AtomicBool::new(true), Mutex::new(Instant::now()));
        Self(Arc::new(Inner {
            site,
            peer,
            is_shared,
            uses,
            is_new,
            answers,
            sent,
            before,
            heard,
            unasked,
            traffic,
            longest_head,
            last,
            awaited,
            why,
            says,
            requests,
            announced,
            over,
            cut,
            changed,
            opening,
        }))
    }

    /// Where it goes.
    pub fn peer(&self) -> SocketAddr {
        self.0.peer
    }

    /// Whether requests share it: HTTP/2.
    pub fn is_shared(&self) -> bool {
        self.0.is_shared
    }

    /// Whether it is the same connection.
    pub fn is(&self, other: &Link) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether it goes to this site.
    pub fn is_of(&self, site: &Site) -> bool {
        std::ptr::eq(&*self.0.site, site)
    }

    /// To find it again as long as it is there.
    pub fn weak(&self) -> WeakLink {
        WeakLink(Arc::downgrade(&self.0))
    }

    /// Others open none until this one is used, or has gone.
    pub fn holds(&self, opening: OwnedMutexGuard<()>) {
        *self.0.opening.lock().unwrap_or_else(PoisonError::into_inner) = Some(opening);
    }

    /// One more uses it.
    pub fn one_more(&self) {
        drop(self.0.opening.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.0.is_new.store(false, Ordering::Relaxed);
        self.0.uses.fetch_add(1, Ordering::SeqCst);
        self.0.requests.given();
        self.0.unasked.store(0, Ordering::Relaxed);
        self.0.awaited.store(1, Ordering::Relaxed);
        self.touch();
    }

    /// One less.
    pub fn one_less(&self) {
        self.touch();
        self.0.uses.fetch_sub(1, Ordering::Relaxed);
        self.0.changed.notify_one();
    }

    /// An answer has come to its end.
    pub fn answered(&self) {
        let Inner { site, sent, before, answers, .. } = &*self.0;
        before.store(sent.load(Ordering::Relaxed), Ordering::Relaxed);
        if answers.fetch_add(1, Ordering::Relaxed) > 0 {
            site.habits.kept();
        }
    }

    /// What of an answer is unread: nothing yet.
    pub fn unread(&self) -> Unread {
        self.0.traffic.unread()
    }

    /// When the last use began or ended.
    pub fn last(&self) -> Instant {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Whether nobody uses it.
    pub fn is_idle(&self) -> bool {
        self.0.uses.load(Ordering::Relaxed) == 0
    }

    /// How many answers came by it, whole.
    pub fn answers(&self) -> usize {
        self.0.answers.load(Ordering::Relaxed)
    }

    /// How many bytes came, whatever they were.
    pub fn heard(&self) -> u64 {
        self.0.heard.load(Ordering::Relaxed)
    }

    /// Whether nothing was sent since the last answer ended. Of a shared one that can't be told.
    pub fn is_unused(&self) -> bool {
        !self.0.is_shared && self.0.sent.load(Ordering::Relaxed) == self.0.before.load(Ordering::Relaxed)
    }

    /// How many bytes were sent in all.
    pub fn written(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// So many bytes were sent.
    pub fn sent(&self, bytes: usize) {
        self.0.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// An answer has begun: what came before were heads of others, which say that it will take a while.
    pub fn begins_to_answer(&self) {
        self.0.awaited.store(0, Ordering::Relaxed);
    }

    /// Notes that so many bytes came of a connection for one request at a time, and says whether they may.
    pub fn came(&self, bytes: usize) -> bool {
        self.got(bytes);
        let awaited = self.0.awaited.load(Ordering::Relaxed);
        if awaited == 0 {
            return true;
        }
        let now = awaited.saturating_add(bytes as u64);
        self.0.awaited.store(now, Ordering::Relaxed);
        now <= self.0.longest_head
    }

    /// Ends it at once, since the server does what it may not.
    pub fn cut_for(&self, why: &'static str) {
        // Whoever says why first is right.
        let _ = self.0.why.set(why);
        self.cut();
    }

    /// Why it was cut, if that is the server's fault.
    pub fn why(&self) -> Option<&'static str> {
        self.0.why.get().copied()
    }

    /// Notes that so many bytes came, or what costs as much, and says whether they may.
    pub fn got(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        self.0.heard.fetch_add(bytes, Ordering::Relaxed);
        if self.0.is_shared {
            self.0.traffic.got(bytes);
        }
        !self.is_idle() || self.0.unasked.fetch_add(bytes, Ordering::Relaxed) + bytes <= UNASKED
    }

    /// What it said of itself until now.
    pub fn says(&self) -> MutexGuard<'_, Heard> {
        self.0.says.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which requests were begun, of a shared one.
    pub fn requests(&self) -> &Requests {
        &self.0.requests
    }

    /// Whether the only request by it that has no answer was not begun, of a shared one. It must have failed, or the connection
    /// must have been cut: nothing may begin it now.
    pub fn is_unbegun(&self) -> bool {
        self.0.is_shared && self.0.uses.load(Ordering::SeqCst) == 1 && self.0.requests.is_one_unbegun()
    }

    /// The server has ended it.
    pub fn ended(&self) {
        if self.is_idle() && self.answers() > 0 && !self.is_over() {
            self.ended_suddenly();
        }
    }

    /// The server has ended it when it should have answered, or kept it.
    pub fn ended_suddenly(&self) {
        if !self.0.announced.load(Ordering::Relaxed) && !self.says().is_going() {
            self.0.site.habits.ended(self.last().elapsed());
        }
    }

    /// The server has said that it will end it.
    pub fn will_end(&self) {
        self.0.announced.store(true, Ordering::Relaxed);
    }

    /// From now on nobody will use it again.
    pub fn give_up(&self) {
        self.0.over.store(true, Ordering::Relaxed);
        drop(self.0.opening.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.0.changed.notify_one();
    }

    /// Whether nobody will use it again.
    pub fn is_over(&self) -> bool {
        self.0.over.load(Ordering::Relaxed)
    }

    /// Ends it at once, whoever uses it.
    pub fn cut(&self) {
        self.give_up();
        self.0.cut.cancel();
    }

    /// Ends it if only one request is under way by it, and says whether it did: nothing more is sent then.
    pub fn cut_unless_shared_with_others(&self) -> bool {
        let is_alone = self.0.uses.load(Ordering::SeqCst) == 1;
        if is_alone {
            self.cut();
        }
        is_alone
    }

    /// What tells those who wait for its bytes that it was cut.
    pub fn cutting(&self) -> CancellationToken {
        self.0.cut.clone()
    }

    /// Ends it when nobody has used it for so long, or nobody uses it and nobody will.
    pub async fn cut_when_unused(self, longest: Duration) {
        loop {
            // Whoever it was opened for is about to use it.
            let longest = longest.max(if self.0.is_new.load(Ordering::Relaxed) { SOON } else { Duration::ZERO });
            let since = match self.is_idle() {
                true if self.is_over() || self.last().elapsed() >= longest => return self.cut(),
                true => self.last(),
                false => Instant::now(),
            };
            let until = after(since, longest.max(Duration::from_millis(1)));
            drop(timeout_at(until, self.0.changed.notified()).await);
        }
    }
}

/// A connection that may have gone.
pub(super) struct WeakLink(Weak<Inner>);

impl WeakLink {
    /// The connection, if it is still of use.
    pub fn get(&self) -> Option<Link> {
        self.0.upgrade().map(Link).filter(|link| !link.is_over())
    }
}

#[cfg(test)]
impl Link {
    /// A connection that requests share, for tests.
    pub fn testing() -> Self {
        let address = "127.0.0.1:9".parse().unwrap();
        Self::new(Arc::new(Site::testing("https://chat.test")), address, true, Traffic::default(), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::live::frames::GOAWAY;
    use crate::transport::live::habits::RECENT_SHARED;

    /// Of one that is shared, too: unless it said so, its server does not keep them.
    #[test]
    fn a_server_that_ends_one_without_a_word_is_known_for_it() {
        for (says, is_known) in [(None, true), (Some(GOAWAY), false)] {
            let link = Link::testing();
            link.one_more();
            link.answered();
            link.one_less();
            if let Some(frame) = says {
                link.says().part(frame, &[0; 8]);
            }
            link.ended();
            assert_eq!(link.0.site.habits.wait(Duration::ZERO, RECENT_SHARED).is_none(), is_known);
        }
    }
}
