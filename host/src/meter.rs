//! What a component uses of the machine, held against the limits of its call.

use crate::limits::{Exceeded, Limit, Limits};
use std::sync::Arc;
use wasmtime::{ResourceLimiter, Result};

/// Counts memory and tables over all instances of a store, and the time that its code runs.
pub(crate) struct Meter {
    limits: Arc<Limits>,
    memory: u64,
    peak: u64,
    elements: u64,
    ticks: u64,
}

impl Meter {
    pub(crate) fn new(limits: Arc<Limits>) -> Self {
        Self { limits, memory: 0, peak: 0, elements: 0, ticks: 0 }
    }

    /// The most memory that the component had, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.peak
    }

    /// Counts a tick of `milliseconds` in which code ran.
    pub(crate) fn tick(&mut self, milliseconds: u64) -> Result<()> {
        self.ticks += 1;
        self.check(Limit::Cpu, self.ticks.saturating_mul(milliseconds))
    }

    fn check(&self, limit: Limit, used: u64) -> Result<()> {
        let allowed = self.limits.get(limit);
        if used > allowed { Err(Exceeded { limit, allowed }.into()) } else { Ok(()) }
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

fn grown(total: u64, current: usize, desired: usize) -> u64 {
    total.saturating_add(desired.saturating_sub(current) as u64)
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
        assert_eq!(error.downcast_ref(), Some(&Exceeded { limit: Limit::Memory, allowed: 100 }));
        assert_eq!(meter.peak_memory(), 100);
        assert!(meter.table_growing(0, 10, None).unwrap());
        assert!(meter.table_growing(10, 11, None).is_err());
    }

    #[test]
    fn running_is_counted_in_ticks() {
        let mut meter = Meter::new(Arc::new(Limits::default().with(Limit::Cpu, 25)));
        meter.tick(10).unwrap();
        meter.tick(10).unwrap();
        assert!(meter.tick(10).is_err());
    }
}
