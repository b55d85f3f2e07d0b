//! One call of a command: a fresh store, the policy of that command, its limits, and the record of it all.

use crate::component::Function;
use crate::deadline::Deadline;
use crate::generation::Generation;
use crate::instance::Instance;
use crate::outcome;
use crate::store::StoreData;
use crate::value;
use serde_json::Value;
use soar_contract::arguments;
use soar_contract::audit::{CallFacts, Changed};
use soar_contract::callcontext::CallContext;
use soar_contract::commands::Commands;
use soar_contract::entry::Entry;
use soar_contract::failure::{Cause, Failure};
use soar_contract::given::{Given, Values};
use soar_contract::limits::{Late, Limit, in_time};
use soar_contract::manifest::{Command, Integration};
use soar_contract::platform::BoxFuture;
use soar_contract::ty::Type;
use soar_network::credentials::Sealed;
use soar_network::gate::Gate;
use soar_network::trail::{Auditing, CallGuard, End, Trail, call_id};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tracing::{Instrument as _, Span};
use wasmtime::Store;
use wasmtime::component::{InstancePre, Val};

/// The key under which a component reads how long its call may take, in milliseconds: it can then end with the server's
/// reason, and not be ended. No parameter is called so.
const TIME: &str = "soar:limits/time";

/// Runs a command of an instance, and records it.
async fn call(instance: &Instance, context: &CallContext, name: &str, given: Given) -> Result<Entry, Failure> {
    // It ends with what it began with, whatever takes its place meanwhile.
    let generation = &*instance.generation();
    // Of all that comes: waiting for a place is a part of the call's time.
    let deadline = Deadline::new(&generation.limits, context);
    let id = call_id();
    let span = span(instance, generation, context, name, &id);
    let Some(sink) = instance.audit.clone() else {
        let trail = Trail::within(span.clone(), None);
        let called = Called { instance, generation, context, name, deadline, trail: &trail };
        return called.perform(given).instrument(span).await.0;
    };
    let facts = instance.facts(generation, context, name);
    let auditing = Arc::new(Auditing::new(sink, instance.ring().covering().clone(), id, facts));
    let trail = Trail::within(span.clone(), Some(auditing.clone()));
    let recording = CallGuard::begin(trail.clone(), auditing);
    let called = Called { instance, generation, context, name, deadline, trail: &trail };
    let performed = async {
        let (result, memory) = called.perform(given).await;
        let result = result.map(|entry| {
            let changed = trail.may_have_changed().then(|| changed(generation, name, &entry)).flatten();
            (changed, entry)
        });
        recorded(recording, &trail, name, result, memory)
    };
    performed.instrument(span).await
}

/// What is said of a call while it goes on is said in this: `tracing` finds the audit's records by it.
fn span(instance: &Instance, generation: &Generation, context: &CallContext, name: &str, id: &str) -> Span {
    let covering = instance.ring().covering();
    let cover = |text: &str| covering.text(text);
    // Covered only where somebody listens.
    tracing::info_span!(
        "call",
        call = id,
        command = cover(called(generation, name)),
        integration = cover(&generation.component.manifest().name),
        instance = instance.name.as_deref().map(cover),
        investigation = context.investigation.as_ref().map(|investigation| cover(&investigation.id)),
        correlation_id = context.correlation_id.as_ref().map(|id| cover(id.as_str())),
    )
}

/// A command as the manifest calls it, or as it was called if that has none.
fn called<'a>(generation: &'a Generation, name: &'a str) -> &'a str {
    generation.component.manifest().command(name).map_or(name, |command| &command.name)
}

/// Ends the record of a call, and gives what is left of its result if that can't be kept.
fn recorded(
    recording: CallGuard,
    trail: &Trail,
    name: &str,
    result: Result<(Option<Changed>, Entry), Failure>,
    memory: u64,
) -> Result<Entry, Failure> {
    let limit = result.as_ref().err().and_then(Failure::limit).map(Limit::name);
    let outcome = result.as_ref().map_or_else(Failure::kind, |_| "done");
    let changed = result.as_ref().ok().and_then(|(changed, _)| changed.as_ref());
    let recorded = recording.end(&End { outcome, limit, memory, changed });
    let result = result.map(|(_, entry)| entry);
    match recorded {
        Ok(()) => result,
        Err(why) => Err(outcome::unaudited(name, result, why, trail)),
    }
}

/// A command that was called.
struct Called<'a> {
    instance: &'a Instance,
    generation: &'a Generation,
    context: &'a CallContext,
    /// As it was called.
    name: &'a str,
    deadline: Deadline,
    trail: &'a Trail,
}

impl Called<'_> {
    /// Runs the command; gives its result, and the most memory that it had, in bytes.
    async fn perform(&self, given: Given) -> (Result<Entry, Failure>, u64) {
        let Self { generation, name, trail, deadline, .. } = *self;
        let component = &generation.component;
        let (command, function, params) = match self.prepare(given) {
            Ok(prepared) => prepared,
            Err(failure) => return (Err(failure), 0),
        };
        let limits = &generation.limits;
        let outcome = outcome::Outcome { name, command, function, limits, deadline, trail };
        if deadline.is_over() {
            return (Err(outcome.late()), 0);
        }
        let begun = Instant::now();
        let place = match generation.places.place(deadline.at).await {
            Ok(place) => place,
            Err(busy) => return (Err(outcome.busy(busy)), 0),
        };
        let waited = begun.elapsed();
        let _ticking = component.running().ticker.run();
        let state = self.state(function);
        let busy = state.meter.busy();
        let mut store = state.store(component.engine());
        // What the engine makes of the result takes more than what it counts.
        store.set_hostcall_fuel(function.weight.fuel(limits.number(Limit::Output)));
        // Before the store goes, also when the call is given up here.
        let over = Over(trail);
        let run = busy.during(run(&mut store, component.pre(), function, &params));
        let ran = in_time(deadline.at, run).await;
        let memory = store.data().meter.peak_memory();
        drop(over);
        drop(store);
        // Its time may have gone by while others had its place.
        let crowded = place.waited.filter(|_| waited >= begun.elapsed() / 2);
        let result = match (ran, crowded) {
            (Ok(ran), _) => outcome.finish(ran),
            (Err(Late), Some(busy)) => Err(outcome.busy(busy)),
            (Err(Late), None) => outcome.finish(Err(limits.over(Limit::Time).into())),
        };
        (result, memory)
    }

    /// The command, its function and its typed arguments, if it can be called.
    fn prepare(&self, given: Given) -> Result<(&Command, &Function, Vec<Val>), Failure> {
        let Self { generation, name, .. } = *self;
        let command = generation.component.command(name)?;
        let (command, function) = (command.entry(), command.function());
        let params = params(name, command, function, given)?;
        match generation.missing_secret(command) {
            Some(error) => Err(Failure::new(name, error.clone())),
            None => Ok((command, function, params)),
        }
    }

    /// What its store holds, from now on.
    fn state(&self, function: &Function) -> StoreData {
        let Self { instance, generation, context, trail, deadline, .. } = *self;
        let settings = &generation.settings;
        let sealed = Sealed::on(instance.ring(), &generation.keys, &generation.told, trail);
        let parameters = settings.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let time = deadline.left(&generation.limits).to_string();
        let config = parameters.chain(sealed.placeholders()).chain([(TIME, time.as_str())]).collect();
        let turns = generation.limits.count(Limit::ConcurrentRequests).min(Semaphore::MAX_PERMITS);
        let gate = Gate {
            policy: generation.policy(&function.rules),
            sealed,
            transport: instance.transport.clone(),
            observer: instance.observer.clone(),
            limits: generation.limits.clone(),
            trail: trail.clone(),
            private: generation.private,
            redactor: instance.ring().covering().clone(),
            turns: Arc::new(Semaphore::new(turns)),
            lookups: instance.lookups(generation, deadline),
            aside: false,
        };
        StoreData::new(config, gate, instance.platform.clone(), Arc::new(context.clone()))
    }
}

/// Says that a call is over when it is dropped.
struct Over<'a>(&'a Trail);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.set_over();
    }
}

/// The typed arguments of a call.
fn params(name: &str, command: &Command, function: &Function, given: Given) -> Result<Vec<Val>, Failure> {
    let (record, unknown) = (function.arguments.as_ref(), given.unknown);
    let arguments = match &given.values {
        Values::Strings(pairs) => {
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            arguments::from_strings(command, record, pairs, unknown)
        }
        Values::Json(values) => arguments::from_values(command, record, values, unknown),
    };
    let arguments = arguments.map_err(|errors| Failure::new(name, errors))?;
    let Some(record) = record else { return Ok(Vec::new()) };
    let value = value::from_json(&Type::Record(record.clone()), Value::Object(arguments));
    let other = "its arguments are of other types than the component's function takes";
    Ok(vec![value.ok_or_else(|| Failure::new(name, Cause::Contract(other.into())))?])
}

async fn run(
    store: &mut Store<StoreData>,
    pre: &InstancePre<StoreData>,
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
    /// Runs a command, each time in a sandbox of its own, as a part of nothing.
    ///
    /// # Errors
    /// If the call is wrong or the command fails.
    pub async fn call(&self, command: &str, given: Given) -> Result<Entry, Failure> {
        self.call_in(&CallContext::new(), command, given).await
    }

    /// Runs a command like [`call`](Self::call), as a part of what the context says: an investigation, what somebody asked
    /// for, something that has to end in time. Calls at once may have a context each.
    ///
    /// # Errors
    /// If the call is wrong or the command fails; with the kind `deadline` if the context's deadline passes first.
    pub async fn call_in(&self, context: &CallContext, command: &str, given: Given) -> Result<Entry, Failure> {
        call(self, context, command, given).await
    }

    /// What the records of a call say of it.
    fn facts(&self, generation: &Generation, context: &CallContext, name: &str) -> CallFacts {
        let manifest = generation.component.manifest();
        let actor = context.actor.as_ref();
        CallFacts {
            integration: manifest.name.clone(),
            component: generation.component.digest().to_owned(),
            version: manifest.version.clone(),
            command: called(generation, name).to_owned(),
            investigation: context.investigation.as_ref().map(|investigation| investigation.id.clone()),
            source: self.transport.source(),
            case: self.transport.recorded(),
            instance: self.name.as_deref().map(str::to_owned),
            actor: actor.map(|actor| actor.id.clone()),
            actor_name: actor.and_then(|actor| actor.name.clone()),
            correlation_id: context.correlation_id.as_ref().map(|id| id.as_str().to_owned()),
        }
    }
}

/// What a call has made or changed; none of a command that only reads.
fn changed(generation: &Generation, name: &str, entry: &Entry) -> Option<Changed> {
    let command = generation.component.manifest().command(name).filter(|command| command.changes)?;
    Some(Changed::of(&command.outputs, &entry.context))
}

impl Commands for Instance {
    fn manifest(&self) -> Arc<Integration> {
        self.generation().component.shared_manifest()
    }

    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        command: &'a str,
        given: Given,
    ) -> BoxFuture<'a, Result<Entry, Failure>> {
        Box::pin(self.call_in(context, command, given))
    }
}
