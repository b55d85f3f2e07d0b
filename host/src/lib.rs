//! Runs SOAR integrations that are WebAssembly components, each command in a sandbox of its own.
//!
//! A component of the contract (`wit/platform`) says which commands it has, what they take and give, and which
//! endpoints each may call. The host loads it, turns playbook arguments into typed values, keeps the credentials to
//! itself, lets each command reach exactly what it declared, and makes War Room entries of the results.
//!
//! ```text
//! Host ─ load ─▶ Component ─ settings, transport, platform ─▶ Instance ─ call ─▶ Entry | Failure
//! ```

#![deny(unsafe_code)]

// What tests make of types is used by other tests, too, under the same paths.
#[cfg(test)]
extern crate self as soar;

pub mod address;
pub mod arguments;
pub mod audit;
mod bindings;
mod body;
mod budget;
mod cache;
mod call;
mod callcontext;
pub mod case;
pub mod check;
mod clock;
mod commands;
mod compiler;
mod component;
mod content;
pub mod context;
pub mod contract;
mod cover;
mod credentials;
mod deadline;
mod describe;
mod digest;
mod echo;
mod embedded;
mod engine;
mod entry;
mod epoch;
pub mod failure;
pub mod files;
mod gate;
mod given;
mod headers;
mod host;
mod instance;
mod kinds;
mod lift;
pub mod limits;
mod load;
mod lower;
mod meter;
pub mod names;
mod net_error;
mod observer;
mod outcome;
mod outline;
mod outputs;
mod place;
mod platform;
pub mod policy;
mod random;
mod reasons;
pub mod recording;
pub mod rehearsal;
mod resolved;
pub mod schema;
mod secret;
mod settings;
mod state;
pub mod text;
mod trail;
pub mod transport;
#[doc(hidden)]
pub mod trial;
mod turns;
pub mod ty;
mod value;
mod wasi_http;
mod weight;
pub mod wit;

pub use arguments::Unknown;
pub use audit::{Audit, JsonLines};
pub use callcontext::{Actor, CallContext, CorrelationId, CorrelationIdError, Investigation};
pub use commands::Commands;
pub use compiler::Compiler;
pub use component::{ArgumentInfo, CommandHandle, Component};
pub use digest::digest;
pub use embedded::Embedded;
pub use engine::LoadError;
pub use entry::Entry;
pub use failure::Failure;
pub use given::Given;
pub use host::{Host, HostOptions};
pub use instance::Instance;
pub use kinds::{KindChange, Kinds};
pub use limits::{Limit, Limits};
pub use observer::Observer;
pub use outputs::OutputPath;
pub use platform::{BoxFuture, File, FileError, Platform};
pub use secret::Secret;
pub use settings::{ConfigurationError, Settings};

/// The programs in the README and in its longer form compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/library.md")]
struct Pages;
