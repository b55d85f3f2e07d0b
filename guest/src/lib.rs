//! The Mattermost integration.
//!
//! [`commands`] has one module for each WIT interface, [`client`] is Mattermost's API as far as the commands need
//! it, and [`manifest`] tells a platform what WIT cannot say. The feature `platform` makes the world `integration`;
//! without it this is the world `commands`, which any host of `wasi:http` can run.

mod client;
mod commands;
mod config;
mod manifest;
mod markdown;
mod platform;

/// What `wit-bindgen` makes of the contract.
mod bindings {
    #[cfg(feature = "platform")]
    wit_bindgen::generate!({
        path: [
            "../wit/deps/io",
            "../wit/deps/clocks",
            "../wit/deps/config",
            "../wit/deps/http",
            "../wit/platform",
            "../wit/mattermost",
        ],
        world: "mattermost:integration/integration",
        generate_all,
    });

    #[cfg(not(feature = "platform"))]
    wit_bindgen::generate!({
        path: [
            "../wit/deps/io",
            "../wit/deps/clocks",
            "../wit/deps/config",
            "../wit/deps/http",
            "../wit/platform",
            "../wit/mattermost",
        ],
        world: "mattermost:integration/commands",
        generate_all,
    });

    export!(Component);

    /// The component: every exported interface is implemented for it, in the module of the same name.
    pub struct Component;
}

use bindings::Component;
