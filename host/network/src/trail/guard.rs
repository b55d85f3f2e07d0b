//! The record of a call, when it ends.

use super::{Auditing, Trail, milliseconds};
use jiff::Timestamp;
use soar_contract::audit::{CallRecord, Changed};
use std::sync::Arc;
use std::time::Instant;

/// A call that is recorded when it ends, also when whoever waits for it gives up.
pub struct CallGuard {
    auditing: Arc<Auditing>,
    trail: Trail,
    time: Timestamp,
    started: Instant,
    ended: bool,
}

/// What a call came to, for its record.
#[derive(Default)]
pub struct End<'a> {
    /// `done`, or the kind of its failure.
    pub outcome: &'a str,
    /// The limit that stopped it.
    pub limit: Option<&'a str>,
    /// The most memory that its component had, in bytes; 0 if none ran.
    pub memory: u64,
    /// What it made or changed.
    pub changed: Option<&'a Changed>,
}

impl CallGuard {
    /// The guard of a call that begins now.
    #[must_use]
    pub fn begin(trail: Trail, auditing: Arc<Auditing>) -> Self {
        Self { auditing, trail, time: Timestamp::now(), started: Instant::now(), ended: false }
    }

    /// Records the call.
    ///
    /// # Errors
    /// If it could not be recorded, or one of its requests could not: why.
    pub fn end(mut self, end: &End<'_>) -> Result<(), String> {
        self.record(end)
    }

    fn record(&mut self, end: &End<'_>) -> Result<(), String> {
        self.ended = true;
        let Self { auditing, trail, .. } = self;
        let totals = trail.close();
        let kept = auditing.call(CallRecord {
            time: self.time,
            call: &auditing.call,
            facts: &auditing.facts,
            outcome: end.outcome,
            limit: end.limit,
            requests: totals.requests,
            denied: totals.denied,
            sent_bytes: totals.sent,
            received_bytes: totals.received,
            memory_bytes: (end.memory > 0).then_some(end.memory),
            duration_ms: milliseconds(self.started),
            result: end.changed,
        });
        kept.map_err(|error| error.to_string())?;
        auditing.failed.get().map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.record(&End { outcome: "cancelled", ..End::default() })
        {
            let command = &self.auditing.facts.command;
            tracing::error!(error, command, "a call that was given up is not in the audit");
        }
    }
}
