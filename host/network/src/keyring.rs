//! The credentials of an instance over time: those of now, and those that calls under way began with.

use crate::cover::{Covering, Redactor, Secrets};
use soar_contract::secret::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The bunches of credentials that are in use at once. Cheap to clone.
#[derive(Clone, Default)]
pub struct Keyring(Arc<Ring>);

#[derive(Default)]
struct Ring {
    bunches: Mutex<Vec<Weak<Keys>>>,
    /// How often a bunch came to others.
    turns: AtomicU64,
    covering: Covering,
}

/// The credentials with which a call begins and ends. They are on their ring until this is dropped.
pub struct Keys {
    pub(crate) secrets: BTreeMap<String, Secret>,
    /// The parameters that some command sends to the server.
    pub(crate) sent: BTreeSet<String>,
    of_transport: Vec<Secret>,
    ring: Weak<Ring>,
}

impl Keyring {
    /// Puts a bunch on the ring: the secrets, which of them are sent to the server, and what the transport sends on its own account.
    #[must_use]
    pub fn add(
        &self,
        secrets: BTreeMap<String, Secret>,
        sent: BTreeSet<String>,
        of_transport: Vec<Secret>,
    ) -> Arc<Keys> {
        let keys = Arc::new(Keys { secrets, sent, of_transport, ring: Arc::downgrade(&self.0) });
        let mut bunches = self.0.bunches();
        bunches.push(Arc::downgrade(&keys));
        if bunches.len() > 1 {
            self.0.turns.fetch_add(1, Ordering::SeqCst);
        }
        self.0.cover(bunches);
        keys
    }

    /// Takes all credentials on the ring out of texts.
    #[must_use]
    pub fn covering(&self) -> &Covering {
        &self.0.covering
    }

    /// How often a bunch came to others.
    pub(crate) fn turns(&self) -> u64 {
        self.0.turns.load(Ordering::SeqCst)
    }

    /// The credentials on the ring that the server can know, with their parameters.
    pub(crate) fn sent(&self) -> Vec<(String, Secret)> {
        let alive = alive(&self.0.bunches());
        let sent = alive.iter().flat_map(|keys| keys.secrets.iter().filter(|(name, _)| keys.sent.contains(*name)));
        sent.map(|(name, secret)| (name.clone(), secret.clone())).collect()
    }
}

impl Ring {
    fn bunches(&self) -> MutexGuard<'_, Vec<Weak<Keys>>> {
        self.bunches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Covers what is on the ring now.
    fn cover(&self, mut bunches: MutexGuard<'_, Vec<Weak<Keys>>>) {
        bunches.retain(|keys| keys.strong_count() > 0);
        let alive = alive(&bunches);
        let mut secrets: Vec<&str> = Vec::new();
        for secret in alive.iter().flat_map(|keys| keys.secrets.values().chain(&keys.of_transport)) {
            if !secrets.contains(&secret.expose()) {
                secrets.push(secret.expose());
            }
        }
        self.covering.set(Redactor::new(Secrets::new(secrets)));
        // First: the last of a bunch may go with what is alive here, and comes back for the lock.
        drop(bunches);
    }
}

fn alive(bunches: &[Weak<Keys>]) -> Vec<Arc<Keys>> {
    bunches.iter().filter_map(Weak::upgrade).collect()
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(ring) = self.ring.upgrade() {
            ring.cover(ring.bunches());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bunch(ring: &Keyring, token: &str) -> Arc<Keys> {
        let secrets = BTreeMap::from([("token".to_owned(), Secret::new(token.to_owned()))]);
        ring.add(secrets, BTreeSet::from(["token".to_owned()]), Vec::new())
    }

    #[test]
    fn what_is_in_use_is_covered_and_nothing_else() {
        let ring = Keyring::default();
        let covered = |text: &str| ring.covering().text(text);
        let old = bunch(&ring, "0ld-t0ken-of-before");
        assert_eq!((ring.turns(), ring.sent().len()), (0, 1));
        let new = bunch(&ring, "n3w-t0ken-of-today");
        assert_eq!((ring.turns(), ring.sent().len()), (1, 2));
        assert_eq!(covered("0ld-t0ken-of-before n3w-t0ken-of-today"), "[redacted] [redacted]");
        // A second holder of a bunch keeps it.
        let call = old.clone();
        drop(old);
        assert_eq!(covered("0ld-t0ken-of-before"), "[redacted]");
        drop(call);
        assert_eq!(covered("0ld-t0ken-of-before n3w-t0ken-of-today"), "0ld-t0ken-of-before [redacted]");
        assert_eq!(ring.sent().len(), 1);
        drop(new);
        assert_eq!(covered("n3w-t0ken-of-today"), "n3w-t0ken-of-today");
    }

    #[test]
    fn bunches_that_come_and_go_at_once_wait_for_nobody_forever() {
        let ring = Keyring::default();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let ring = &ring;
                scope.spawn(move || {
                    for number in 0..200 {
                        let token = format!("t0ken-{thread}-{number}-0123456789");
                        let keys = bunch(ring, &token);
                        // Others may be there for a moment longer than their last call: whoever looks holds them.
                        assert!(ring.sent().iter().any(|(_, secret)| secret.expose() == token));
                        drop(keys);
                    }
                });
            }
        });
        assert!(ring.sent().is_empty());
    }
}
