//! The commands: one module for each WIT interface, each command's manifest row beside its code.

pub mod setup;
pub mod teams;
