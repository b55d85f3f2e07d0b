//! What a server echoes of a credential is swapped back for its placeholder before the component reads it, also where
//! it is split across chunks.

use crate::transport::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::Error;
use zeroize::Zeroizing;

/// Shorter ones are no credentials: they would be found in words.
const SHORTEST: usize = 8;

/// Each secret and what stands in its place.
#[derive(Clone, Default)]
pub(crate) struct Echoes(Arc<[Echo]>);

struct Echo {
    secret: Zeroizing<Vec<u8>>,
    placeholder: Box<[u8]>,
}

impl Echoes {
    /// Swaps each secret for its placeholder.
    pub(crate) fn new<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut echoes: Vec<Echo> = pairs
            .filter(|(secret, _)| secret.len() >= SHORTEST)
            .map(|(secret, placeholder)| Echo {
                secret: Zeroizing::new(secret.as_bytes().to_vec()),
                placeholder: placeholder.as_bytes().into(),
            })
            .collect();
        // Where one secret begins with another, the longer one is meant.
        echoes.sort_by_key(|echo| std::cmp::Reverse(echo.secret.len()));
        Self(echoes.into())
    }

    /// The answer without secrets.
    pub(crate) fn seal(&self, response: Response<Body>) -> Response<Body> {
        if self.0.is_empty() {
            return response;
        }
        let (mut head, body) = response.into_parts();
        self.seal_headers(&mut head.headers);
        if self.0.iter().any(|echo| echo.secret.len() != echo.placeholder.len()) {
            head.headers.remove(header::CONTENT_LENGTH);
        }
        let sealed = Sealed { body, echoes: self.clone(), held: BytesMut::new(), ended: false };
        Response::from_parts(head, sealed.boxed_unsync())
    }

    fn seal_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let mut bytes = BytesMut::from(value.as_bytes());
            let sealed = self.take(&mut bytes, true);
            if sealed != value.as_bytes() {
                *value = HeaderValue::from_bytes(&sealed).unwrap_or_else(|_| HeaderValue::from_static(""));
            }
        }
    }

    /// Takes what can be passed on: all but the beginning of what may yet become a secret, or at the end all.
    fn take(&self, held: &mut BytesMut, at_end: bool) -> Bytes {
        let mut out = BytesMut::with_capacity(held.len());
        let mut at = 0;
        while at < held.len() {
            let rest = &held[at..];
            let unfinished = |echo: &Echo| echo.secret.len() > rest.len() && echo.secret.starts_with(rest);
            if !at_end && self.0.iter().any(unfinished) {
                break;
            }
            if let Some(echo) = self.0.iter().find(|echo| rest.starts_with(&echo.secret)) {
                out.extend_from_slice(&echo.placeholder);
                at += echo.secret.len();
            } else {
                out.extend_from_slice(&rest[..1]);
                at += 1;
            }
        }
        let _ = held.split_to(at);
        out.freeze()
    }
}

/// A body without secrets.
struct Sealed {
    body: Body,
    echoes: Echoes,
    held: BytesMut,
    ended: bool,
}

impl http_body::Body for Sealed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        loop {
            if this.ended {
                let rest = this.echoes.take(&mut this.held, true);
                return Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))));
            }
            let frame = match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    this.ended = true;
                    continue;
                }
            };
            match frame.into_data() {
                Ok(data) => {
                    this.held.extend_from_slice(&data);
                    let sealed = this.echoes.take(&mut this.held, false);
                    if !sealed.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(sealed))));
                    }
                }
                Err(mut trailers) => {
                    if let Some(headers) = trailers.trailers_mut() {
                        this.echoes.seal_headers(headers);
                    }
                    return Poll::Ready(Some(Ok(trailers)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && (self.ended || self.body.is_end_stream())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{Full, StreamBody};
    use proptest::prelude::*;

    const SECRET: &str = "tokentokentoken1";
    const LONGER: &str = "tokentokentoken1234";

    fn echoes() -> Echoes {
        Echoes::new([(SECRET, "PLACEHOLDER"), (LONGER, "OTHER"), ("short", "never")].into_iter())
    }

    fn read(body: Body) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(body.collect()).unwrap().to_bytes().to_vec()
    }

    fn sealed(chunks: Vec<Vec<u8>>) -> Vec<u8> {
        let frames: Vec<Result<_, Error>> =
            chunks.into_iter().map(|chunk| Ok(Frame::data(Bytes::from(chunk)))).collect();
        let body = BodyExt::boxed_unsync(StreamBody::new(futures_util::stream::iter(frames)));
        read(echoes().seal(Response::new(body)).into_body())
    }

    #[test]
    fn headers_are_sealed_too() {
        let body = Full::new(Bytes::from(SECRET)).map_err(|never| match never {}).boxed_unsync();
        let response = Response::builder().header("x", format!("a {SECRET}")).header("content-length", "16");
        let response = echoes().seal(response.body(body).unwrap());
        assert_eq!(response.headers()["x"], "a PLACEHOLDER");
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(read(response.into_body()), b"PLACEHOLDER");
    }

    #[test]
    fn words_are_not_credentials() {
        assert_eq!(sealed(vec![b"a short text".to_vec()]), b"a short text");
    }

    proptest! {
        #[test]
        fn a_secret_is_swapped_wherever_it_is_cut(
            before in "[a-z ]{0,20}(tokento)?", after in "[a-z ]{0,20}", longer: bool, cuts in prop::collection::vec(0usize..64, 0..6),
        ) {
            let (secret, placeholder) = if longer { (LONGER, "OTHER") } else { (SECRET, "PLACEHOLDER") };
            let text = format!("{before}{secret}{after}");
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let chunks = cuts.windows(2).map(|pair| text.as_bytes()[pair[0]..pair[1]].to_vec()).collect();
            prop_assert_eq!(String::from_utf8(sealed(chunks)).unwrap(), format!("{before}{placeholder}{after}"));
        }

        #[test]
        fn everything_else_passes_as_it_is(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 0..8)) {
            let whole: Vec<u8> = chunks.concat();
            prop_assert_eq!(sealed(chunks), whole);
        }
    }
}
