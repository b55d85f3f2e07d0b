//! Runs SOAR integrations that are WebAssembly components.
