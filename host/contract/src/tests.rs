//! The helpers of `soar-testing`, made of this crate's own types: a test of it has others than the crate that depends on it.

#[path = "../../testing/src/declared.rs"]
pub mod declared;
#[path = "../../testing/src/texts.rs"]
mod texts;
#[path = "../../testing/src/types.rs"]
#[allow(dead_code)]
pub mod types;

pub use texts::texts;
