//! What a transport gives.

use super::Body;
use http::{HeaderMap, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An answer on its way in, and what its transport knows beside it. The body may still arrive.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inbound {
    /// What was answered.
    pub response: http::Response<Body>,
    /// Where the answer came from; none if only a proxy knows, or a recording answers.
    pub peer: Option<SocketAddr>,
    /// How much of the body has come, where it is unpacked on its way.
    pub received: Option<Received>,
}

impl Inbound {
    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The answer's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The answer's body.
    #[must_use]
    pub fn into_body(self) -> Body {
        self.response.into_body()
    }
}

/// Nothing is known beside it.
impl From<http::Response<Body>> for Inbound {
    fn from(response: http::Response<Body>) -> Self {
        Self { response, peer: None, received: None }
    }
}

/// How many bytes of an answer's body have come so far.
#[derive(Clone, Debug, Default)]
pub struct Received(Arc<AtomicU64>);

impl Received {
    /// So many more have come.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
