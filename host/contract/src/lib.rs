//! What commands, callers, platforms and playbooks say to each other. Pure: no network, no engine, no file is opened here.
//!
//! ```text
//! manifest ─┐                                     ┌─▶ entry, context
//!           ├─▶ arguments (over ty) ─▶ a command ─┤
//! caller ───┘                                     └─▶ failure, audit records
//! ```
//!
//! What comes in: what a component says of itself, and what a caller gives. What goes out: arguments that are held against
//! their types, schemas and documentation of commands, entries, failures, and the records of the audit. Who sends, runs or
//! keeps any of it is not known here.

#![deny(unsafe_code)]

// So that the helpers of `soar-testing` are made of this crate's own types here.
#[cfg(test)]
extern crate self as soar_contract;
#[cfg(test)]
mod tests;

pub mod arguments;
pub mod audit;
pub mod budget;
pub mod callcontext;
pub mod check;
pub mod commands;
pub mod context;
pub mod digest;
pub mod entry;
pub mod failure;
pub mod given;
pub mod kinds;
pub mod limits;
pub mod manifest;
pub mod names;
pub mod outputs;
pub mod platform;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod source;
pub mod text;
pub mod ty;
