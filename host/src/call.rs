//! One call of a command: a fresh store, the policy of that command, its limits, and the record of it all.

use crate::arguments;
use crate::audit::CallRecord;
use crate::component::Function;
use crate::contract::Command;
use crate::credentials::Sealed;
use crate::entry::Entry;
use crate::failure::{Cause, Failure};
use crate::gate::Gate;
use crate::instance::{Given, Instance};
use crate::limits::{Exceeded, Late, Limit, in_time};
use crate::outcome;
use crate::random;
use crate::state::State;
use crate::trail::{Auditing, Trail, milliseconds};
use crate::ty::Type;
use crate::value;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use wasmtime::Store;
use wasmtime::component::{InstancePre, Val};

/// The key under which a component reads how long its call may take, in milliseconds: it can then end with the server's
/// reason, and not be ended. No parameter is called so.
const TIME: &str = "soar:limits/time";

/// Runs a command of an instance, and records it.
pub(crate) async fn call(instance: &Instance, name: &str, given: Given<'_>) -> Result<Entry, Failure> {
    let Some(auditing) = instance.auditing(name) else {
        return perform(instance, name, given, &Trail::new(None)).await.0;
    };
    let recording = Recording::begin(instance, auditing);
    let (result, memory) = perform(instance, name, given, &recording.trail).await;
    recording.end(name, result, memory)
}

/// A call that is recorded when it ends, also when whoever waits for it gives up.
struct Recording<'a> {
    instance: &'a Instance,
    auditing: Arc<Auditing>,
    trail: Trail,
    time: Timestamp,
    started: Instant,
    ended: bool,
}

impl<'a> Recording<'a> {
    fn begin(instance: &'a Instance, auditing: Auditing) -> Self {
        let auditing = Arc::new(auditing);
        let trail = Trail::new(Some(auditing.clone()));
        Self { instance, auditing, trail, time: Timestamp::now(), started: Instant::now(), ended: false }
    }

    fn end(mut self, name: &str, result: Result<Entry, Failure>, memory: u64) -> Result<Entry, Failure> {
        let limit = result.as_ref().err().and_then(Failure::limit).map(Limit::name);
        let outcome = result.as_ref().map_or_else(Failure::kind, |_| "done");
        match self.record(outcome, limit, memory) {
            Ok(()) => result,
            Err(why) => Err(outcome::unaudited(name, result, why, &self.trail)),
        }
    }

    /// Records the call; an error too if one of its requests could not be recorded.
    fn record(&mut self, outcome: &str, limit: Option<&str>, memory: u64) -> Result<(), String> {
        self.ended = true;
        let Self { instance, auditing, trail, .. } = self;
        let totals = trail.close();
        let kept = auditing.call(CallRecord {
            time: self.time,
            call: &auditing.call,
            integration: &auditing.integration,
            component: &auditing.component,
            version: &instance.component.manifest().version,
            command: &auditing.command,
            investigation: auditing.investigation.as_deref(),
            source: auditing.source,
            case: auditing.case.as_deref(),
            outcome,
            limit,
            requests: totals.requests,
            denied: totals.denied,
            sent_bytes: totals.sent,
            received_bytes: totals.received,
            memory_bytes: (memory > 0).then_some(memory),
            duration_ms: milliseconds(self.started),
        });
        kept.map_err(|error| error.to_string())?;
        auditing.failed.get().map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.record("cancelled", None, 0)
        {
            tracing::error!(error, command = self.auditing.command, "a call that was given up is not in the audit");
        }
    }
}

/// Runs a command; gives its result, and the most memory that it had, in bytes.
async fn perform(instance: &Instance, name: &str, given: Given<'_>, trail: &Trail) -> (Result<Entry, Failure>, u64) {
    let component = &instance.component;
    let prepared = component.command(name).and_then(|command| {
        let (command, function) = (command.entry(), command.function());
        let params = params(name, command, function, given)?;
        if let Some(error) = instance.missing_secret(command) {
            return Err(Failure::new(name, error.clone()));
        }
        Ok((command, function, params, state(instance, function, trail)))
    });
    let (command, function, params, state) = match prepared {
        Ok(prepared) => prepared,
        Err(failure) => return (Err(failure), 0),
    };
    let limits = &instance.limits;
    let outcome = outcome::Outcome { name, command, function, limits, trail };
    // Of all that comes: waiting for a place is a part of the call's time.
    let deadline = limits.deadline();
    let begun = Instant::now();
    let place = match instance.places.place(deadline).await {
        Ok(place) => place,
        Err(busy) => return (Err(outcome.busy(busy)), 0),
    };
    let waited = begun.elapsed();
    let _ticking = component.running().ticker.run();
    let busy = state.meter.busy();
    let mut store = state.store(component.engine());
    // What the engine makes of the result takes more than what it counts.
    store.set_hostcall_fuel(function.weight.fuel(limits.get(Limit::Output)));
    // Before the store goes, also when the call is given up here.
    let over = Over(trail);
    let run = busy.during(run(&mut store, component.pre(), function, &params));
    let ran = in_time(deadline, run).await;
    let memory = store.data().meter.peak_memory();
    drop(over);
    drop(store);
    // Its time may have gone by while others had its place.
    let crowded = place.waited.filter(|_| waited >= begun.elapsed() / 2);
    let result = match (ran, crowded) {
        (Ok(ran), _) => outcome.finish(ran, deadline),
        (Err(Late), Some(busy)) => Err(outcome.busy(busy)),
        (Err(Late), None) => {
            let exceeded = Exceeded { limit: Limit::Time, allowed: limits.get(Limit::Time) };
            outcome.finish(Err(exceeded.into()), deadline)
        }
    };
    (result, memory)
}

/// Says that a call is over when it is dropped.
struct Over<'a>(&'a Trail);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.set_over();
    }
}

/// The typed arguments of a call.
fn params(name: &str, command: &Command, function: &Function, given: Given<'_>) -> Result<Vec<Val>, Failure> {
    let record = function.arguments.as_ref();
    let arguments = match given {
        Given::Strings { pairs, unknown } => {
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            arguments::from_strings(command, record, pairs, unknown)
        }
        Given::Json { values, unknown } => arguments::from_values(command, record, values, unknown),
    };
    let arguments = arguments.map_err(|errors| Failure::new(name, errors))?;
    let Some(record) = record else { return Ok(Vec::new()) };
    let value = value::from_json(&Type::Record(record.clone()), Value::Object(arguments));
    let other = "its arguments are of other types than the component's function takes";
    Ok(vec![value.ok_or_else(|| Failure::new(name, Cause::Contract(other.into())))?])
}

fn state(instance: &Instance, function: &Function, trail: &Trail) -> State {
    let settings = &instance.settings;
    let sealed = Sealed::new(&settings.secrets, &instance.sent, &instance.told, trail);
    let parameters = settings.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let time = instance.limits.get(Limit::Time).to_string();
    let config = parameters.chain(sealed.placeholders()).chain([(TIME, time.as_str())]).collect();
    let turns = instance.limits.count(Limit::ConcurrentRequests).min(Semaphore::MAX_PERMITS);
    let gate = Gate {
        policy: instance.policy(&function.rules),
        sealed,
        transport: instance.transport.clone(),
        observer: instance.observer.clone(),
        limits: instance.limits.clone(),
        trail: trail.clone(),
        private: instance.private,
        redactor: instance.redactor.clone(),
        turns: Arc::new(Semaphore::new(turns)),
    };
    State::new(config, gate, instance.platform.clone())
}

async fn run(
    store: &mut Store<State>,
    pre: &InstancePre<State>,
    function: &Function,
    params: &[Val],
) -> wasmtime::Result<Val> {
    let instance = pre.instantiate_async(&mut *store).await?;
    let function =
        instance.get_func(&mut *store, function.index).ok_or_else(|| wasmtime::Error::msg("no such function"))?;
    let mut results = [Val::Bool(false)];
    function.call_async(&mut *store, params, &mut results).await?;
    let [result] = results;
    Ok(result)
}

impl Instance {
    /// Runs a command, each time in a sandbox of its own.
    ///
    /// # Errors
    /// If the call is wrong or the command fails.
    pub async fn call(&self, command: &str, arguments: Given<'_>) -> Result<Entry, Failure> {
        call(self, command, arguments).await
    }

    /// What a call's records hold, if they are kept.
    fn auditing(&self, name: &str) -> Option<Auditing> {
        let (sink, redactor) = (self.audit.clone()?, self.redactor.clone());
        let manifest = self.component.manifest();
        Some(Auditing {
            sink,
            redactor,
            call: call_id(),
            integration: manifest.name.clone(),
            component: self.component.digest().to_owned(),
            command: manifest.command(name).map_or(name, |command| &command.name).to_owned(),
            investigation: self.platform.investigation().map(|investigation| investigation.id),
            source: self.transport.source(),
            case: self.transport.recorded(),
            failed: Default::default(),
        })
    }
}

/// New for each call of any host: 64 random bits in hex.
fn call_id() -> String {
    let [word] = random::words();
    format!("{word:016x}")
}
