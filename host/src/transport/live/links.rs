//! The connections of a client.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::habits::{RECENT, RECENT_SHARED};
use super::link::{Link, WeakLink};
use super::site::Site;

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
        let idle = links.iter().filter_map(WeakLink::get).filter(|link| link.is_idle() && link.answers() > 0);
        if let Some(oldest) = idle.min_by_key(Link::last) {
            oldest.cut();
        }
    }

    /// Whether the one to a site that comes next is one that the server is not about to end: a new one, or one that was
    /// used a moment ago of a server that keeps them.
    pub fn next_is_sure(&self, site: &Site) -> bool {
        let (mut newest, mut is_any) = (None::<Duration>, false);
        for link in self.links().iter().filter_map(WeakLink::get).filter(|link| link.is_of(site)) {
            if link.is_shared() {
                return !link.is_idle() || link.last().elapsed() < RECENT_SHARED;
            }
            if link.is_idle() {
                let idle = link.last().elapsed();
                if link.answers() > 0 {
                    site.habits.is_there(idle);
                }
                is_any = true;
                newest = Some(newest.map_or(idle, |newest| newest.min(idle)));
            }
        }
        !is_any || (site.habits.are_to_keep() && newest.is_some_and(|newest| newest < RECENT))
    }
}
