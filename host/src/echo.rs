//! What a server repeats of a credential is put back behind its placeholder before a component reads it.

use crate::credentials::Secret;
use crate::transport::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body as HttpBody, Frame};
use memchr::memmem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::Error;
use zeroize::Zeroizing;

/// Shorter credentials are not looked for: they stand in answers by chance. No server's tokens are as short.
const SHORTEST: usize = 8;

/// The credentials of a call and their placeholders.
#[derive(Clone, Default)]
pub(crate) struct Echoes(Arc<[Echo]>);

struct Echo {
    secret: Secret,
    placeholder: Arc<str>,
}

impl Echo {
    fn secret(&self) -> &[u8] {
        self.secret.expose().as_bytes()
    }
}

impl Echoes {
    /// Pairs of a secret and its placeholder.
    pub(crate) fn new(pairs: impl Iterator<Item = (Secret, Arc<str>)>) -> Self {
        let mut echoes: Vec<Echo> = pairs
            .map(|(secret, placeholder)| Echo { secret, placeholder })
            .filter(|echo| echo.secret().len() >= SHORTEST)
            .collect();
        // One that begins with another is found whole.
        echoes.sort_by_key(|echo| std::cmp::Reverse(echo.secret().len()));
        Self(echoes.into())
    }

    /// An answer's headers and body, with placeholders for the credentials in them.
    pub(crate) fn cover(&self, mut response: http::Response<Body>) -> http::Response<Body> {
        if self.0.is_empty() {
            return response;
        }
        self.cover_headers(response.headers_mut());
        if self.0.iter().any(|echo| echo.secret().len() != echo.placeholder.len()) {
            // The body may get longer.
            response.headers_mut().remove(http::header::CONTENT_LENGTH);
        }
        let echoes = self.clone();
        response.map(|body| {
            http_body_util::BodyExt::boxed_unsync(Covered {
                body,
                echoes,
                held: Vec::new(),
                trailers: None,
                ended: false,
            })
        })
    }

    /// A text with placeholders for the credentials in it.
    pub(crate) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.take(&mut text.as_bytes().to_vec(), true)).into_owned()
    }

    /// An error with placeholders for the credentials that a server has put into it.
    pub(crate) fn error(&self, error: Error) -> Error {
        let cover = |text: Option<String>| text.map(|text| self.text(&text));
        match error {
            Error::InternalError(text) => Error::InternalError(cover(text)),
            Error::HttpResponseContentCoding(text) => Error::HttpResponseContentCoding(cover(text)),
            Error::HttpResponseTransferCoding(text) => Error::HttpResponseTransferCoding(cover(text)),
            Error::DnsError { rcode, info_code } => Error::DnsError { rcode: cover(rcode), info_code },
            Error::TlsAlertReceived { alert_id, alert_message } => {
                Error::TlsAlertReceived { alert_id, alert_message: cover(alert_message) }
            }
            other => other,
        }
    }

    fn cover_headers(&self, headers: &mut HeaderMap) {
        // Names are in lower case, whatever the server wrote.
        let tells = |name: &HeaderName| {
            self.0.iter().any(|echo| {
                let secret = Zeroizing::new(echo.secret().to_ascii_lowercase());
                memmem::find(name.as_str().as_bytes(), &secret).is_some()
            })
        };
        let telling: Vec<HeaderName> = headers.keys().filter(|name| tells(name)).cloned().collect();
        for name in telling {
            headers.remove(name);
        }
        for value in headers.values_mut() {
            let mut held = value.as_bytes().to_vec();
            let covered = self.take(&mut held, true);
            if covered != value.as_bytes() {
                *value = HeaderValue::from_bytes(&covered).unwrap_or(HeaderValue::from_static(""));
            }
        }
    }

    /// Takes what can be passed on from `held`, covered: all of it at the end, else without what may be a beginning.
    fn take(&self, held: &mut Vec<u8>, end: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(held.len());
        let mut at = 0;
        // Where each is next; looked for anew only when that has been passed.
        let mut until = held.len() - if end { 0 } else { self.beginning(held) };
        let mut next: Vec<Option<usize>> = self.0.iter().map(|echo| memmem::find(held, echo.secret())).collect();
        loop {
            for (next, echo) in next.iter_mut().zip(&*self.0) {
                if next.is_some_and(|next| next < at) {
                    *next = memmem::find(&held[at..], echo.secret()).map(|start| at + start);
                }
            }
            if at > until {
                until = held.len() - if end { 0 } else { self.beginning(&held[at..]) };
            }
            // Of two that begin at the same place, the longer one comes first.
            let found = next.iter().zip(&*self.0).filter_map(|(next, echo)| Some(((*next)?, echo)));
            match found.min_by_key(|(start, _)| *start) {
                Some((start, echo)) if start < until => {
                    out.extend_from_slice(&held[at..start]);
                    out.extend_from_slice(echo.placeholder.as_bytes());
                    at = start + echo.secret().len();
                }
                _ => {
                    out.extend_from_slice(&held[at..until]);
                    held.drain(..until);
                    return out;
                }
            }
        }
    }

    /// How much at the end may be the beginning of a credential.
    fn beginning(&self, bytes: &[u8]) -> usize {
        let longest = self.0.first().map_or(0, |echo| echo.secret().len()).min(bytes.len() + 1);
        (1..longest)
            .rev()
            .find(|size| self.0.iter().any(|echo| echo.secret().starts_with(&bytes[bytes.len() - size..])))
            .unwrap_or(0)
    }
}

/// A body in which credentials are covered, also across the borders of its parts.
struct Covered {
    body: Body,
    echoes: Echoes,
    /// What may be the beginning of a credential.
    held: Vec<u8>,
    trailers: Option<Frame<Bytes>>,
    ended: bool,
}

impl HttpBody for Covered {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                if !this.held.is_empty() {
                    let rest = this.echoes.take(&mut this.held, true);
                    return Poll::Ready(Some(Ok(Frame::data(rest.into()))));
                }
                return Poll::Ready(this.trailers.take().map(Ok));
            }
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                None => this.ended = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(this.echoes.error(error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        this.held.extend_from_slice(&data);
                        let covered = this.echoes.take(&mut this.held, false);
                        if !covered.is_empty() {
                            return Poll::Ready(Some(Ok(Frame::data(covered.into()))));
                        }
                    }
                    Err(mut trailers) => {
                        if let Some(headers) = trailers.trailers_mut() {
                            this.echoes.cover_headers(headers);
                        }
                        this.trailers = Some(trailers);
                        this.ended = true;
                    }
                },
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.trailers.is_none() && (self.ended || self.body.is_end_stream())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: &str = "aaaaaaaabaaaaaaaab";
    const TWO: &str = "aaaaaaaabaaaaaaaabc";

    fn echoes() -> Echoes {
        let pairs = [(ONE, "<1>"), (TWO, "<2>"), ("short", "<3>")];
        Echoes::new(pairs.into_iter().map(|(secret, placeholder)| (Secret::new(secret.into()), placeholder.into())))
    }

    fn covered(parts: &[&[u8]]) -> Vec<u8> {
        let (echoes, mut held, mut out) = (echoes(), Vec::new(), Vec::new());
        for part in parts {
            held.extend_from_slice(part);
            out.extend(echoes.take(&mut held, false));
        }
        out.extend(echoes.take(&mut held, true));
        out
    }

    #[test]
    fn credentials_are_covered_and_the_longest_first() {
        let text = format!("x{ONE}y{TWO}{ONE} short {}", &ONE[1..]);
        let expected = format!("x<1>y<2><1> short {}", &ONE[1..]);
        assert_eq!(covered(&[text.as_bytes()]), expected.as_bytes());
    }

    #[test]
    fn headers_are_covered() {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_str(&format!("/?t={TWO}")).unwrap());
        headers.insert(HeaderName::from_static(TWO), HeaderValue::from_static("x"));
        echoes().cover_headers(&mut headers);
        assert_eq!(headers["location"], "/?t=<2>");
        assert_eq!(headers.len(), 1, "a name can't be covered");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_a_body_is_cut(
            text in "(a{1,3}|b|c|aaaaaaaabaaaaaaaab|aaaaaaaabaaaaaaaabc){0,12}",
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let bytes = text.as_bytes();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let parts: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let once = covered(&[bytes]);
            prop_assert_eq!(&covered(&parts), &once);
            prop_assert!(!String::from_utf8(once).unwrap().contains(ONE));
        }
    }
}
