//! How a request leaves: [`Live`] over the network, [`Replay`] from a recording, [`Rehearse`] from one that is near enough,
//! [`Record`] through another transport while keeping what passes.

pub(crate) mod coding;
mod collect;
pub(crate) mod doubted;
mod dry;
mod gzip;
mod inbound;
mod live;
mod outbound;
mod record;
mod rehearse;
mod replay;
mod unpacking;
mod whole;

use std::pin::Pin;

pub use crate::body::Body;
pub use crate::net_error::{NetError, NetErrorKind};
pub use crate::policy::Below;
pub use dry::{Dry, Fate, Planned};
pub use gzip::unpacked;
pub use inbound::{Inbound, Received};
pub use live::{Identity, Live, LiveOptions, OptionsError, Pem, Proxy};
pub use outbound::{Outbound, Reached, Timeouts};
pub use record::Record;
pub use rehearse::Rehearse;
pub use replay::Replay;
pub use soar_contract::source::Source;

use crate::recording::Miss;
use soar_contract::secret::Secret;

/// An answer to come.
pub type Answering = Pin<Box<dyn Future<Output = Result<Inbound, TransportError>> + Send + 'static>>;

/// The most of a body that [`Replay`] and [`Record`] take, in bytes, unless told otherwise.
pub const BODY_LIMIT: u64 = 64 * 1024 * 1024;

/// Sends requests.
///
/// A request's `authorization` header holds the credential already: no transport may log or keep it.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request. The answer's body may still arrive after the future is ready.
    fn send(&self, request: Outbound) -> Answering;

    /// Whether waiting takes no time, as in a replay.
    fn virtual_time(&self) -> bool {
        false
    }

    /// Who answers.
    fn source(&self) -> Source {
        Source::Live
    }

    /// The name of the recording that answers, if one does and has a name: of its case, or of its file.
    fn recorded(&self) -> Option<String> {
        None
    }

    /// What it sends on its own account and nobody else may read, such as the password of a proxy: in each way in which
    /// it is sent, and as it is. It is taken out of what is kept and said of a call.
    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }

    /// Those that an answer of this origin can repeat, as whoever gives it was told them. No honest one does: it ends
    /// the call. What nobody there was told is not among them: that the call ends would tell that a guess was right. So would
    /// it for one of less than 16 characters: an instance whose component nobody has reviewed is refused then.
    fn told(&self, origin: &http::Uri) -> Vec<Secret> {
        let _ = origin;
        self.secrets()
    }
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The recording has no such request.
    #[error(transparent)]
    Miss(Box<Miss>),
    /// The request may not go where it would: the address that the server's name stands for is not allowed. Why.
    #[error("{0}")]
    Denied(String),
    /// Somebody on the way does not pass requests on, and would refuse the next one as well: nothing of it was sent to the
    /// server, and nothing more should be asked. Words for people, which name the origin and hold no credentials.
    #[error("{0}")]
    Refused(String),
    /// Sending or receiving failed. Its words name the origin.
    #[error(transparent)]
    Failed(#[from] NetError),
    /// A body is too long to be kept in a recording.
    #[error("{method} {url}: the {body} is longer than {limit} bytes, the most that a recording keeps")]
    TooLong {
        /// The request's method.
        method: String,
        /// The request's URL, without credentials.
        url: String,
        /// Which body.
        body: BodyOf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The recording has as much as it may have.
    #[error("{method} {url}: a recording keeps no more than {most}")]
    Full {
        /// The request's method.
        method: String,
        /// The request's URL, without credentials.
        url: String,
        /// How much, in words.
        most: String,
    },
}

/// Whose body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyOf {
    /// The request's.
    Request,
    /// The answer's.
    Answer,
}

impl std::fmt::Display for BodyOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            BodyOf::Request => "request's body",
            BodyOf::Answer => "answer's body",
        })
    }
}

impl TransportError {
    /// Sending or receiving failed: what it is to the component, and words for people, which name the origin and hold no
    /// credentials.
    pub fn failed(kind: NetErrorKind, words: impl Into<String>) -> Self {
        Self::Failed(NetError::new(kind, words))
    }
}

/// What the component is told.
impl From<TransportError> for NetErrorKind {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Failed(error) => error.kind,
            TransportError::Denied(_) => NetErrorKind::DestinationIpProhibited,
            TransportError::Refused(_) => NetErrorKind::ConfigurationError,
            TransportError::Miss(miss) => NetErrorKind::InternalError(Some(miss.to_string())),
            // Without the URL: where the recording has something else in it, a guess was right.
            TransportError::Full { most, .. } => {
                NetErrorKind::InternalError(Some(format!("a recording keeps no more than {most}")))
            }
            TransportError::TooLong { body, limit, .. } => match body {
                BodyOf::Request => NetErrorKind::HttpRequestBodySize(Some(limit)),
                BodyOf::Answer => NetErrorKind::HttpResponseBodySize(Some(limit)),
            },
        }
    }
}
