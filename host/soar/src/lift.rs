//! What a component gives, as the types of the contract: what it says of itself, and why a command failed.

use crate::bindings::manifest;
use crate::bindings::previous::manifest as before;
use crate::value::{Unfit, into_json_within};
use serde_json::{Map, Value as Json};
use soar_contract::budget::Budget;
use soar_contract::check::ValueError;
use soar_contract::manifest::{
    AccountLookup, Argument, Command, Endpoint, Integration, Output, Parameter, ParameterKind, Reason,
};
use soar_contract::names::snake;
use soar_contract::ty::Type;
use wasmtime::component::Val;

/// Reads the error of a command's result.
///
/// # Errors
///
/// When the value is not of the contract's variant `error`, as a component's of another contract, or there is too much of it.
pub(crate) fn reason(ty: &Type, val: Val, budget: &mut Budget) -> Result<Reason, Unfit> {
    /// So often a text of it stands in what is said, kept and shown of it.
    const COPIES: u64 = 6;
    let before = budget.left();
    let json = unfolded(into_json_within(ty, val, budget)?);
    budget.take((before - budget.left()).saturating_mul(COPIES))?;
    let mut reason = serde_json::from_value(json).map_err(|error| unlike(error.to_string()))?;
    if matches!(&reason, Reason::Argument(errors) if errors.is_empty()) {
        return Err(unlike("an argument's error without an argument".into()).into());
    }
    if let Reason::Incomplete(incomplete) = &mut reason {
        // A case by its WIT name: here as `kind` says it, so that programs can compare the two.
        incomplete.cause = snake(&incomplete.cause);
    }
    Ok(reason)
}

fn unlike(found: String) -> ValueError {
    ValueError { path: "error".into(), expected: "a case of soar:platform/errors".into(), found }
}

/// With the kinds of refusals among the cases: WIT has them once, so that a component's code for them is there once.
fn unfolded(mut json: Json) -> Json {
    let Some(api) = json.get_mut("refused").and_then(Json::as_object_mut) else { return json };
    match api.shift_remove("kind") {
        Some(Json::String(kind)) => Json::Object(Map::from_iter([(kind, std::mem::take(api).into())])),
        _ => json,
    }
}

/// What both versions of the contract have alike in their manifests, each in types of its own.
macro_rules! lift {
    ($manifest:ident) => {
        impl From<$manifest::Integration> for Integration {
            fn from(it: $manifest::Integration) -> Self {
                let $manifest::Integration { name, title, version, parameters, commands } = it;
                Self { name, title, version, parameters: all(parameters), commands: all(commands) }
            }
        }

        impl From<$manifest::ParameterKind> for ParameterKind {
            fn from(kind: $manifest::ParameterKind) -> Self {
                match kind {
                    $manifest::ParameterKind::Text => Self::Text,
                    $manifest::ParameterKind::Boolean => Self::Boolean,
                    $manifest::ParameterKind::ListOfText => Self::ListOfText,
                    $manifest::ParameterKind::ServerUrl => Self::ServerUrl,
                    $manifest::ParameterKind::Secret => Self::Secret,
                    $manifest::ParameterKind::Insecure => Self::Insecure,
                    $manifest::ParameterKind::Proxy => Self::Proxy,
                }
            }
        }

        impl From<$manifest::Command> for Command {
            fn from(it: $manifest::Command) -> Self {
                Self {
                    name: it.name,
                    aliases: it.aliases,
                    interface: it.interface,
                    function: it.function,
                    arguments: all(it.arguments),
                    outputs: all(it.outputs),
                    permissions: it.permissions,
                    changes: it.changes,
                    endpoints: all(it.endpoints),
                }
            }
        }

        impl From<$manifest::Argument> for Argument {
            fn from(it: $manifest::Argument) -> Self {
                let $manifest::Argument { name, aliases, field, default, options, minimum, bare } = it;
                Self { name, aliases, field, default, options, minimum, bare }
            }
        }

        impl From<$manifest::Output> for Output {
            fn from(it: $manifest::Output) -> Self {
                let $manifest::Output { prefix, key, field, names } = it;
                Self { prefix, key, field, names }
            }
        }

        impl From<$manifest::Endpoint> for Endpoint {
            fn from(it: $manifest::Endpoint) -> Self {
                let $manifest::Endpoint { method, path, credential, volatile, query, headers } = it;
                Self { method, path, credential, volatile, query, headers }
            }
        }
    };
}

lift!(manifest);
lift!(before);

impl From<manifest::Parameter> for Parameter {
    fn from(it: manifest::Parameter) -> Self {
        let manifest::Parameter { name, title, description, kind, required, default, options, environment, account } =
            it;
        let (kind, account) = (kind.into(), account.map(Into::into));
        Self { name, title, description, kind, required, default, options, environment, account }
    }
}

impl From<manifest::AccountLookup> for AccountLookup {
    fn from(it: manifest::AccountLookup) -> Self {
        let manifest::AccountLookup { path, id, name } = it;
        Self { path, id, name }
    }
}

impl From<before::Parameter> for Parameter {
    fn from(it: before::Parameter) -> Self {
        let before::Parameter { name, title, description, kind, required, default, options, environment } = it;
        // It had no word for whose a secret is.
        Self { name, title, description, kind: kind.into(), required, default, options, environment, account: None }
    }
}

fn all<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

#[cfg(test)]
mod tests;
