//! The connections of a client.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::habits::{RECENT, RECENT_SHARED};
use super::link::{Link, WeakLink};
use super::site::Site;

/// A new connection is used sooner, if at all.
const SOON: Duration = Duration::from_secs(1);

/// All that are there.
#[derive(Default)]
pub(super) struct Links(Mutex<Vec<WeakLink>>);

impl Links {
    fn links(&self) -> MutexGuard<'_, Vec<WeakLink>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more.
    pub fn add(&self, link: &Link) {
        let mut links = self.links();
        links.retain(|link| link.get().is_some());
        links.push(link.weak());
    }

    /// The one to a site that requests share.
    pub fn shared(&self, site: &Site) -> Option<Link> {
        self.links().iter().filter_map(WeakLink::get).find(|link| link.is_shared() && link.is_of(site))
    }

    /// Ends the one that was idle the longest, so that another can be opened.
    pub fn make_room(&self) {
        let links = self.links();
        // Whoever a new one was opened for is about to use it.
        let is_free = |link: &Link| link.is_idle() && (link.answers() > 0 || link.last().elapsed() >= SOON);
        let idle = links.iter().filter_map(WeakLink::get).filter(is_free);
        if let Some(oldest) = idle.min_by_key(Link::last) {
            oldest.cut();
        }
    }

    /// What is to be done so that the next one to a site is one that its server is not about to end.
    pub fn next(&self, site: &Site) -> Next {
        let (mut newest, mut is_shared) = (None::<Duration>, false);
        for link in self.links().iter().filter_map(WeakLink::get).filter(|link| link.is_of(site)) {
            let idle = link.last().elapsed();
            if link.is_idle() {
                if link.answers() > 0 {
                    site.habits.is_there(idle);
                }
                newest = Some(newest.map_or(idle, |newest| newest.min(idle)));
                is_shared |= link.is_shared();
            } else if link.is_shared() {
                return Next::Kept;
            }
        }
        let Some(newest) = newest else { return Next::Kept };
        match site.habits.wait(newest, if is_shared { RECENT_SHARED } else { RECENT }) {
            Some(Duration::ZERO) => Next::Kept,
            Some(wait) => Next::After(wait),
            None => Next::Opened,
        }
    }
}

/// Which connection a request goes by that may be sent only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The one that is kept, or a new one if there is none.
    Kept,
    /// Whatever there is after a while: by then it will be known whether the server ends its connections.
    After(Duration),
    /// One that is opened for it.
    Opened,
}
