//! Values of the engine: made of JSON that [`soar_contract::check`] found to be right, and JSON made of what a component gave.

mod from_json;
mod to_json;

pub(crate) use from_json::from_json;
pub(crate) use to_json::{Unfit, into_json_within, to_json};

#[cfg(test)]
mod tests;
