//! HTTP exchanges kept in a file: HAR 1.2, without credentials.
//!
//! A [`Recording`] is read from what a browser's developer tools or this crate saved, is played by
//! [`Replay`](crate::transport::Replay) and made by [`Record`](crate::transport::Record).
//!
//! ```
//! use soar::recording::Recording;
//!
//! let recording = Recording::read(
//!     br#"{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
//!         "startedDateTime": "2026-01-01T00:00:00Z",
//!         "request": {"method": "GET", "url": "https://chat.example/api/ping"},
//!         "response": {"status": 200, "content": {"mimeType": "text/plain", "text": "pong"}}
//!     }]}}"#,
//! )?;
//! assert_eq!(recording.exchanges[0].answer.status, 200);
//! # Ok::<(), soar::recording::RecordingError>(())
//! ```

mod address;
mod decode;
mod difference;
mod entries;
mod exchange;
mod matching;
mod miss;
mod places;
mod read;
mod redact;
mod redactions;
mod search;
mod secrets;
mod shape;
mod spool;
mod walk;
mod write;
mod written;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use difference::{Difference, Part};
pub use exchange::{Answer, Content, Exchange, Request};
pub(crate) use matching::{Asked, Matcher, Payload, cost, covers};
pub(crate) use miss::nothing_fits;
pub use miss::{Closest, Miss, Why};
pub use read::RecordingError;
pub use redact::Redactor;
pub use redactions::Redactions;
pub(crate) use redactions::has_redacted;
pub use secrets::Secrets;
pub(crate) use spool::{Spool, nameless};

/// What stands where a credential was.
///
/// In a recorded request's path and values it stands for anything if it is marked in the request's [`Redactions`]: the
/// request that was recorded still matches. Without a mark it is a text like any other.
pub const REDACTED: &str = "[redacted]";

/// The most exchanges that a recording has.
pub const ENTRIES: usize = 10_000;

/// Exchanges in the order in which they were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The exchanges; their order decides between equal requests.
    pub exchanges: Vec<Exchange>,
}

impl Recording {
    /// Reads a HAR file of version 1.x.
    ///
    /// Credentials in headers, cookies and in the authority of a URL are dropped at once. Entry by entry, only what
    /// makes an [`Exchange`] is kept.
    ///
    /// # Errors
    ///
    /// When the text isn't JSON or isn't a HAR file, or has more than [`ENTRIES`]; the error names the entry and the
    /// field.
    pub fn read(text: impl AsRef<[u8]>) -> Result<Recording, RecordingError> {
        entries::recording(text.as_ref())
    }

    /// The HAR file: indented JSON that developer tools open, without credentials.
    pub fn write(&self) -> String {
        write::recording(self)
    }

    /// The same exchanges without credentials, and without `secrets` wherever they occur.
    pub fn redacted(&self, redactor: &Redactor) -> Recording {
        Recording { exchanges: self.exchanges.iter().map(|each| redactor.exchange(each)).collect() }
    }
}
