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

pub mod address;
pub mod arguments;
pub mod audit;
mod bindings;
mod bodies;
mod budget;
mod cache;
mod call;
pub mod case;
mod clock;
mod compiler;
mod component;
mod content;
pub mod context;
pub mod contract;
mod credentials;
mod describe;
mod digest;
mod echo;
mod embedded;
mod entry;
mod epoch;
pub mod files;
mod finder;
mod host;
mod http;
mod instance;
mod kinds;
pub mod limits;
mod load;
mod meter;
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
pub mod schema;
mod state;
pub mod text;
mod trail;
pub mod transport;
mod turns;
pub mod value;
mod weight;
pub mod wit;

pub use arguments::Unknown;
pub use audit::{Audit, JsonLines};
pub use compiler::Compiler;
pub use component::Component;
pub use credentials::Secret;
pub use digest::digest;
pub use embedded::Embedded;
pub use entry::{Entry, Failure};
pub use host::{Host, HostOptions, LoadError};
pub use instance::{ConfigurationError, Given, Instance, Observer, Settings};
pub use kinds::{KindChange, Kinds};
pub use limits::{Limit, Limits};
pub use outputs::OutputPath;
pub use platform::{Answer, File, FileError, Investigation, Platform};

/// The programs in the README and in its longer form compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/library.md")]
struct Pages;
