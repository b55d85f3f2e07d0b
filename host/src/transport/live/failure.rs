//! What a failure of the client is to a component, and to a person.

use std::error::Error;
use std::io;

use wasmtime_wasi_http::Error as HttpError;

use crate::transport::TransportError;

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

/// The failure, named after the place that it happened with.
pub(super) fn of(error: &(dyn Error + 'static), stage: Stage, place: &str) -> TransportError {
    let (kind, words) = kind(error, stage);
    TransportError::Failed(kind, format!("{place}: {words}"))
}

/// The first cause in the chain that says something.
pub(super) fn kind(error: &(dyn Error + 'static), stage: Stage) -> (HttpError, String) {
    // From the inside out: the outer ones only say that there was an error.
    let chain = chain(error);
    chain.iter().rev().find_map(|error| one(*error, stage)).unwrap_or_else(|| {
        let words = chain.last().map(|error| error.to_string());
        (HttpError::HttpProtocolError, words.unwrap_or_default())
    })
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut last = error;
    loop {
        // An I/O error's `source` leaves out the error that it wraps.
        let inner =
            last.downcast_ref::<io::Error>().and_then(io::Error::get_ref).map(|inner| inner as &(dyn Error + 'static));
        let Some(next) = inner.or_else(|| last.source()) else {
            return chain;
        };
        chain.push(next);
        last = next;
    }
}

fn one(error: &(dyn Error + 'static), stage: Stage) -> Option<(HttpError, String)> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    if let Some(error) = error.downcast_ref::<HttpError>() {
        // The request's own body failed.
        return Some((copy(error), format!("sending the request's body: {error}")));
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return io(error, stage);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return hyper(error, stage);
    }
    None
}

fn tls(error: &rustls::Error) -> (HttpError, String) {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(_) | Tls::NoCertificatesPresented => {
            (HttpError::TlsCertificateError, format!("the server's certificate is not trusted: {error}"))
        }
        Tls::AlertReceived(alert) => (
            HttpError::TlsAlertReceived { alert_id: Some(u8::from(*alert)), alert_message: Some(format!("{alert:?}")) },
            format!("the server refused TLS: {error}"),
        ),
        Tls::InvalidMessage(_) => {
            (HttpError::TlsProtocolError, format!("what answers there is not TLS (is it http, not https?): {error}"))
        }
        _ => (HttpError::TlsProtocolError, format!("TLS failed: {error}")),
    }
}

fn io(error: &io::Error, stage: Stage) -> Option<(HttpError, String)> {
    use io::ErrorKind as Kind;
    let kind = match error.kind() {
        Kind::ConnectionRefused => {
            return Some((HttpError::ConnectionRefused, "connection refused: nothing listens there".to_owned()));
        }
        Kind::TimedOut if stage == Stage::Connect => {
            return Some((HttpError::ConnectionTimeout, "no connection in time".to_owned()));
        }
        Kind::TimedOut => HttpError::ConnectionReadTimeout,
        Kind::UnexpectedEof if stage == Stage::Body => {
            return Some(incomplete());
        }
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::NotConnected
        | Kind::UnexpectedEof => HttpError::ConnectionTerminated,
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => HttpError::DestinationIpUnroutable,
        _ => return None,
    };
    Some((kind, error.to_string()))
}

fn hyper(error: &hyper::Error, stage: Stage) -> Option<(HttpError, String)> {
    if error.is_incomplete_message() && stage == Stage::Body {
        return Some(incomplete());
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        let words = "the connection was closed before an answer came".to_owned();
        return Some((HttpError::ConnectionTerminated, words));
    }
    if error.is_parse_too_large() {
        let words = "the answer's headers are more than this client reads".to_owned();
        return Some((HttpError::HttpResponseHeaderSectionSize(None), words));
    }
    if error.is_timeout() {
        return Some((HttpError::ConnectionReadTimeout, error.to_string()));
    }
    if error.is_parse() {
        let words = format!("what was answered is not HTTP: {error}");
        return Some((HttpError::HttpProtocolError, words));
    }
    None
}

fn incomplete() -> (HttpError, String) {
    (HttpError::HttpResponseIncomplete, "the connection was closed in the middle of the answer".to_owned())
}

/// The errors that a request's body can fail with; they can't be cloned.
fn copy(error: &HttpError) -> HttpError {
    match error {
        HttpError::HttpRequestBodySize(size) => HttpError::HttpRequestBodySize(*size),
        HttpError::HttpRequestTrailerSize { field_name, field_size } => {
            HttpError::HttpRequestTrailerSize { field_name: field_name.clone(), field_size: *field_size }
        }
        other => HttpError::InternalError(Some(other.to_string())),
    }
}
