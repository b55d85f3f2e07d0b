//! The `soar` command.
mod cli;
fn main() {}
