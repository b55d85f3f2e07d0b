//! What HTTP stumbles over.

use h2::Reason;

use super::{Stage, closed, incomplete};
use crate::net_error::{NetError, NetErrorKind};

pub(super) fn hyper(error: &hyper::Error, stage: Stage) -> Option<NetError> {
    if error.is_incomplete_message() && stage == Stage::Body {
        return Some(incomplete());
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        return Some(closed());
    }
    if error.is_parse_too_large() {
        let words = "the answer's headers are more than this client reads";
        return Some(NetError::new(NetErrorKind::HttpResponseHeaderSectionSize, words));
    }
    if error.is_timeout() {
        return Some(NetError::new(NetErrorKind::ConnectionReadTimeout, "nothing came in time"));
    }
    if error.is_parse_version_h2() {
        let words = "what was answered is HTTP/2, which was not asked for";
        return Some(NetError::new(NetErrorKind::HttpProtocolError, words));
    }
    if error.is_parse_status() {
        let words = "what was answered is not HTTP: its status is no number of three digits";
        return Some(NetError::new(NetErrorKind::HttpProtocolError, words));
    }
    if error.is_parse() {
        // hyper's own words are for developers, and short: `invalid HTTP version parsed`.
        let words = format!("what was answered is not HTTP ({error})");
        return Some(NetError::new(NetErrorKind::HttpProtocolError, words));
    }
    if error.is_body_write_aborted() || error.is_user() {
        return Some(NetError::new(NetErrorKind::HttpProtocolError, "the request could not be sent to its end"));
    }
    None
}

/// The names and the meaning of HTTP/2's reasons (RFC 9113, 7).
const REASONS: [(Reason, &str, &str); 14] = [
    (Reason::NO_ERROR, "NO_ERROR", "it ends, without a fault"),
    (Reason::PROTOCOL_ERROR, "PROTOCOL_ERROR", "one side does not keep to HTTP/2: a header or a frame that may not be"),
    (Reason::INTERNAL_ERROR, "INTERNAL_ERROR", "the server failed: look into its log"),
    (Reason::FLOW_CONTROL_ERROR, "FLOW_CONTROL_ERROR", "more was sent than was allowed"),
    (Reason::SETTINGS_TIMEOUT, "SETTINGS_TIMEOUT", "the settings were not confirmed in time"),
    (Reason::STREAM_CLOSED, "STREAM_CLOSED", "something came after the end of the request or the answer"),
    (Reason::FRAME_SIZE_ERROR, "FRAME_SIZE_ERROR", "a frame has a size that it may not have"),
    (Reason::REFUSED_STREAM, "REFUSED_STREAM", "the server did not take the request, and has done nothing of it"),
    (Reason::CANCEL, "CANCEL", "the request is no longer wanted"),
    (Reason::COMPRESSION_ERROR, "COMPRESSION_ERROR", "the headers can't be unpacked any more"),
    (Reason::CONNECT_ERROR, "CONNECT_ERROR", "a tunnel broke"),
    (Reason::ENHANCE_YOUR_CALM, "ENHANCE_YOUR_CALM", "there was too much to do: ask less at once"),
    (Reason::INADEQUATE_SECURITY, "INADEQUATE_SECURITY", "TLS is not as HTTP/2 wants it"),
    (Reason::HTTP_1_1_REQUIRED, "HTTP_1_1_REQUIRED", "the server wants HTTP/1.1 for it"),
];

/// The name of a reason, and what it means.
fn known(reason: Reason) -> (&'static str, &'static str) {
    let known = REASONS.iter().find(|(known, ..)| *known == reason);
    known.map_or(("a reason without a name", "it is not one of HTTP/2's"), |(_, name, meaning)| (name, meaning))
}

/// The name of a reason.
pub(in super::super) fn name(reason: Reason) -> &'static str {
    known(reason).0
}

/// What ended a stream, or a connection with all of its streams.
pub(super) fn h2(error: &h2::Error, stage: Stage) -> Option<NetError> {
    // Without a reason it is an error of the system, which is told by itself, or of ours.
    let reason = error.reason()?;
    let (name, meaning) = known(reason);
    let what = if error.is_go_away() { "the connection" } else { "the request" };
    let who = if error.is_remote() { "the server ended" } else { "HTTP/2 ended" };
    let kind = match stage {
        Stage::Body => NetErrorKind::HttpResponseIncomplete,
        _ if reason == Reason::REFUSED_STREAM => NetErrorKind::DestinationUnavailable,
        _ if reason == Reason::NO_ERROR || reason == Reason::CANCEL => NetErrorKind::ConnectionTerminated,
        _ => NetErrorKind::HttpProtocolError,
    };
    let middle = if stage == Stage::Body { " in the middle of the answer" } else { "" };
    Some(NetError::new(kind, format!("{who} {what}{middle} with {name}: {meaning}")))
}
