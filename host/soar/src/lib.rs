//! Runs SOAR integrations that are WebAssembly components, each command in a sandbox of its own.
//!
//! A component of the contract (`wit/platform`) says which commands it has, what they take and give, and which
//! endpoints each may call. The host loads it, turns playbook arguments into typed values, keeps the credentials to
//! itself, lets each command reach exactly what it declared, and makes War Room entries of the results.
//!
//! ```text
//! Engine ─ load ─▶ Component ─ settings, transport, platform ─▶ Instance ─ call ─▶ Entry | Failure
//!                      └───────────── reload, rotate ──────────────▶
//! ```

#![deny(unsafe_code)]

mod bindings;
mod builder;
mod cache;
mod call;
mod clock;
mod compiler;
mod component;
mod content;
mod deadline;
mod describe;
mod embedded;
mod engine;
mod epoch;
mod generation;
mod instance;
mod lift;
mod linker;
mod load;
mod lower;
mod machine;
mod meter;
mod options;
mod outcome;
mod outline;
mod place;
mod reasons;
mod reload;
mod resolved;
mod store;
#[doc(hidden)]
pub mod trial;
mod value;
mod version;
mod wasi_http;
mod weight;
pub mod wit;

pub use builder::InstanceBuilder;
pub use compiler::Compiler;
pub use component::{ArgumentInfo, CommandHandle, Component};
pub use embedded::Embedded;
pub use engine::Engine;
pub use instance::Instance;
pub use machine::LoadError;
pub use options::EngineOptions;
pub use reload::{Reload, ReloadError};

pub use soar_contract::arguments::Unknown;
pub use soar_contract::audit::Audit;
pub use soar_contract::callcontext::{Actor, CallContext, CorrelationId, CorrelationIdError, Investigation};
pub use soar_contract::commands::Commands;
pub use soar_contract::digest::digest;
pub use soar_contract::entry::Entry;
pub use soar_contract::failure::Failure;
pub use soar_contract::given::Given;
pub use soar_contract::kinds::{KindChange, Kinds};
pub use soar_contract::limits::{Amount, Limit, Limits};
pub use soar_contract::outputs::OutputPath;
pub use soar_contract::platform::{BoxFuture, File, FileError, Platform};
pub use soar_contract::secret::Secret;
pub use soar_contract::settings::{ConfigurationError, Settings};
pub use soar_contract::{arguments, check, context, failure, limits, manifest, names, schema, text, ty};
pub use soar_network::observer::Observer;
pub use soar_network::{address, policy, recording, rehearsal, transport};
pub use soar_system::audit_file::JsonLines;
pub use soar_system::files;

/// The audit: its records, whoever keeps them, and the file that they may be kept in.
pub mod audit {
    pub use soar_contract::audit::*;
    pub use soar_system::audit_file::{Checked, Durable, JsonLines, Verifier, Why, Wrong};
}

/// The programs in the README and in its longer form compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../../../docs/embedding.md")]
struct Pages;
