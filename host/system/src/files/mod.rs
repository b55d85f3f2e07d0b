//! Files that somebody else may have prepared: a checkout, a download, another user of the machine.
//!
//! Everything that the host and the command line read or write by a path goes through here. What is read is a regular
//! file and bounded in size, and opening it never waits. What lies in a folder is reached below one open handle of it,
//! without following links. What is written is there whole or not at all.
//!
//! | who names the file | how it is reached |
//! |---|---|
//! | a person, on the command line; an embedder | [`read`], [`open`], [`write()`]: links are followed up to the file |
//! | the same, for what is added to it line by line | [`append()`]: it is no link, and this user's alone |
//! | a person, and the same file is written again | [`read_unlinked`], [`lock()`]: it is no link |
//! | a person, as the source of a value | [`read_given`]: also a pipe or standard input |
//! | a file from elsewhere: a case, an instance file | [`Folder`]: below an open folder, see there |
//! | nobody: what soar keeps for itself | [`Private`]: in a folder that nobody else may write |

mod append;
mod error;
mod folder;
mod inside;
mod json;
mod lock;
mod private;
mod read;
mod reserve;
mod system;
mod write;

#[cfg(test)]
mod tests;

pub use append::{append, end_line};
pub use error::{Error, Problem, What, shown};
pub use folder::Folder;
pub use inside::Inside;
pub use json::{JsonError, json};
pub use lock::{Locked, lock};
pub use private::Private;
pub use read::{Opened, open, read, read_given, read_text, read_unlinked, secret};
pub use reserve::{Reserved, reserve};
pub use system::PERMISSIONS;
pub use write::{Existing, Readers, check_writable, write, write_folder};

/// The most bytes that are read of each kind of file.
pub mod most {
    /// A recording.
    pub const RECORDING: u64 = 256 << 20;
    /// Of a recorded case, the files together that its call could open.
    pub const ATTACHED: u64 = 256 << 20;
    /// The entry of a recorded case, and a context.
    pub const CONTEXT: u64 = 64 << 20;
    /// Of the memory, to read one of these.
    pub const READ: u64 = 1 << 30;
    /// The value of an argument.
    pub const VALUE: u64 = 64 << 20;
    /// An instance file, the call of a recorded case.
    pub const INSTANCE: u64 = 1 << 20;
    /// Certificates, or a key.
    pub const PEM: u64 = 1 << 20;
    /// A credential.
    pub const SECRET: u64 = 64 << 10;
}
