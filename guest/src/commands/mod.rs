//! The commands: one module for each WIT interface, each command's manifest row beside its code.

pub mod channels;
#[cfg(feature = "platform")]
pub mod files;
pub mod groups;
pub mod notifications;
mod people;
mod posts;
pub mod setup;
pub mod teams;
pub mod users;
