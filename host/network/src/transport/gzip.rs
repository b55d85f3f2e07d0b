//! Answers that come packed.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Response, header::ACCEPT_ENCODING};
use http_body::Body as HttpBody;

use super::coding::Codings;
use super::doubted::text;
use super::unpacking::Unpacking;
use super::{Body, Inbound, Received};
use crate::net_error::NetError;

/// Asks for gzip, unless the request says that it wants plain bytes. Whoever asked for another coding gets this one
/// unpacked: what passes through the host is looked through for credentials, so nothing may pass packed.
pub(super) fn ask(headers: &mut HeaderMap) {
    let wants_plain = headers.get(ACCEPT_ENCODING).is_some_and(|value| value == "identity");
    if !wants_plain {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

/// The answer as it was before it was packed with gzip. Another coding is left as it is, for the host to refuse; a name that
/// is no coding counts for nothing.
///
/// For a transport that asks for gzip: the host looks for credentials in what a transport gives, and takes nothing that
/// is packed. What is unpacked comes in parts of 32 KiB, whatever the packed bytes came in. No poll of it works through more
/// than some 64 KiB, and what is packed may be four times what is in it and 256 KiB. [`Inbound::received`] has how much came.
pub fn unpacked<B>(response: Response<B>) -> Inbound
where
    B: HttpBody<Data = Bytes, Error = NetError> + Send + Unpin + 'static,
{
    let codings = Codings::of(response.headers());
    if !codings.is_gzip() {
        return response.map(Body::new).into();
    }
    let (mut parts, body) = response.into_parts();
    // They are about the packed bytes.
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.remove(CONTENT_LENGTH);
    // The answer to HEAD, and those that never have a body.
    if body.is_end_stream() {
        return Response::from_parts(parts, Body::new(body)).into();
    }
    let received = Received::default();
    let body = text(&codings, Body::new(Unpacking::new(body, received.clone())));
    Inbound { received: Some(received), ..Response::from_parts(parts, body).into() }
}
