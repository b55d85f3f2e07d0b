//! What is known of one connection.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::forbidden;
use super::site::Site;
use super::traffic::{Traffic, Unread};
use super::watch::after;

/// The most that a server may send while nobody waits for anything, in bytes. What is on its way when an answer is given up
/// is less than this, or the next request opens another connection.
const UNASKED: u64 = 4 * 1024 * 1024;
/// How much is kept of heads, in bytes.
const HEADS: usize = 4096;
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
    /// When the last use began or ended.
    last: Mutex<Instant>,
    /// What came last of heads, as HTTP/2 packs them.
    heads: Mutex<Vec<u8>>,
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
    pub fn new(site: Arc<Site>, peer: SocketAddr, is_shared: bool, traffic: Traffic) -> Self {
        let (uses, answers, sent, before, heard, unasked) = Default::default();
        let (heads, announced, over, cut, changed, opening) = Default::default();
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
            last,
            heads,
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

    /// One more use.
    pub fn another(&self) -> Use {
        drop(self.0.opening.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.0.is_new.store(false, Ordering::Relaxed);
        self.0.uses.fetch_add(1, Ordering::Relaxed);
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

    /// Notes that so many bytes came, or what costs as much, and says whether they may.
    pub fn got(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        self.0.heard.fetch_add(bytes, Ordering::Relaxed);
        if self.0.is_shared {
            self.0.traffic.got(bytes);
        }
        !self.is_idle() || self.0.unasked.fetch_add(bytes, Ordering::Relaxed) + bytes <= UNASKED
    }

    /// Some of a head came.
    pub fn head(&self, bytes: &[u8]) {
        let mut heads = self.0.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.extend_from_slice(bytes);
        let old = heads.len().saturating_sub(HEADS);
        heads.drain(..old);
    }

    /// The name of a header that HTTP/2 forbids in what came last.
    pub fn forbidden(&self) -> Option<&'static str> {
        forbidden::find(&self.0.heads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server has ended it.
    pub fn ended(&self) {
        let is_sudden =
            !self.0.is_shared && self.is_idle() && self.answers() > 0 && !self.0.announced.load(Ordering::Relaxed);
        if is_sudden && !self.is_over() {
            self.0.site.habits.ended(self.last().elapsed());
        }
    }

    /// The server has ended it when it should have answered.
    pub fn ended_suddenly(&self) {
        if !self.0.is_shared {
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

/// Who may use a connection again: when the last of these is dropped nobody will.
#[derive(Clone)]
pub(super) struct Kept(Arc<Keeper>);

struct Keeper(Link);

impl Kept {
    /// The first who may use it.
    pub fn new(link: Link) -> Self {
        Self(Arc::new(Keeper(link)))
    }

    /// The connection.
    pub fn link(&self) -> &Link {
        &self.0.0
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

/// A use of a connection, until this is dropped.
pub(super) struct Use(Link);

impl Use {
    /// The connection.
    pub fn link(&self) -> &Link {
        &self.0
    }

    /// What of its answer is unread: nothing yet.
    pub fn unread(&self) -> Unread {
        self.0.0.traffic.unread()
    }

    /// The answer has come to its end.
    pub fn answered(self) {
        let Inner { site, sent, before, answers, .. } = &*self.0.0;
        before.store(sent.load(Ordering::Relaxed), Ordering::Relaxed);
        if answers.fetch_add(1, Ordering::Relaxed) > 0 {
            site.habits.kept();
        }
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.0.touch();
        self.0.0.uses.fetch_sub(1, Ordering::Relaxed);
        self.0.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let address = "127.0.0.1:9".parse().unwrap();
        Link::new(Arc::new(Site::testing("https://chat.test")), address, true, Traffic::default())
    }

    #[test]
    fn only_so_much_comes_while_nobody_waits() {
        let link = link();
        let used = link.another();
        assert!(link.got(usize::MAX / 2));
        drop(used);
        assert!(link.got(UNASKED as usize) && !link.got(1));
        // A use begins anew.
        drop(link.another());
        assert!(link.got(1));
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_has_used_it_for_long() {
        let link = link();
        let used = link.another();
        let cut = link.cutting();
        tokio::spawn(link.clone().cut_when_unused(Duration::ZERO));
        tokio::task::yield_now().await;
        assert!(!cut.is_cancelled(), "somebody uses it");
        drop(used);
        cut.cancelled().await;
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_uses_it_and_nobody_will() {
        let link = link();
        let (kept, used) = (Kept::new(link.clone()), link.another());
        let cut = link.cutting();
        tokio::spawn(link.clone().cut_when_unused(Duration::MAX));
        tokio::task::yield_now().await;
        drop(kept);
        tokio::task::yield_now().await;
        assert!(!cut.is_cancelled(), "somebody still uses it");
        drop(used);
        cut.cancelled().await;
    }
}
