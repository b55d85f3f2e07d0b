//! What a server repeats of a credential is put back behind its placeholder before a component reads it.
//!
//! A component must not learn a credential from what it can see of this. For two credentials of the same length, a
//! component that was told neither sees the same bytes in the same parts: a body is always held back by one byte less
//! than the longest credential, whatever its end looks like, and the search takes the same time for each text. All that
//! depends on a credential is that a whole one is covered, and only so often in a call.

use crate::body::Body;
use crate::cover::{Finder, Found};
use crate::keyring::Keyring;
use crate::net_error::{NetError, NetErrorKind};
use crate::placeholder::placeholder;
use crate::trail::{Stop, Trail};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body as HttpBody, Frame};
use soar_contract::secret::Secret;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// Shorter credentials are not looked for: they stand in answers by chance. No server's tokens are as short.
const SHORTEST: usize = 8;

/// The answers of a call may repeat its credentials so often. An honest server does so once or twice, in an error; each
/// time tells a component that a guess was right.
pub(crate) const MOST: u32 = 8;

/// A credential that a server may repeat.
#[derive(Clone)]
pub(crate) struct Echo {
    /// What it is called in the failure of a call whose answers repeat it too often.
    pub(crate) name: String,
    pub(crate) secret: Secret,
    pub(crate) placeholder: Arc<str>,
    /// Whether once is too often.
    pub(crate) never: bool,
}

/// The credentials of a call that its server can know, and their placeholders.
#[derive(Clone, Default)]
pub(crate) struct Echoes(Option<Arc<Call>>);

struct Call {
    trail: Trail,
    ring: Keyring,
    seen: Arc<AtomicU32>,
    current: Mutex<Current>,
}

/// What is looked for now: what the call began with, and what came to the ring since.
#[derive(Default)]
struct Current {
    turns: u64,
    echoes: Vec<Echo>,
    inner: Option<Arc<Inner>>,
}

struct Inner {
    finder: Finder,
    /// The same in lower case, as names of headers are.
    names: Finder,
    /// In the finders' order.
    echoes: Vec<Echo>,
    longest: usize,
    seen: Arc<AtomicU32>,
    trail: Trail,
}

impl Current {
    /// Looks for the credentials on the ring that came to it since, too. None goes again before the call ends.
    fn turn(&mut self, call: &Call) {
        let turns = call.ring.turns();
        if turns == self.turns {
            return;
        }
        self.turns = turns;
        let before = self.echoes.len();
        for (name, secret) in call.ring.sent() {
            let is_new = self.echoes.iter().all(|echo| echo.secret != secret);
            // One that can be guessed is for its own component alone: another one could find it by what is covered.
            if is_new && !secret.is_guessable() {
                let placeholder = placeholder(secret.expose().len()).into();
                self.echoes.push(Echo { name, secret, placeholder, never: false });
            }
        }
        if self.echoes.len() > before {
            self.inner = Inner::new(self.echoes.clone(), call.seen.clone(), call.trail.clone());
        }
    }
}

impl Inner {
    fn new(echoes: Vec<Echo>, seen: Arc<AtomicU32>, trail: Trail) -> Option<Arc<Self>> {
        if echoes.is_empty() {
            return None;
        }
        let finder = Finder::new(echoes.iter().map(|echo| echo.secret.expose().as_bytes()));
        let lower: Vec<_> =
            echoes.iter().map(|echo| zeroize::Zeroizing::new(echo.secret.expose().to_ascii_lowercase())).collect();
        let names = Finder::new(lower.iter().map(|name| name.as_bytes()));
        let longest = finder.longest();
        Some(Arc::new(Self { finder, names, echoes, longest, seen, trail }))
    }
}

impl Echoes {
    /// Covers these in what arrives in a call.
    #[cfg(test)]
    pub(crate) fn new(echoes: impl Iterator<Item = Echo>, trail: Trail) -> Self {
        Self::within(echoes, trail, Keyring::default())
    }

    /// The same, and what is on this ring.
    pub(crate) fn within(echoes: impl Iterator<Item = Echo>, trail: Trail, ring: Keyring) -> Self {
        let echoes: Vec<Echo> = echoes.filter(|echo| echo.secret.expose().len() >= SHORTEST).collect();
        let seen = Arc::<AtomicU32>::default();
        let inner = Inner::new(echoes.clone(), seen.clone(), trail.clone());
        let mut current = Current { turns: 0, echoes, inner };
        let mut call = Call { trail, ring, seen, current: Mutex::default() };
        // What is on the ring now counts to the end of the call, also if whoever has it ends first.
        current.turn(&call);
        call.current = Mutex::new(current);
        Self(Some(Arc::new(call)))
    }

    /// What is looked for now; none if there is nothing.
    fn now(&self) -> Option<Arc<Inner>> {
        let call = self.0.as_ref()?;
        let mut current = call.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.turn(call);
        current.inner.clone()
    }

    /// An answer's headers and body, with placeholders for the credentials in them.
    pub(crate) fn cover<B>(&self, mut response: http::Response<B>) -> http::Response<Body>
    where
        B: HttpBody<Data = Bytes, Error = NetError> + Send + Unpin + 'static,
    {
        if self.0.is_none() {
            return response.map(Body::new);
        }
        // Also if there is nothing yet: something may come to the ring before the end of the body.
        if let Some(inner) = self.now() {
            inner.headers(response.headers_mut());
            if inner.echoes.iter().any(|echo| echo.secret.expose().len() != echo.placeholder.len()) {
                // The body may get longer.
                response.headers_mut().remove(http::header::CONTENT_LENGTH);
            }
        }
        let echoes = self.clone();
        response.map(|body| Body::new(Covered { body, echoes, held: Vec::new(), trailers: None, ended: false }))
    }

    /// An error as a component is told it, with placeholders for the credentials that a server has put into it. Words for
    /// people are not in it.
    pub(crate) fn error(&self, kind: NetErrorKind) -> NetError {
        let Some(inner) = self.now() else { return kind.into() };
        let cover = |text: Option<String>| text.map(|text| inner.words(&text));
        let covered = match kind {
            NetErrorKind::InternalError(text) => NetErrorKind::InternalError(cover(text)),
            NetErrorKind::HttpResponseContentCoding(text) => NetErrorKind::HttpResponseContentCoding(cover(text)),
            NetErrorKind::HttpResponseTransferCoding(text) => NetErrorKind::HttpResponseTransferCoding(cover(text)),
            NetErrorKind::TlsAlertReceived { alert_id, alert_message } => {
                NetErrorKind::TlsAlertReceived { alert_id, alert_message: cover(alert_message) }
            }
            other => other,
        };
        covered.into()
    }
}

impl Inner {
    fn headers(&self, headers: &mut HeaderMap) {
        let telling: Vec<HeaderName> =
            headers.keys().filter(|name| self.counted(self.names.find(name.as_str().as_bytes()))).cloned().collect();
        for name in telling {
            headers.remove(name);
        }
        for value in headers.values_mut() {
            let found = self.finder.find(value.as_bytes());
            if !found.is_empty() {
                let covered = self.replace(value.as_bytes(), found.clone());
                *value = HeaderValue::from_bytes(&covered).unwrap_or(HeaderValue::from_static(""));
                self.counted(found);
            }
        }
    }

    /// What a server said in an error.
    fn words(&self, text: &str) -> String {
        let found = self.finder.find(text.as_bytes());
        let covered = self.replace(text.as_bytes(), found.clone());
        self.counted(found);
        String::from_utf8_lossy(&covered).into_owned()
    }

    fn replace(&self, text: &[u8], found: Vec<Found>) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        for Found { range, secret } in found {
            out.extend_from_slice(&text[at..range.start]);
            out.extend_from_slice(self.echoes[secret].placeholder.as_bytes());
            at = range.end;
        }
        out.extend_from_slice(&text[at..]);
        out
    }

    /// Counts what a server has repeated, and ends the call if that was too often. Whether it was anything.
    fn counted(&self, found: Vec<Found>) -> bool {
        for found in &found {
            let echo = &self.echoes[found.secret];
            let seen = self.seen.fetch_add(1, Ordering::Relaxed);
            if echo.never || seen >= MOST {
                self.trail.stop(Stop::Echo(echo.name.clone()));
            }
        }
        !found.is_empty()
    }
}

/// A body in which credentials are covered, also across the borders of its parts.
struct Covered<B> {
    body: B,
    echoes: Echoes,
    /// The end of what has come: one byte less than the longest credential, whatever it is.
    held: Vec<u8>,
    trailers: Option<Frame<Bytes>>,
    ended: bool,
}

impl<B> Covered<B> {
    /// Takes what can be passed on of what is held and of what has come: at the end all of it.
    fn pass(&mut self, data: Bytes, end: bool) -> Result<Bytes, NetError> {
        // Also what came to the ring since the last part.
        let Some(inner) = self.echoes.now() else { return Ok(data) };
        // Nearly all bodies come whole, and without a credential.
        if self.held.is_empty() && end && inner.finder.find(&data).is_empty() {
            return Ok(data);
        }
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(&data);
        let until = if end { text.len() } else { text.len().saturating_sub(inner.longest - 1) };
        let mut found = inner.finder.find(&text);
        // What begins behind that is held, and found again.
        found.retain(|found| found.range.start < until);
        let until = found.last().map_or(until, |last| until.max(last.range.end));
        self.held = text.split_off(until);
        if found.is_empty() {
            return Ok(text.into());
        }
        let covered = inner.replace(&text, found.clone());
        inner.counted(found);
        match inner.trail.stopped() {
            Some(_) => Err(NetErrorKind::HttpRequestDenied.into()),
            None => Ok(covered.into()),
        }
    }
}

impl<B: HttpBody<Data = Bytes, Error = NetError> + Unpin> HttpBody for Covered<B> {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(this.trailers.take().map(Ok));
            }
            let passed = match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                None => {
                    this.ended = true;
                    this.pass(Bytes::new(), true)
                }
                Some(Err(error)) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(this.echoes.error(error.kind))));
                }
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        this.ended = this.body.is_end_stream();
                        this.pass(data, this.ended)
                    }
                    Err(mut trailers) => {
                        if let (Some(headers), Some(inner)) = (trailers.trailers_mut(), this.echoes.now()) {
                            inner.headers(headers);
                        }
                        this.trailers = Some(trailers);
                        this.ended = true;
                        this.pass(Bytes::new(), true)
                    }
                },
            };
            match passed {
                Ok(passed) if passed.is_empty() => {}
                Ok(passed) => return Poll::Ready(Some(Ok(Frame::data(passed)))),
                Err(error) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.trailers.is_none() && (self.ended || self.body.is_end_stream())
    }
}

#[cfg(test)]
mod tests;
