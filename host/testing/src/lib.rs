//! What the tests of several crates share. Never published, and no part of any program.
#![allow(missing_docs)]

pub mod declared;
pub mod texts;
pub mod types;
