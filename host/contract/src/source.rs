//! Who answers a request.

use serde::Serialize;

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A server.
    Live,
    /// A recording of this very request. Nothing is sent.
    Replay,
    /// A recording of a request like it, with what differs bound. Nothing is sent.
    Rehearsal,
    /// A server, where nothing is changed; what would change something is not sent.
    DryRun,
}

impl Source {
    /// Its name, as records and results have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::Live => "live",
            Source::Replay => "replay",
            Source::Rehearsal => "rehearsal",
            Source::DryRun => "dry_run",
        }
    }
}
