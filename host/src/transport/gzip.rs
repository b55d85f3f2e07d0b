//! Answers that come packed.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::GzipDecoder;
use bytes::{BufMut as _, Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Response, header::ACCEPT_ENCODING};
use http_body::{Body as HttpBody, Frame};
use http_body_util::combinators::MapErr;
use http_body_util::{BodyDataStream, BodyExt};
use tokio_util::io::{StreamReader, poll_read_buf};
use wasmtime_wasi_http::Error as HttpError;

use super::Body;
use super::packed::Packed;

/// So many bytes are unpacked and given on at once, and fewer at the end alone: in what parts the packed bytes come says
/// how well they could be packed, and so whether what a component had repeated is like a credential beside it.
const PART: usize = 32 * 1024;

/// Asks for gzip, unless the request says that it wants plain bytes. Whoever asked for another coding gets this one
/// unpacked: what passes through the host is looked through for credentials, so nothing may pass packed.
pub(super) fn ask(headers: &mut HeaderMap) {
    let wants_plain = headers.get(ACCEPT_ENCODING).is_some_and(|value| value == "identity");
    if !wants_plain {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

/// The answer as it was before it was packed with gzip. Another coding is left as it is, for the host to refuse.
///
/// For a transport that asks for gzip: the host looks for credentials in what a transport gives, and takes nothing that
/// is packed. What is unpacked comes in parts of 32 KiB, whatever the packed bytes came in.
pub fn unpacked<B>(response: Response<B>) -> Response<Body>
where
    B: HttpBody<Data = Bytes, Error = HttpError> + Send + Unpin + 'static,
{
    let codings = response.headers().get_all(CONTENT_ENCODING).iter();
    let codings: Vec<String> =
        codings.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase()).collect();
    if !matches!(&codings[..], [coding] if matches!(coding.as_str(), "gzip" | "x-gzip")) {
        return response.map(BodyExt::boxed_unsync);
    }
    let (mut parts, body) = response.into_parts();
    // They are about the packed bytes.
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.remove(CONTENT_LENGTH);
    // The answer to HEAD, and those that never have a body.
    let body = if body.is_end_stream() { body.boxed_unsync() } else { Unpacking::new(body).boxed_unsync() };
    Response::from_parts(parts, body)
}

type Reader<B> = StreamReader<BodyDataStream<MapErr<Packed<B>, fn(HttpError) -> io::Error>>, Bytes>;

/// What is said of bytes that are not what they should be.
pub(super) fn broken() -> HttpError {
    HttpError::HttpResponseContentCoding(Some("gzip, which is broken".to_owned()))
}

/// A body, unpacked as it comes.
struct Unpacking<B> {
    decoder: GzipDecoder<Reader<B>>,
    buffer: BytesMut,
    /// How many bytes it has given so far.
    given: Arc<AtomicU64>,
    is_over: bool,
}

impl<B: HttpBody<Data = Bytes, Error = HttpError> + Unpin> Unpacking<B> {
    fn new(body: B) -> Self {
        let given = Arc::new(AtomicU64::new(0));
        let body = Packed::new(body, given.clone());
        let body = body.map_err(io::Error::other as fn(HttpError) -> io::Error);
        let mut decoder = GzipDecoder::new(StreamReader::new(BodyDataStream::new(body)));
        // Also reads to the very end, so that the connection is free again.
        decoder.multiple_members(true);
        Self { decoder, buffer: BytesMut::new(), given, is_over: false }
    }
}

impl<B: HttpBody<Data = Bytes, Error = HttpError> + Unpin> HttpBody for Unpacking<B> {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        while this.buffer.len() < PART {
            let room = PART - this.buffer.len();
            this.buffer.reserve(room);
            let mut rest = (&mut this.buffer).limit(room);
            match ready!(poll_read_buf(Pin::new(&mut this.decoder), context, &mut rest)) {
                Ok(bytes @ 1..) => drop(this.given.fetch_add(bytes as u64, Ordering::Relaxed)),
                Ok(0) => {
                    this.is_over = true;
                    break;
                }
                Err(error) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(match error.downcast::<HttpError>() {
                        Ok(error) => error,
                        Err(_) => broken(),
                    })));
                }
            }
        }
        let part = this.buffer.split().freeze();
        Poll::Ready((!part.is_empty()).then_some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_over
    }
}
