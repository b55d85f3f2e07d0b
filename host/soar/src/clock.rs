//! The time that a component sees: the host's; in replay one of its own, in which waiting takes none; or one that stands
//! still, so that what it does can't depend on when it does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wasmtime::Result;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

/// A clock of one call.
pub(crate) struct Clock {
    /// When it began; `None` for one that stands still but for its waits.
    started: Option<Instant>,
    /// How much has been waited without time passing; `None` where time passes by itself.
    skipped: Option<Skipped>,
}

/// Nanoseconds, shared with the waits of the call.
type Skipped = Arc<AtomicU64>;

impl Clock {
    /// A clock; with `virtual_time`, one that jumps ahead where the component would wait.
    pub(crate) fn new(virtual_time: bool) -> Self {
        Self { started: Some(Instant::now()), skipped: virtual_time.then(Skipped::default) }
    }

    /// A clock that begins at the epoch each time, and jumps ahead where the component would wait.
    pub(crate) fn frozen() -> Self {
        Self { started: None, skipped: Some(Skipped::default()) }
    }

    fn skipped(&self) -> Duration {
        Duration::from_nanos(self.skipped.as_ref().map_or(0, |skipped| skipped.load(Ordering::Relaxed)))
    }

    fn now(&self) -> Duration {
        elapsed(self.started).saturating_add(self.skipped())
    }

    fn wall(&self) -> Duration {
        let now = self.started.map(|_| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        now.unwrap_or_default().saturating_add(self.skipped())
    }
}

/// What the clock's interfaces need of a store.
pub(crate) struct View<'a> {
    pub(crate) clock: &'a mut Clock,
    pub(crate) table: &'a mut ResourceTable,
}

struct HasClock;

impl HasData for HasClock {
    type Data<'a> = View<'a>;
}

/// Adds `wasi:clocks` to a linker.
pub(crate) fn add_to_linker<T: 'static>(linker: &mut Linker<T>, view: fn(&mut T) -> View<'_>) -> Result<()> {
    monotonic_clock::add_to_linker::<T, HasClock>(linker, view)?;
    wall_clock::add_to_linker::<T, HasClock>(linker, view)
}

impl wall_clock::Host for View<'_> {
    fn now(&mut self) -> Result<wall_clock::Datetime> {
        let now = self.clock.wall();
        Ok(wall_clock::Datetime { seconds: now.as_secs(), nanoseconds: now.subsec_nanos() })
    }

    fn resolution(&mut self) -> Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1 })
    }
}

impl monotonic_clock::Host for View<'_> {
    fn now(&mut self) -> Result<monotonic_clock::Instant> {
        Ok(nanoseconds(self.clock.now()))
    }

    fn resolution(&mut self) -> Result<monotonic_clock::Duration> {
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: monotonic_clock::Instant) -> Result<Resource<DynPollable>> {
        let wait = when.saturating_sub(nanoseconds(self.clock.now()));
        self.subscribe_duration(wait)
    }

    fn subscribe_duration(&mut self, duration: monotonic_clock::Duration) -> Result<Resource<DynPollable>> {
        let duration = Duration::from_nanos(duration);
        let deadline = match &self.clock.skipped {
            Some(skipped) => Deadline::Virtual {
                until: self.clock.now().saturating_add(duration),
                started: self.clock.started,
                skipped: skipped.clone(),
                yielded: false,
            },
            None => tokio::time::Instant::now().checked_add(duration).map_or(Deadline::Never, Deadline::At),
        };
        let deadline = self.table.push(deadline)?;
        subscribe(self.table, deadline)
    }
}

/// When a wait is over.
enum Deadline {
    /// As soon as it is waited for: time jumps there, so that waits side by side take no longer than the longest.
    Virtual {
        until: Duration,
        started: Option<Instant>,
        skipped: Skipped,
        /// Whether others have had their turn since the wait began.
        yielded: bool,
    },
    At(tokio::time::Instant),
    Never,
}

#[wasmtime_wasi_io::async_trait]
impl Pollable for Deadline {
    async fn ready(&mut self) {
        match self {
            Self::Virtual { until, started, skipped, yielded } => {
                // A busy loop of polls must not starve the sockets. Once only: whether a pollable is ready is asked by
                // polling it once, and one that yields each time never is.
                if !std::mem::replace(yielded, true) {
                    tokio::task::yield_now().await;
                }
                skipped.fetch_max(nanoseconds(until.saturating_sub(elapsed(*started))), Ordering::Relaxed);
            }
            Self::At(until) => tokio::time::sleep_until(*until).await,
            Self::Never => std::future::pending().await,
        }
    }
}

fn elapsed(since: Option<Instant>) -> Duration {
    since.map_or(Duration::ZERO, |since| since.elapsed())
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(clock: &mut Clock, table: &mut ResourceTable, seconds: u64) -> Resource<DynPollable> {
        let mut view = View { clock, table };
        monotonic_clock::Host::subscribe_duration(&mut view, seconds * 1_000_000_000).unwrap()
    }

    #[test]
    fn waits_side_by_side_take_no_longer_than_the_longest_and_none_before_it_is_waited_for() {
        let (mut clock, mut table) = (Clock::new(true), ResourceTable::new());
        let waits = [30, 20, 30].map(|seconds| wait(&mut clock, &mut table, seconds));
        assert!(clock.now() < Duration::from_secs(20), "nobody has waited yet");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for wait in waits {
                wasmtime_wasi_io::bindings::wasi::io::poll::HostPollable::block(&mut table, wait).await.unwrap();
            }
        });
        let now = clock.now();
        assert!(now >= Duration::from_secs(30) && now < Duration::from_secs(50), "{now:?}");
    }

    #[test]
    fn a_frozen_clock_says_the_same_each_time() {
        let seen = || {
            let (mut clock, mut table) = (Clock::frozen(), ResourceTable::new());
            let late = wait(&mut clock, &mut table, 30);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let before = (clock.now(), clock.wall());
            runtime.block_on(async {
                wasmtime_wasi_io::bindings::wasi::io::poll::HostPollable::block(&mut table, late).await.unwrap();
            });
            (before, clock.now(), clock.wall())
        };
        let (zero, later) = (Duration::ZERO, Duration::from_secs(30));
        assert_eq!(seen(), ((zero, zero), later, later));
    }

    #[test]
    fn a_wait_for_ever_does_not_overflow() {
        let (mut clock, mut table) = (Clock::new(true), ResourceTable::new());
        let mut view = View { clock: &mut clock, table: &mut table };
        monotonic_clock::Host::subscribe_duration(&mut view, u64::MAX).unwrap();
        assert!(clock.now() < Duration::from_secs(60));
    }
}
