use super::unreadable::Unreadable;
use bytesize::ByteSize;

use soar_system::files;

/// Why a recording can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file can't be read.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The text isn't JSON.
    #[error("the recording is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// A field is absent or holds what it can't.
    #[error("the recording is not a HAR file that can be read: {place} {problem}")]
    Field {
        /// The field, such as `log.entries`.
        place: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// It is a file of another kind.
    #[error("it is {what}, and no recording; {how}")]
    Foreign {
        /// What it is.
        what: String,
        /// What would be right.
        how: String,
    },
    /// It is packed in a way that isn't read, or what is in it can't be used.
    #[error("{what}; {how}")]
    Packed {
        /// What it is, and what is wrong with it.
        what: String,
        /// What would be right.
        how: String,
    },
    /// What is packed in it has more bytes than are read.
    #[error("unpacked it has more than {}, the most that is read of it", ByteSize::b(*.most).display().iec())]
    TooLarge {
        /// How many are read.
        most: u64,
    },
    /// It has entries, and none of them can be read.
    #[error("{}", none(*.count, .first))]
    NoEntry {
        /// How many there are.
        count: usize,
        /// The first of them.
        first: Unreadable,
    },
}

impl RecordingError {
    pub(super) fn field(name: &str, problem: impl Into<String>) -> RecordingError {
        RecordingError::Field { place: name.to_owned(), problem: problem.into() }
    }

    pub(super) fn packed(what: impl Into<String>, how: impl Into<String>) -> RecordingError {
        RecordingError::Packed { what: what.into(), how: how.into() }
    }

    pub(super) fn within(self, outer: &str) -> RecordingError {
        match self {
            RecordingError::Field { place, problem } => {
                RecordingError::Field { place: format!("{outer}.{place}"), problem }
            }
            other => other,
        }
    }

    /// What is wrong with an entry, without what it is part of.
    pub(super) fn of_entry(self) -> String {
        match self {
            RecordingError::Field { place, problem } => format!("{place} {problem}"),
            other => other.to_string(),
        }
    }
}

fn none(count: usize, first: &Unreadable) -> String {
    match count {
        1 => format!("its only entry could not be read: {}", first.why),
        count => format!("none of its {count} entries could be read; the first: {first}"),
    }
}

pub(super) type Result<T> = std::result::Result<T, RecordingError>;
