//! HTTP exchanges kept in a file: HAR 1.2, without credentials.
//!
//! A [`Recording`] is read from what a browser's developer tools or this crate saved, is played by
//! [`Replay`](crate::transport::Replay) and made by [`Record`](crate::transport::Record).
//!
//! ```
//! use soar_network::recording::Recording;
//!
//! let recording = Recording::read(
//!     br#"{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
//!         "startedDateTime": "2026-01-01T00:00:00Z",
//!         "request": {"method": "GET", "url": "https://chat.example/api/ping"},
//!         "response": {"status": 200, "content": {"mimeType": "text/plain", "text": "pong"}}
//!     }]}}"#,
//! )?;
//! assert_eq!(recording.exchanges[0].answer.status, 200);
//! # Ok::<(), soar_network::recording::RecordingError>(())
//! ```

mod address;
mod answer;
mod archive;
mod attached;
mod base;
mod body;
mod difference;
mod entries;
mod error;
mod exchange;
mod fields;
mod foreign;
mod matching;
mod mend;
mod miss;
mod places;
mod read;
mod redact;
mod redactions;
mod search;
mod shape;
mod spool;
mod unpack;
mod unreadable;
mod walk;
mod write;
mod written;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use base::base;
pub use difference::{Difference, Part};
pub use error::RecordingError;
pub use exchange::{Answer, Content, Exchange, Request};
pub(crate) use matching::{Asked, Matcher, Payload, Recorded, cost, covers};
pub(crate) use miss::nothing_fits;
pub use miss::{Closest, Miss, Why};
pub use redactions::Redactions;
pub(crate) use redactions::has_redacted;
pub(crate) use spool::{Spool, nameless};
pub use unreadable::Unreadable;

pub use crate::cover::{REDACTED, Redactor, Secrets};
use attached::Nowhere;
use soar_system::files::{self, Folder, most};
use std::path::Path;

/// The most exchanges that a recording has.
pub const ENTRIES: usize = 10_000;

/// The most bytes that a file has when it is unpacked, and the bodies beside it together.
const UNPACKED: u64 = if cfg!(test) { 4 << 20 } else { most::RECORDING };

/// Exchanges in the order in which they were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The exchanges; their order decides between equal requests.
    pub exchanges: Vec<Exchange>,
    /// The entries of the file that are no exchanges, in their order.
    pub unreadable: Vec<Unreadable>,
    /// What else of the file was not read, in words of one line, as when it was cut.
    pub unread: Option<String>,
}

impl From<Vec<Exchange>> for Recording {
    /// A recording of which nothing was left out.
    fn from(exchanges: Vec<Exchange>) -> Self {
        Self { exchanges, ..Self::default() }
    }
}

impl Recording {
    /// Reads a HAR file as browsers and other tools write it: plain, or packed with gzip or zip, in UTF-8 or UTF-16. An archive may
    /// have bodies beside it, as browser test tools put them there.
    ///
    /// Credentials in headers, cookies and in the authority of a URL are dropped at once. Entry by entry, only what
    /// makes an [`Exchange`] is kept. An entry of which not even the request can be read is [`Unreadable`]; one whose answer
    /// can't be given again is kept, and says why ([`Exchange::unplayable`]). Of a file that was cut, what is before that is
    /// read; of one with more than [`ENTRIES`], the first of them ([`Recording::unread`]).
    ///
    /// # Errors
    ///
    /// When it isn't a HAR file, or has entries and none of them can be read; the error says what it is instead, or names the entry
    /// and the field.
    pub fn read(file: impl AsRef<[u8]>) -> Result<Recording, RecordingError> {
        unpack::recording(file.as_ref(), &Nowhere)
    }

    /// Reads a HAR file like [`Recording::read`], with bodies that are in files beside it: those that it names without a
    /// folder, and no links.
    ///
    /// # Errors
    ///
    /// Like [`Recording::read`], or if the file can't be read or has more than [`most::RECORDING`].
    pub fn open(path: &Path) -> Result<Recording, RecordingError> {
        let bytes = files::read(path, most::RECORDING)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let read = match Folder::open(folder) {
            Ok(folder) => unpack::recording(&bytes, &folder),
            Err(_) => unpack::recording(&bytes, &Nowhere),
        };
        match read {
            // It has no mark of its own.
            Err(RecordingError::NotJson(_)) if path.extension().is_some_and(|end| end == "br") => {
                Err(foreign::brotli())
            }
            read => read,
        }
    }

    /// The HAR file: indented JSON that developer tools open, without credentials.
    pub fn write(&self) -> String {
        write::recording(self)
    }

    /// The same exchanges without credentials, and without `secrets` wherever they occur.
    pub fn redacted(&self, redactor: &Redactor) -> Recording {
        Recording {
            exchanges: self.exchanges.iter().map(|each| redactor.exchange(each)).collect(),
            unreadable: self.unreadable.clone(),
            unread: self.unread.clone(),
        }
    }
}
