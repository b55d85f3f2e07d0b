//! Below which path a server lives, as a recording has to know it.

use super::Rules;

/// What the command of a request may ask for, and how many parts of the request's path are the sub-path below which the server
/// lives: a recording of the same requests may have been made below another one.
#[derive(Clone, Debug)]
pub struct Below {
    /// The rules of the command.
    pub rules: Rules,
    /// How many parts of the path stand before the declared one.
    pub depth: usize,
}
