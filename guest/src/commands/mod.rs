//! The commands: one module for each WIT interface, each command's manifest row beside its code.

use crate::manifest::Command;

/// Exports an interface: a line for each of its functions, with the command's row and the work behind it. What is exported
/// is a command, and what is a command is exported.
macro_rules! exported {
    ($($function:ident($($arguments:ident: $type:ty)?) -> $result:ty = $row:ident, $work:path;)*) => {
        /// The rows of the interface, in the order in which commands are listed.
        pub const COMMANDS: &[&crate::manifest::Command] = &[$(&$row),*];

        impl Guest for crate::bindings::Component {
            $(fn $function($($arguments: $type)?) -> Result<$result, crate::client::error::Error> {
                crate::client::account::run(&$row, $work($($arguments)?))
            })*
        }
    };
}
use exported;

mod channels;
#[cfg(feature = "platform")]
mod files;
mod groups;
pub mod notifications;
mod people;
mod posts;
mod setup;
mod teams;
mod users;

/// All commands by their interfaces, in the order in which they are listed.
pub const INTERFACES: &[&[&Command]] = &[
    setup::COMMANDS,
    teams::COMMANDS,
    channels::COMMANDS,
    users::COMMANDS,
    groups::COMMANDS,
    notifications::COMMANDS,
    #[cfg(feature = "platform")]
    files::COMMANDS,
];
