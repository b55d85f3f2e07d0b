//! What one call has asked for so far, and what went wrong on the way.

use crate::audit::{Audit, Decision, RequestRecord};
use crate::limits::Exceeded;
use crate::recording::{Miss, Redactor};
use jiff::Timestamp;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// Why the host itself stopped or lost a request. The component sees an HTTP error; the caller sees this.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    Denied(String),
    Miss(Box<Miss>),
    TooLong(String),
    Failed(String),
}

/// So many faults of a call are kept.
const MOST_FAULTS: usize = 64;

/// What ends a call whatever its component makes of it.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Stop {
    #[error("{0}")]
    Limit(Exceeded),
    #[error("the audit can't be kept: {0}")]
    Audit(String),
    /// Which credential.
    #[error(
        "the server's answers repeated the credential {0} too often: what they repeat of it tells a component whether it \
         has guessed right. Find out who repeats it: the server, or something in front of it"
    )]
    Echo(String),
}

/// The requests and faults of one call, in order.
#[derive(Clone)]
pub(crate) struct Trail(Arc<Inner>);

struct Inner {
    auditing: Option<Arc<Auditing>>,
    stop: OnceLock<Stop>,
    over: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<Fault>,
    exchanges: Vec<Arc<Exchange>>,
}

/// Where a call's requests are recorded, and what stands in each record.
pub(crate) struct Auditing {
    pub(crate) sink: Arc<dyn Audit>,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) call: String,
    pub(crate) integration: String,
    /// The digest of the component.
    pub(crate) component: String,
    pub(crate) command: String,
    pub(crate) investigation: Option<String>,
    /// Why a record could not be kept.
    pub(crate) failed: OnceLock<String>,
}

/// What a call's requests add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) requests: u64,
    pub(crate) denied: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl Trail {
    pub(crate) fn new(auditing: Option<Arc<Auditing>>) -> Self {
        Self(Arc::new(Inner { auditing, stop: OnceLock::new(), over: AtomicBool::new(false), state: Mutex::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its requests are recorded.
    pub(crate) fn is_audited(&self) -> bool {
        self.0.auditing.is_some()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        let faults = &mut self.state().faults;
        // The first ones and the last ones say why a call failed.
        if faults.len() >= MOST_FAULTS {
            faults.remove(MOST_FAULTS / 2);
        }
        faults.push(fault);
    }

    /// All faults so far.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        std::mem::take(&mut self.state().faults)
    }

    /// Ends the call.
    pub(crate) fn stop(&self, stop: Stop) {
        drop(self.0.stop.set(stop));
    }

    /// What ends the call, if something does.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        let unkept = || Some(Stop::Audit(self.0.auditing.as_ref()?.failed.get()?.clone()));
        self.0.stop.get().cloned().or_else(unkept)
    }

    /// The call is over, however it ended: a request that is being sent must not look as if it were whole.
    pub(crate) fn set_over(&self) {
        self.0.over.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.over.load(Ordering::SeqCst)
    }

    /// How many requests there were.
    pub(crate) fn count(&self) -> u64 {
        self.state().exchanges.len() as u64
    }

    /// A request begins, or is refused.
    pub(crate) fn begin(&self, asked: Asked<'_>) -> Arc<Exchange> {
        let auditing = self.0.auditing.clone();
        let record = auditing.map(|auditing| Kept {
            time: Timestamp::now(),
            url: auditing.redactor.text(asked.url),
            reason: auditing.redactor.text(asked.reason),
            credential: asked.credential.map(str::to_owned),
            auditing,
        });
        let exchange = Arc::new(Exchange {
            method: asked.method.to_owned(),
            safe: asked.safe,
            path: asked.path.to_owned(),
            decision: asked.decision,
            code: asked.code,
            record,
            started: Instant::now(),
            status: AtomicU16::new(0),
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            placeholders: AtomicU8::new(0),
            peer: OnceLock::new(),
            error: OnceLock::new(),
            ended: AtomicBool::new(false),
        });
        self.state().exchanges.push(exchange.clone());
        exchange
    }

    /// Ends what is still open, and adds up.
    pub(crate) fn close(&self) -> Totals {
        let mut totals = Totals::default();
        // Not with the lock held: ending records.
        let exchanges = std::mem::take(&mut self.state().exchanges);
        for exchange in &exchanges {
            exchange.give_up("the call ended first");
            totals.requests += 1;
            totals.denied += u64::from(exchange.decision == Decision::Deny);
            totals.sent += exchange.sent.load(Ordering::Relaxed);
            totals.received += exchange.received.load(Ordering::Relaxed);
        }
        self.state().exchanges = exchanges;
        totals
    }

    /// The requests that may have changed something on the server, with what was answered.
    pub(crate) fn writes(&self) -> Vec<String> {
        let state = self.state();
        state.exchanges.iter().filter_map(|exchange| exchange.write()).collect()
    }
}

/// A request as the policy saw it.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Whether it changes nothing.
    pub(crate) safe: bool,
    pub(crate) path: &'a str,
    /// Without the values of its query.
    pub(crate) url: &'a str,
    pub(crate) decision: Decision,
    pub(crate) code: &'static str,
    pub(crate) reason: &'a str,
    pub(crate) credential: Option<&'a str>,
}

/// A request and its answer.
pub(crate) struct Exchange {
    method: String,
    safe: bool,
    path: String,
    decision: Decision,
    code: &'static str,
    record: Option<Kept>,
    started: Instant,
    status: AtomicU16,
    sent: AtomicU64,
    received: AtomicU64,
    placeholders: AtomicU8,
    peer: OnceLock<SocketAddr>,
    error: OnceLock<String>,
    ended: AtomicBool,
}

/// What is kept of a request for its record alone.
struct Kept {
    auditing: Arc<Auditing>,
    time: Timestamp,
    url: String,
    reason: String,
    credential: Option<String>,
}

/// Where a placeholder was found.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Url = 1,
    Header = 2,
    Body = 4,
}

impl Exchange {
    pub(crate) fn answered(&self, status: u16, peer: Option<SocketAddr>) {
        self.status.store(status, Ordering::Relaxed);
        if let Some(peer) = peer {
            let _ = self.peer.set(peer);
        }
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes of the answer, and says how many there are by now.
    pub(crate) fn received(&self, bytes: u64) -> u64 {
        self.received.fetch_add(bytes, Ordering::Relaxed) + bytes
    }

    pub(crate) fn found_placeholder(&self, place: Place) {
        self.placeholders.fetch_or(place as u8, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn has_placeholder(&self, place: Place) -> bool {
        self.placeholders.load(Ordering::Relaxed) & place as u8 != 0
    }

    pub(crate) fn failed(&self, why: &str) {
        drop(self.error.set(why.to_owned()));
    }

    /// Ends it, as failed if it has not ended yet.
    fn give_up(&self, why: &str) {
        if !self.ended.load(Ordering::Relaxed) && self.decision == Decision::Allow {
            self.failed(why);
        }
        self.end();
    }

    /// Records it, once.
    pub(crate) fn end(&self) {
        if self.ended.swap(true, Ordering::Relaxed) {
            return;
        }
        let Some(Kept { auditing, time, url, reason, credential }) = &self.record else { return };
        let found = self.placeholders.load(Ordering::Relaxed);
        let places = [(Place::Url, "url"), (Place::Header, "header"), (Place::Body, "body")];
        let placeholder_in: Vec<_> =
            places.into_iter().filter(|(place, _)| found & *place as u8 != 0).map(|(_, name)| name).collect();
        let error = self.error.get().map(|error| auditing.redactor.text(error));
        let status = self.status.load(Ordering::Relaxed);
        let kept = auditing.sink.request(&RequestRecord {
            time: *time,
            call: &auditing.call,
            integration: &auditing.integration,
            component: &auditing.component,
            command: &auditing.command,
            investigation: auditing.investigation.as_deref(),
            method: &self.method,
            url,
            decision: self.decision,
            code: self.code,
            reason,
            credential: credential.as_deref(),
            placeholder_in: &placeholder_in,
            address: self.peer.get().copied(),
            status: (status != 0).then_some(status),
            error: error.as_deref(),
            sent_bytes: self.sent.load(Ordering::Relaxed),
            received_bytes: self.received.load(Ordering::Relaxed),
            duration_ms: milliseconds(self.started),
        });
        if let Err(error) = kept {
            drop(auditing.failed.set(error.to_string()));
        }
    }

    /// What it is to people, if it may have changed something.
    fn write(&self) -> Option<String> {
        if self.decision == Decision::Deny || self.safe {
            return None;
        }
        let Self { method, path, .. } = self;
        Some(match (self.status.load(Ordering::Relaxed), self.error.get()) {
            (0, Some(error)) => format!("{method} {path} (no answer: {error})"),
            (0, None) => format!("{method} {path} (no answer yet)"),
            (status, _) => format!("{method} {path} (answered {status})"),
        })
    }
}

/// Ends an exchange when the last of it is dropped.
pub(crate) struct Ending(pub(crate) Arc<Exchange>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.give_up(match self.0.status.load(Ordering::Relaxed) {
            0 => "given up before an answer came",
            _ => "the answer was not read to its end",
        });
    }
}

/// Since then, with a microsecond's precision.
pub(crate) fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
