//! The component in its host, and the program, end to end: `cargo test --test e2e server::` runs a part of it.

use soar_support as support;

mod bad_input;
mod cli;
mod contract;
mod sandbox;
mod server;
