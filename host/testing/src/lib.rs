//! What the tests of several crates share: servers and proxies of this machine, transports that answer as a test says, words
//! and values to try. Never published, and no part of any program.
#![allow(missing_docs, clippy::new_without_default)]

pub mod answering;
mod counting;
pub mod declared;
pub mod loopback;
pub mod odd;
mod script;
pub mod texts;
pub mod types;
pub mod wire;

pub use counting::Counting;
pub use script::{Answer, Script, Sent};

/// A runtime of one thread.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
