//! Runs SOAR integrations that are WebAssembly components.

pub mod recording;
pub mod transport;
