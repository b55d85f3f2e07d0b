//! The Mattermost component, built from the `guest` crate by this crate's build script.

/// The world `mattermost:integration/integration`: all commands, for a host that implements `soar:platform`.
pub const INTEGRATION: &[u8] = include_bytes!(env!("MATTERMOST_INTEGRATION"));

/// The world `mattermost:integration/commands`: the commands that need WASI alone, for any host of `wasi:http`.
pub const COMMANDS: &[u8] = include_bytes!(env!("MATTERMOST_COMMANDS"));
