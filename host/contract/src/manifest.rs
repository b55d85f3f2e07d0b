//! What a component says of itself, and how its commands fail: the package `soar:platform` in Rust.

mod argument;
mod check;
mod defaults;
mod docs;
mod integration;
mod reason;
#[cfg(test)]
mod tests;

pub(crate) use argument::fields;
pub use argument::{ArgumentFailure, listed};
pub use check::{DESCRIPTION, check};
pub use defaults::check_defaults;
pub use docs::CommandDocs;
pub use integration::{AccountLookup, Argument, Command, Endpoint, Integration, Output, Parameter, ParameterKind};
pub use reason::{ApiFailure, ConfigurationFailure, Incomplete, Reason};
