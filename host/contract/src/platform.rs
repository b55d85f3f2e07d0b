//! What a SOAR platform offers its integrations.

use crate::callcontext::CallContext;
use std::pin::Pin;
use tokio::io::AsyncRead;

/// A future that a platform or a command gives back.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A SOAR platform, as integrations see it. A vendor implements this one trait.
pub trait Platform: Send + Sync + 'static {
    /// Opens the file of an entry for a call, by the entry's id in the War Room: `85@109`. Whether this call may read it, the
    /// context says: its investigation, and who asked for it.
    fn open<'a>(&'a self, context: &'a CallContext, entry_id: &'a str) -> BoxFuture<'a, Result<File, FileError>>;
}

/// A file, opened for reading once.
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its content, from the first byte.
    pub content: Box<dyn AsyncRead + Send + Unpin>,
}

/// Why a file could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No entry has this id.
    #[error("no entry has this id")]
    NotFound,
    /// The entry is not a file; what it is.
    #[error("it is {0}, not a file")]
    NotAFile(String),
    /// It exists and could not be read; why.
    #[error("it could not be read: {0}")]
    Unreadable(String),
}
