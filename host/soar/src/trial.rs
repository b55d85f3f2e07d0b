//! What benches and fuzz targets try of what is private. It is no part of the library's face, and may go at any time.

use crate::value::{from_json, to_json};
use serde_json::Value as Json;
use soar_contract::ty::Type;
use wasmtime::component::Val;

/// A value of the engine.
#[derive(Clone, Debug)]
pub struct Made(Val);

/// Makes the value of JSON that `check` has found to be right.
#[must_use]
pub fn make(ty: &Type, json: Json) -> Option<Made> {
    from_json(ty, json).map(Made)
}

/// Writes a value as JSON; none if it is of another type.
#[must_use]
pub fn write(ty: &Type, made: &Made) -> Option<Json> {
    to_json(ty, &made.0).ok()
}
