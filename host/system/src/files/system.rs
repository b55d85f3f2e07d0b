//! What is another thing on each system: who may do what with a file, what it is, and how it is opened.
//!
//! Unix answers each of these questions. On Windows the answer about who may do what would be in lists that soar does not
//! read: there each check that it rests on refuses.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::*;
#[cfg(windows)]
pub(super) use windows::*;

/// Whether soar knows this system's permissions: who may read and write a file.
///
/// Where it does not, a [`Private`](super::Private) folder and [`append`](super::append()) are errors, and what is written
/// for its owner alone is for whomever the folder that it is in lets in.
pub const PERMISSIONS: bool = cfg!(unix);
