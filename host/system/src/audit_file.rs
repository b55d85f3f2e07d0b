//! The audit in a file: a line of JSON for each record, chained by hashes, and what checks such a file.

mod chain;
mod lines;
mod verify;

pub use lines::{Durable, JsonLines};
pub use verify::{Checked, Verifier, Why, Wrong};
