//! What a failure of the client is to a component, and to a person.
//!
//! One table of causes, by where they come from: [`io`], [`names`], [`tls`] with the words of `trust`, [`http`]. Whatever it is,
//! the words are ours: what happened, and what to set or to look at. `docs/network.md` has them for people.

mod http;
mod io;
mod names;
#[cfg(test)]
mod tests;
mod tls;

use std::error::Error;

use crate::net_error::{NetError, NetErrorKind};
use crate::transport::TransportError;
use soar_contract::text;

pub(super) use http::name;
pub(super) use names::unresolved;
#[cfg(test)]
pub(super) use tests::assert_words;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connecting.
    Connect,
    /// Sending, waiting for the answer's beginning.
    Request,
    /// Receiving the answer's body.
    Body,
}

/// The most characters of words that are not ours.
const LONGEST: usize = 200;

/// The failure, named after the place that it happened with.
pub(super) fn of(error: &(dyn Error + 'static), stage: Stage, place: &str) -> TransportError {
    let NetError { kind, message } = cause(error, stage);
    // So does a server answer that wants TLS, or it hangs up.
    let wants_tls = match kind {
        NetErrorKind::HttpProtocolError => true,
        NetErrorKind::ConnectionTerminated => [":443", ":8443"].iter().any(|port| place.contains(port)),
        _ => false,
    };
    let hint = if wants_tls && stage == Stage::Request && place.starts_with("http://") { HINT } else { "" };
    TransportError::failed(kind, format!("{place}: {message}{hint}"))
}

/// What may be wrong with a URL that begins with `http://`.
const HINT: &str = "; if the server wants TLS there, the url has to begin with https://";

/// The first cause in the chain that says something.
pub(super) fn cause(error: &(dyn Error + 'static), stage: Stage) -> NetError {
    // From the inside out: the outer ones only say that there was an error.
    let chain = chain(error);
    chain.iter().rev().find_map(|error| one(*error, stage)).unwrap_or_else(|| {
        let words = chain.last().map(|error| error.to_string()).unwrap_or_default();
        let words = format!("the connection failed: {}", text::word(&words, LONGEST));
        NetError::new(NetErrorKind::HttpProtocolError, words)
    })
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut last = error;
    loop {
        // An I/O error's `source` leaves out the error that it wraps, and HTTP/2's the I/O error.
        let inner = match (last.downcast_ref::<std::io::Error>(), last.downcast_ref::<h2::Error>()) {
            (Some(io), _) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            (_, Some(h2)) => h2.get_io().map(|inner| inner as &(dyn Error + 'static)),
            _ => None,
        };
        let Some(next) = inner.or_else(|| last.source()) else {
            return chain;
        };
        chain.push(next);
        last = next;
    }
}

fn one(error: &(dyn Error + 'static), stage: Stage) -> Option<NetError> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(tls::tls(error));
    }
    if let Some(error) = error.downcast_ref::<NetError>() {
        return Some(of_body(error));
    }
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        return io::io(error, stage);
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return http::h2(error, stage);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return http::hyper(error, stage);
    }
    None
}

fn incomplete() -> NetError {
    NetError::new(NetErrorKind::HttpResponseIncomplete, "the connection was closed in the middle of the answer")
}

fn closed() -> NetError {
    NetError::new(NetErrorKind::ConnectionTerminated, "the connection was closed before an answer came")
}

/// The request's own body failed. That says nothing of the connection, whatever kind of failure it was.
fn of_body(error: &NetError) -> NetError {
    let kind = match &error.kind {
        kind @ NetErrorKind::HttpRequestBodySize(_) => kind.clone(),
        other => NetErrorKind::InternalError(Some(other.to_string())),
    };
    NetError::new(kind, format!("sending the request's body: {error}"))
}
