//! The Mattermost integration.
//!
//! [`commands`] has one module for each WIT interface, [`client`] is Mattermost's API as far as the commands need
//! it, and [`manifest`] tells a platform what WIT cannot say. The feature `platform` makes the world `integration`;
//! without it this is the world `commands`, which any host of `wasi:http` can run.

// What the world `integration` alone uses; its own build finds what is dead in both.
#![cfg_attr(not(feature = "platform"), allow(dead_code))]

mod client;
mod commands;
mod config;
#[cfg(target_arch = "wasm32")]
mod heap;
mod manifest;
mod markdown;
mod platform;
mod text;

/// What `wit-bindgen` makes of the contract.
mod bindings {
    macro_rules! generate {
        ($world:tt) => {
            wit_bindgen::generate!({
                path: [
                    "../wit/deps/io",
                    "../wit/deps/clocks",
                    "../wit/deps/config",
                    "../wit/deps/http",
                    "../wit/platform",
                    "../wit/mattermost",
                ],
                world: $world,
                with: {
                    "wasi:io/error@0.2.12": wasip2::io::error,
                    "wasi:io/poll@0.2.12": wasip2::io::poll,
                    "wasi:io/streams@0.2.12": wasip2::io::streams,
                    "wasi:clocks/monotonic-clock@0.2.12": wasip2::clocks::monotonic_clock,
                    "wasi:clocks/wall-clock@0.2.12": wasip2::clocks::wall_clock,
                    "wasi:http/types@0.2.12": wasip2::http::types,
                    "wasi:http/outgoing-handler@0.2.12": wasip2::http::outgoing_handler,
                },
                generate_all,
            });
        };
    }

    #[cfg(feature = "platform")]
    generate!("mattermost:integration/integration");
    #[cfg(not(feature = "platform"))]
    generate!("mattermost:integration/commands");

    // A native linker takes no names like these; natively the crate is only checked and tested.
    #[cfg(target_arch = "wasm32")]
    export!(Component);

    /// The component: every exported interface is implemented for it, in the module of the same name.
    pub struct Component;
}
