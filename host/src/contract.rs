//! What a component says of itself, and how its commands fail: the package `soar:platform` in Rust.

mod argument;
mod check;
mod defaults;
mod failure;
mod manifest;
#[cfg(test)]
mod tests;

pub(crate) use argument::fields;
pub use argument::{ArgumentFailure, listed};
pub(crate) use check::{DESCRIPTION, check};
pub(crate) use defaults::check_defaults;
pub use failure::{ApiFailure, ConfigurationFailure, Failure, Incomplete};
pub use manifest::{Argument, Command, Endpoint, Integration, Output, Parameter, ParameterKind, nearest};
