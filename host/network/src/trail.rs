//! What one call has asked for so far, and what went wrong on the way.

mod auditing;
mod guard;
mod step;

pub use auditing::{Auditing, call_id};
pub use guard::{CallGuard, End};
pub use step::{Ending, Judged, MOST, Place, Step};

use crate::recording::Miss;
use soar_contract::limits::Exceeded;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use tracing::Span;

/// Why the host itself stopped or lost a request. The component sees an HTTP error; the caller sees this.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The policy did not let it pass, or no address was allowed: why.
    Denied(String),
    /// The recording has no such request.
    Miss(Box<Miss>),
    /// A recording can't keep it: why.
    TooLong(String),
    /// No answer came, or not all of it: why.
    Failed(String),
}

/// So many faults of a call are kept.
const MOST_FAULTS: usize = 64;

/// What ends a call whatever its component makes of it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Stop {
    /// A limit.
    #[error("{0}")]
    Limit(Exceeded),
    /// By somebody on the way to the server.
    #[error("{0}")]
    Refused(String),
    /// The audit can't be kept: why.
    #[error("the audit can't be kept: {0}")]
    Audit(String),
    /// Which credential.
    #[error("the server's answers repeated the credential {0} too often")]
    Echo(String),
}

/// The requests and faults of one call, in order.
#[derive(Clone)]
pub struct Trail(Arc<Inner>);

struct Inner {
    auditing: Option<Arc<Auditing>>,
    /// That of the call.
    span: Span,
    stop: OnceLock<Stop>,
    over: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<Fault>,
    steps: Vec<Arc<Step>>,
}

/// What a call's requests add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The requests, refused ones too.
    pub requests: u64,
    /// The refused ones.
    pub denied: u64,
    /// The bytes of the requests' bodies.
    pub sent: u64,
    /// The bytes of the answers' bodies.
    pub received: u64,
}

impl Trail {
    /// That of a call without a span.
    pub fn new(auditing: Option<Arc<Auditing>>) -> Self {
        Self::within(Span::none(), auditing)
    }

    /// That of a call with this span.
    pub fn within(span: Span, auditing: Option<Arc<Auditing>>) -> Self {
        let over = AtomicBool::new(false);
        Self(Arc::new(Inner { auditing, span, stop: OnceLock::new(), over, state: Mutex::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its requests are recorded.
    pub fn is_audited(&self) -> bool {
        self.0.auditing.is_some()
    }

    /// Where they are.
    pub(crate) fn auditing(&self) -> Option<&Arc<Auditing>> {
        self.0.auditing.as_ref()
    }

    /// Keeps why a request was stopped or lost.
    pub fn fault(&self, fault: Fault) {
        let faults = &mut self.state().faults;
        // The first ones and the last ones say why a call failed.
        if faults.len() >= MOST_FAULTS {
            faults.remove(MOST_FAULTS / 2);
        }
        faults.push(fault);
    }

    /// All faults so far.
    pub fn faults(&self) -> Vec<Fault> {
        std::mem::take(&mut self.state().faults)
    }

    /// Ends the call.
    pub fn stop(&self, stop: Stop) {
        drop(self.0.stop.set(stop));
    }

    /// What ends the call, if something does.
    pub fn stopped(&self) -> Option<Stop> {
        let unkept = || Some(Stop::Audit(self.0.auditing.as_ref()?.failed.get()?.clone()));
        self.0.stop.get().cloned().or_else(unkept)
    }

    /// The call is over, however it ended: a request that is being sent must not look as if it were whole.
    pub fn set_over(&self) {
        self.0.over.store(true, Ordering::SeqCst);
    }

    /// Whether the call has ended.
    pub fn is_over(&self) -> bool {
        self.0.over.load(Ordering::SeqCst)
    }

    /// How many requests there were.
    pub fn count(&self) -> u64 {
        self.state().steps.len() as u64
    }

    /// A request begins, or is refused.
    pub fn begin(&self, judged: Judged<'_>) -> Arc<Step> {
        let mut state = self.state();
        let number = state.steps.len() as u64 + 1;
        let step = Arc::new(Step::new(number, judged, self.0.auditing.clone(), &self.0.span));
        state.steps.push(step.clone());
        step
    }

    /// Ends what is still open, and adds up.
    pub fn close(&self) -> Totals {
        let mut totals = Totals::default();
        // Not with the lock held: ending records.
        let steps = std::mem::take(&mut self.state().steps);
        for step in &steps {
            step.give_up("the call ended first");
            step.add_to(&mut totals);
        }
        self.state().steps = steps;
        totals
    }

    /// What a call that took too long was about in the end: the last requests that came to nothing, the last one first.
    pub fn troubles(&self) -> Option<String> {
        const MOST: usize = 2;
        let state = self.state();
        let mut troubles: Vec<String> = Vec::new();
        for trouble in state.steps.iter().rev().filter_map(|step| step.trouble()) {
            if !troubles.contains(&trouble) {
                troubles.push(trouble);
            }
            if troubles.len() == MOST {
                break;
            }
        }
        (!troubles.is_empty()).then(|| troubles.join("; before that, "))
    }

    /// The requests that may have changed something on the server, with what was answered.
    pub fn writes(&self) -> Vec<String> {
        let state = self.state();
        state.steps.iter().filter_map(|step| step.write()).collect()
    }

    /// Whether one of its requests may have changed something, as far as its answers say: none that was refused did.
    pub fn may_have_changed(&self) -> bool {
        self.state().steps.iter().any(|step| step.may_have_changed())
    }
}

/// Since then, with a microsecond's precision.
pub fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
