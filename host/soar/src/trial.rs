//! What tests, benches and fuzz targets reach of what is private. It is no part of the library's face, and may go at any time.

use crate::options::EngineOptions;
use crate::value::{from_json, to_json};
use serde_json::Value as Json;
use soar_contract::ty::Type;
use std::sync::Arc;
use wasmtime::MemoryCreator;
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

/// The options of an engine whose components' memories somebody else makes, who can search them.
#[must_use]
pub fn with_memories(options: EngineOptions, memories: Arc<dyn MemoryCreator>) -> EngineOptions {
    EngineOptions { memories: Some(memories), ..options }
}
