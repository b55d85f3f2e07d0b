//! Who uses a connection, and who may.

use std::sync::Arc;

use super::link::Link;
use super::traffic::Unread;

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
    /// One more use.
    pub fn of(link: Link) -> Self {
        link.one_more();
        Self(link)
    }

    /// The connection.
    pub fn link(&self) -> &Link {
        &self.0
    }

    /// What of its answer is unread: nothing yet.
    pub fn unread(&self) -> Unread {
        self.0.unread()
    }

    /// The answer has come to its end.
    pub fn answered(self) {
        self.0.answered();
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.0.one_less();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::live::link::UNASKED;
    use std::time::Duration;

    #[test]
    fn only_so_much_comes_while_nobody_waits() {
        let link = Link::testing();
        let used = Use::of(link.clone());
        assert!(link.got(usize::MAX / 2));
        drop(used);
        assert!(link.got(UNASKED as usize) && !link.got(1));
        // A use begins anew.
        drop(Use::of(link.clone()));
        assert!(link.got(1));
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_has_used_it_for_long() {
        let link = Link::testing();
        let used = Use::of(link.clone());
        let cut = link.cutting();
        tokio::spawn(link.clone().cut_when_unused(Duration::ZERO));
        tokio::task::yield_now().await;
        assert!(!cut.is_cancelled(), "somebody uses it");
        drop(used);
        cut.cancelled().await;
    }

    #[tokio::test]
    async fn a_connection_ends_when_nobody_uses_it_and_nobody_will() {
        let link = Link::testing();
        let (kept, used) = (Kept::new(link.clone()), Use::of(link.clone()));
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
