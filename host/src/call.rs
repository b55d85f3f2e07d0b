//! One call of a command: a fresh store, the policy of that command, and what comes out.

use crate::arguments::{self, ArgumentError};
use crate::component::{Function, READABLE};
use crate::context::Context;
use crate::contract::{Command, Failure as Reason, Integration};
use crate::credentials::Sealed;
use crate::embedded::Embedded;
use crate::entry::{Entry, Failure};
use crate::host::{CONTRACT, LoadError};
use crate::http::{Fault, Faults, Hooks};
use crate::instance::{Given, Instance};
use crate::policy::Policy;
use crate::state::State;
use crate::transport::{Answering, Body, Transport, TransportError};
use crate::value;
use serde_json::Value;
use std::sync::Arc;
use wasmtime::component::types::Type;
use wasmtime::component::{InstancePre, Val};
use wasmtime::{Engine, Store};
use wasmtime_wasi_config::WasiConfigVariables;

/// Runs a command of an instance.
pub(crate) async fn call(instance: &Instance, name: &str, given: Given<'_>) -> Result<Entry, Failure> {
    let command = instance.component.command(name)?;
    let function = instance
        .component
        .function(command)
        .ok_or_else(|| Failure::new(name, "contract", "the component has no function for it"))?;
    let params = params(name, command, function, given)?;
    if let Some(error) = instance.missing_secret(command) {
        return Err(error.failure(name));
    }
    let (hooks, faults, config) = prepare(instance, function);
    let state = State::new(config, hooks, instance.platform.clone());
    let mut store = Store::new(instance.component.engine(), state);
    let result = run(&mut store, instance.component.pre(), function, &params).await;
    drop(store);
    finish(name, command, function, result, faults.take())
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
    let arguments = arguments.map_err(|error| wrong_argument(name, &error))?;
    let Some(record) = record else { return Ok(Vec::new()) };
    let ty = Type::Record(record.clone());
    let value = value::from_json(&ty, &Value::Object(arguments), "arguments")
        .map_err(|error| Failure::new(name, "contract", error.to_string()))?;
    Ok(vec![value])
}

fn wrong_argument(name: &str, error: &ArgumentError) -> Failure {
    if matches!(error, ArgumentError::Contract { .. }) {
        return Failure::new(name, "contract", error.to_string());
    }
    Failure::wrong(name, "argument", error.to_string())
        .with("argument", error.argument())
        .with("reason", error.reason())
        .with("expected", error.expected())
}

fn prepare(instance: &Instance, function: &Function) -> (Hooks, Faults, WasiConfigVariables) {
    let sealed = Sealed::new(&instance.settings.secrets);
    let parameters = instance.settings.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let config = parameters.chain(sealed.placeholders()).collect();
    let faults = Faults::default();
    let hooks = Hooks {
        policy: instance.policy(&function.rules),
        sealed,
        transport: instance.transport.clone(),
        observer: instance.observer.clone(),
        faults: faults.clone(),
    };
    (hooks, faults, config)
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

fn finish(
    name: &str,
    command: &Command,
    function: &Function,
    result: wasmtime::Result<Val>,
    faults: Vec<Fault>,
) -> Result<Entry, Failure> {
    // What the recording lacks, the component can't tell from a server's refusal; the caller must.
    if let Some(Fault::Miss(miss)) = faults.iter().find(|fault| matches!(fault, Fault::Miss(_))) {
        return Err(Failure::new(name, "replay_miss", miss.to_string())
            .with("method", miss.method.as_str())
            .with("url", miss.url.as_str()));
    }
    if let Some(why) = faults.iter().find_map(|fault| match fault {
        Fault::TooLong(why) => Some(why),
        _ => None,
    }) {
        return Err(Failure::new(name, "recording", why.as_str()));
    }
    let broken = |why: String| Failure::new(name, "contract", why);
    let (Type::Result(ty), Val::Result(result)) = (&function.result, result.map_err(|error| trapped(name, &error))?)
    else {
        return Err(broken("the function gave something other than a result".into()));
    };
    match result {
        Ok(result) => {
            let (Some(ty), Some(result)) = (ty.ok(), result) else { return Err(broken("the result is empty".into())) };
            let result = value::to_json(&ty, &result).map_err(|error| broken(error.to_string()))?;
            entry(name, command, result).map_err(broken)
        }
        Err(error) => {
            let (Some(ty), Some(error)) = (ty.err(), error) else { return Err(broken("the error is empty".into())) };
            let reason = Reason::from_val(&ty, &error).map_err(|error| broken(error.to_string()))?;
            Err(failure(name, command, &reason, &faults))
        }
    }
}

fn entry(name: &str, command: &Command, result: Value) -> Result<Entry, String> {
    let Value::Object(mut raw) = result else { return Err("the result is no record".into()) };
    let Some(Value::String(readable)) = raw.shift_remove(READABLE) else { return Err("the result has no text".into()) };
    let raw = Value::Object(raw);
    let context = Context::of_result(&command.outputs, &raw).into();
    Ok(Entry { command: name.into(), context, readable, raw })
}

/// What is told of a component that stopped: its trap, and not the addresses of its code.
fn trapped(name: &str, error: &wasmtime::Error) -> Failure {
    let why = error.downcast_ref::<wasmtime::Trap>().map_or_else(|| format!("{error:#}"), ToString::to_string);
    tracing::warn!(command = name, %error, "the component stopped");
    Failure::new(name, "trap", format!("the component stopped: {why}"))
}

/// A failure from the contract's `error`: the case is its kind, the payload's fields are its fields.
fn failure(name: &str, command: &Command, reason: &Reason, faults: &[Fault]) -> Failure {
    // The component sees only that a request was stopped or broke; the host knows more.
    let known = faults.iter().rev().find_map(|fault| match (reason, fault) {
        (Reason::Denied(_), Fault::Denied(why)) | (Reason::Network(_), Fault::Failed(why)) => Some(why.as_str()),
        _ => None,
    });
    let wrong_call = matches!(reason, Reason::Argument(_) | Reason::Configuration(_));
    let mut failure = Failure { wrong_call, ..Failure::new(name, reason.kind(), reason.to_string()) };
    if let Ok(Value::Object(mut case)) = serde_json::to_value(reason) {
        match case.shift_remove(reason.kind()) {
            Some(Value::Object(fields)) => failure.fields = fields,
            Some(seconds @ Value::Number(_)) => failure = failure.with("retry_after", seconds),
            _ => {}
        }
    }
    if let Some(known) = known {
        failure = failure.with("cause", known);
    }
    match reason {
        Reason::Forbidden(_) if !command.permissions.is_empty() => {
            failure.with("permissions", command.permissions.as_str())
        }
        _ => failure,
    }
}

/// Asks a component what it is, in a store that reaches nothing.
pub(crate) async fn describe(engine: &Engine, pre: &InstancePre<State>) -> Result<Integration, LoadError> {
    let refuse = |error: wasmtime::Error| LoadError::Manifest(format!("{error:#}"));
    let hooks = Hooks {
        policy: Policy::default(),
        sealed: Sealed::default(),
        transport: Arc::new(Nowhere),
        observer: Arc::new(crate::instance::Nobody),
        faults: Faults::default(),
    };
    let state = State::new(WasiConfigVariables::new(), hooks, Arc::new(Embedded::new()));
    let mut store = Store::new(engine, state);
    let instance = pre.instantiate_async(&mut store).await.map_err(refuse)?;
    let describe = instance
        .get_export_index(&mut store, None, CONTRACT)
        .and_then(|manifest| instance.get_export_index(&mut store, Some(&manifest), "describe"))
        .ok_or_else(|| LoadError::Manifest(format!("{CONTRACT} has no function describe")))?;
    let describe = instance.get_typed_func::<(), (Integration,)>(&mut store, describe).map_err(refuse)?;
    let (manifest,) = describe.call_async(&mut store, ()).await.map_err(refuse)?;
    Ok(manifest)
}

/// A transport that reaches nothing.
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: http::Request<Body>) -> Answering {
        let error = wasmtime_wasi_http::Error::HttpRequestDenied;
        Box::pin(async { Err(TransportError::Failed(error, "no request may be made here".into())) })
    }
}
