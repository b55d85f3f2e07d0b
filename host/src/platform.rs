//! What a SOAR platform offers its integrations.

use std::pin::Pin;
use tokio::io::AsyncRead;

/// A future that a platform gives back.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A SOAR platform, as integrations see it. A vendor implements this one trait.
pub trait Platform: Send + Sync + 'static {
    /// The investigation that commands run in, if any.
    fn investigation(&self) -> Option<Investigation>;

    /// Opens the file of an entry, by the entry's id in the War Room: `85@109`.
    fn open<'a>(&'a self, entry_id: &'a str) -> Answer<'a, Result<File, FileError>>;
}

/// An investigation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Investigation {
    /// Its id: `109`.
    pub id: String,
    /// The address of its War Room, for people.
    pub war_room_url: Option<String>,
    /// Whether it is somebody's playground, which no one else sees.
    pub playground: bool,
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
