//! What must hold for every input: one function for each fuzz target, and the inputs to start from.
//!
//! An input is text that a person can read and write, so far as the target allows; what can't be read as one is no
//! failure. The functions panic when something does not hold.

pub mod answers;
pub mod cover;
pub mod har;
pub mod load;
pub mod policy;
mod readable;
mod seeds;
pub mod unpack;
pub mod values;

use std::path::Path;

/// A fuzz target.
pub struct Target {
    /// Its name: the fuzz target's, and the folder's of its regressions.
    pub name: &'static str,
    /// Panics when an input shows a fault.
    pub check: fn(&[u8]),
    /// Inputs to start from, made of the repository's recordings.
    pub seeds: fn(fixtures: &Path) -> Vec<Vec<u8>>,
    /// Pieces that mean something to it.
    pub words: &'static [&'static str],
}

/// All of them.
pub const TARGETS: [Target; 7] =
    [policy::TARGET, har::TARGET, values::TARGET, answers::TARGET, cover::TARGET, unpack::TARGET, load::TARGET];
