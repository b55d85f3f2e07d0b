//! Why a file could not be read or written.

use super::system;
use bytesize::ByteSize;
use soar_contract::text;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A file or folder that could not be used as it was meant.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", shown(path))]
pub struct Error {
    /// Which one.
    pub path: PathBuf,
    /// What is wrong with it, and what would be right.
    pub problem: Problem,
}

/// What is wrong with a file or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The system refused.
    #[error("{0}")]
    System(#[from] io::Error),
    /// It is no regular file.
    #[error("it is {0}; expected a file")]
    NotAFile(What),
    /// It is no folder.
    #[error("it is {0}; expected a folder")]
    NotAFolder(What),
    /// It has more bytes than are read of such a file.
    #[error("it has more than {}, the most that is read of it", ByteSize::b(*.most).display().iec())]
    TooLarge {
        /// How many are read.
        most: u64,
    },
    /// It has more entries than are read of a folder.
    #[error("it has more than {most} entries, the most that are read of it")]
    TooMany {
        /// How many are read.
        most: usize,
    },
    /// It is no text.
    #[error("expected UTF-8, found something else at byte {at}")]
    NotText {
        /// Where.
        at: usize,
    },
    /// The path could lead out of the folder that it is looked up in.
    #[error("expected a path below its folder, without \"..\" and the like")]
    Outside,
    /// A link on the way leads out of the folder that it is looked up in.
    #[error("it leads out of the folder {}, by a link", shown(.0))]
    LeadsOut(PathBuf),
    /// It was to be new.
    #[error("it exists already")]
    Exists,
    /// What was to be written there is kept under another name, since somebody was faster.
    #[error("it exists already, since a moment ago; what was to be written there is in {}", shown(.0))]
    KeptAside(PathBuf),
    /// Another program has it locked.
    #[error("another program has had it locked for {} s", waited.as_secs())]
    Locked {
        /// How long it was waited for.
        waited: Duration,
    },
    /// Somebody else could have changed it, or can; who, in words.
    #[error("{0}")]
    NotPrivate(String),
}

/// What there is instead of a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, where none is followed.
    Link,
    /// A pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A device.
    Device,
    /// Something else.
    Other,
}

impl Error {
    pub(super) fn new(path: impl Into<PathBuf>, problem: impl Into<Problem>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }

    /// Turns a problem into an error of this path.
    pub(super) fn of<P: Into<Problem>>(path: &Path) -> impl Fn(P) -> Self {
        let path = path.to_path_buf();
        move |problem| Self::new(path.clone(), problem)
    }

    /// Whether there is nothing at the path.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.problem, Problem::System(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Without the path: for whoever names the file in words of their own.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error.problem {
            Problem::System(error) => error,
            problem => Self::other(problem.to_string()),
        }
    }
}

impl What {
    pub(super) fn of(kind: std::fs::FileType) -> Self {
        match () {
            () if kind.is_file() => Self::File,
            () if kind.is_dir() => Self::Folder,
            () if kind.is_symlink() => Self::Link,
            () => system::special(kind).unwrap_or(Self::Other),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a link, and none is followed here",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Other => "neither a file nor a folder",
        })
    }
}

/// A path on one line: a name may have a line break in it, and then words that look like ours.
#[must_use]
pub fn shown(path: &Path) -> String {
    text::line(&path.to_string_lossy()).into_owned()
}
