//! What a component gives, as the types of the contract: what it says of itself, and why a command failed.

use crate::budget::Budget;
use crate::check::ValueError;
use crate::contract::{Integration, Reason};
use crate::names::snake;
use crate::ty::Type;
use crate::value::{Unfit, into_json_within};
use serde_json::{Map, Value as Json};
use wasmtime::component::Val;

/// Reads what `describe` gave.
///
/// # Errors
///
/// When it is something other than the contract's record `integration`, as `check_shape` would have said, or there is too
/// much of it.
pub(crate) fn integration(ty: &Type, val: Val, budget: &mut Budget) -> Result<Integration, Unfit> {
    let json = into_json_within(ty, val, budget)?;
    serde_json::from_value(json).map_err(|error| unlike("describe", "an integration", error.to_string()).into())
}

/// Reads the error of a command's result.
///
/// # Errors
///
/// When the value is not of the contract's variant `error`, as a component's of another contract, or there is too much of it.
pub(crate) fn reason(ty: &Type, val: Val, budget: &mut Budget) -> Result<Reason, Unfit> {
    /// So often a text of it stands in what is said, kept and shown of it.
    const COPIES: u64 = 6;
    let unlike = |found| unlike("error", "a case of soar:platform/errors", found);
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

fn unlike(path: &str, expected: &str, found: String) -> ValueError {
    ValueError { path: path.into(), expected: expected.into(), found }
}

/// With the kinds of refusals among the cases: WIT has them once, so that a component's code for them is there once.
fn unfolded(mut json: Json) -> Json {
    let Some(api) = json.get_mut("refused").and_then(Json::as_object_mut) else { return json };
    match api.shift_remove("kind") {
        Some(Json::String(kind)) => Json::Object(Map::from_iter([(kind, std::mem::take(api).into())])),
        _ => json,
    }
}

#[cfg(test)]
mod tests;
