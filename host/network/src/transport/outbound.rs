//! What a transport is given.

use super::Body;
use crate::address::Private;
use crate::policy::Below;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A request on its way out, and what a transport may know beside it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outbound {
    /// What is sent. Its URI is absolute, and its `authorization` header holds the credential already.
    pub request: http::Request<Body>,
    /// How long the component wants to wait at most, where it said so; the transport's own limits hold as well.
    pub timeouts: Timeouts,
    /// Fields of a JSON body (of the outermost object) that are new in each call: a recorded request matches without
    /// regard to them.
    pub volatile: Arc<[String]>,
    /// Where the server lives, if it is known.
    pub below: Option<Below>,
    /// Whether it may go into private networks: what the instance's administrator said holds for whatever transport the
    /// instance was given.
    pub private: Private,
    /// Where the transport says where it was sent, as soon as it knows.
    pub reached: Reached,
    /// Whether it is a request of the host's own, and no part of what a component does: a recording does not keep it.
    pub aside: bool,
}

/// Nothing is known beside it.
impl From<http::Request<Body>> for Outbound {
    fn from(request: http::Request<Body>) -> Self {
        Self {
            request,
            timeouts: Timeouts::default(),
            volatile: Arc::default(),
            below: None,
            private: Private::default(),
            reached: Reached::default(),
            aside: false,
        }
    }
}

/// How long a component wants to wait at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Option<Duration>,
    /// For the beginning of the answer.
    pub first_byte: Option<Duration>,
    /// Between two parts of the answer's body.
    pub between_bytes: Option<Duration>,
}

/// Where a request was sent, known also when no answer comes; through a proxy only the proxy knows.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<Option<SocketAddr>>>);

impl Reached {
    /// It is sent to this address: the last one counts.
    pub fn set(&self, address: SocketAddr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// The address, if there is one.
    #[must_use]
    pub fn get(&self) -> Option<SocketAddr> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
