//! What a component uses of the machine, held against the limits of its call.

use soar_contract::limits::{Exceeded, Limit, Limits};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::component::ResourceTableError;
use wasmtime::{ResourceLimiter, Result};

/// Counts memory and tables over all instances of a store, and the time that its code runs.
pub(crate) struct Meter {
    limits: Arc<Limits>,
    memory: u64,
    peak: u64,
    elements: u64,
    busy: Stopwatch,
}

impl Meter {
    pub(crate) fn new(limits: Arc<Limits>) -> Self {
        Self { limits, memory: 0, peak: 0, elements: 0, busy: Stopwatch::default() }
    }

    /// The most memory that the component had, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.peak
    }

    /// What measures the time in which code runs.
    pub(crate) fn busy(&self) -> Stopwatch {
        self.busy.clone()
    }

    /// Holds the time in which code has run against its limit.
    pub(crate) fn check_time(&self) -> Result<()> {
        self.check(Limit::Cpu, self.busy.milliseconds())
    }

    fn check(&self, limit: Limit, used: u64) -> Result<()> {
        if used > self.limits.number(limit) { Err(self.limits.over(limit).into()) } else { Ok(()) }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let memory = grown(self.memory, current, desired);
        self.check(Limit::Memory, memory)?;
        self.memory = memory;
        self.peak = self.peak.max(memory);
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let elements = grown(self.elements, current, desired);
        self.check(Limit::TableElements, elements)?;
        self.elements = elements;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.count(Limit::Instances)
    }

    fn memories(&self) -> usize {
        self.limits.count(Limit::Instances)
    }

    fn tables(&self) -> usize {
        self.limits.count(Limit::Instances)
    }
}

/// How long something has run, waiting not included.
#[derive(Clone, Default)]
pub(crate) struct Stopwatch(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    total: Duration,
    since: Option<Instant>,
}

impl Stopwatch {
    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Measures a future: it runs while it is polled.
    pub(crate) async fn during<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            self.times().since = Some(Instant::now());
            let polled = future.as_mut().poll(context);
            let times = &mut *self.times();
            times.total += times.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            polled
        })
        .await
    }

    fn milliseconds(&self) -> u64 {
        let times = self.times();
        let now = times.since.map_or(Duration::ZERO, |since| since.elapsed());
        u64::try_from((times.total + now).as_millis()).unwrap_or(u64::MAX)
    }
}

fn grown(total: u64, current: usize, desired: usize) -> u64 {
    total.saturating_add(desired.saturating_sub(current) as u64)
}

/// The limit that an error of the engine is about, if it is about one.
pub(crate) fn exceeded(error: &wasmtime::Error, limits: &Limits) -> Option<Exceeded> {
    if let Some(exceeded) = error.downcast_ref::<Exceeded>() {
        return Some(*exceeded);
    }
    let of = |limit| Some(limits.over(limit));
    if matches!(error.downcast_ref::<ResourceTableError>(), Some(ResourceTableError::Full)) {
        return of(Limit::Resources);
    }
    // These have no type that could be asked for; tests hold the words.
    let words = format!("{error:#}");
    if words.contains("fuel allocated for hostcalls") {
        of(Limit::Output)
    } else if words.contains("resource limit exceeded") {
        of(Limit::Instances)
    } else if words.contains("total size of fields exceeds limit") {
        of(Limit::HeaderBytes)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_count_together() {
        let limits = Limits::default().with(Limit::Memory, 100).with(Limit::TableElements, 10);
        let mut meter = Meter::new(Arc::new(limits));
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(meter.memory_growing(0, 40, None).unwrap());
        let error = meter.memory_growing(60, 61, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Exceeded { limit: Limit::Memory, allowed: 100.into() }));
        assert_eq!(meter.peak_memory(), 100);
        assert!(meter.table_growing(0, 10, None).unwrap());
        assert!(meter.table_growing(10, 11, None).is_err());
    }

    #[test]
    fn waiting_is_not_running() {
        let meter = Meter::new(Arc::new(Limits::default().with(Limit::Cpu, Duration::from_millis(40))));
        let busy = meter.busy();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(busy.during(async { tokio::time::sleep(Duration::from_millis(60)).await }));
        meter.check_time().unwrap();
        runtime.block_on(busy.during(async {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(60) {
                std::hint::spin_loop();
            }
            assert!(meter.check_time().is_err(), "also while it runs");
        }));
        assert!(meter.check_time().is_err());
    }
}
