//! Runs SOAR integrations that are WebAssembly components.

pub mod arguments;
pub mod context;
pub mod contract;
pub mod schema;
pub mod value;
pub mod wit;
