//! A component's outgoing requests: limits, policy, credential, transport, audit.

use crate::address::Private;
use crate::audit;
use crate::bodies::{Arriving, Leaving};
use crate::credentials::Sealed;
use crate::echo::Echoes;
use crate::limits::{Exceeded, Limit, Limits};
use crate::observer::Observer;
use crate::policy::{self, Code, Decision, Policy};
use crate::recording::Redactor;
use crate::text;
use crate::trail::{Asked, Ending, Exchange, Fault, MOST, Place, Stop, Trail};
use crate::transport::doubted::doubted;
use crate::transport::{Body, Peer, Received, Timeouts, Transport, TransportError, Volatile, coding};
use http::{HeaderMap, HeaderName, Request, Response, Uri, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument as _;
use wasmtime_wasi_http::{DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiHttpHooks};

type Io = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Box<dyn Future<Output = Result<(Response<Body>, Io), Error>> + Send>;

/// What stands between one call's component and the network.
pub(crate) struct Hooks {
    pub(crate) policy: Policy,
    pub(crate) sealed: Sealed,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) trail: Trail,
    pub(crate) private: Private,
    /// Takes credentials out of what is kept and said.
    pub(crate) redactor: Arc<Redactor>,
    /// One for each request that may be under way at once.
    pub(crate) turns: Arc<Semaphore>,
}

impl Hooks {
    /// The request as it may leave, or why it may not.
    fn admit(&self, request: &mut Request<Body>) -> Result<Arc<Exchange>, Error> {
        // Whoever gives a credential as an argument has it in a path. It is covered before the rest is cut: a part of it
        // would not be found.
        let path = &*kept(&self.redactor, request.uri().path());
        // Nor is it in a method that a component made up.
        let method = &*kept(&self.redactor, request.method().as_str());
        let begin = |decision, code, reason: &str, credential| {
            let url = if self.trail.is_audited() { self.recorded(request.uri()) } else { String::new() };
            let safe = request.method().is_safe();
            self.trail.begin(Asked { method, safe, path, url: &url, decision, code, reason, credential })
        };
        let refuse = |code, reason: &str, error: Error| {
            let exchange = begin(audit::Decision::Deny, code, reason, None);
            exchange.span().in_scope(|| tracing::warn!(method, path, reason, "request denied"));
            exchange.end();
            Err(error)
        };
        let limit = |exceeded: Exceeded, error| {
            self.trail.stop(Stop::Limit(exceeded));
            refuse("limit", &exceeded.to_string(), error)
        };
        if let Some(stop) = self.trail.stopped() {
            // Not recorded: that is what would go on for ever, or what can't be done.
            tracing::debug!(%stop, "request denied");
            return Err(Error::HttpRequestDenied);
        }
        let most = self.limits.get(Limit::Requests);
        if self.trail.count() >= most {
            return limit(Exceeded { limit: Limit::Requests, allowed: most }, Error::HttpRequestDenied);
        }
        if let Some(exceeded) = over(request.headers(), &self.limits).or_else(|| self.long_line(request)) {
            return limit(exceeded, Error::HttpRequestHeaderSectionSize(None));
        }
        let (reason, credentials, volatile) =
            match self.policy.decide(request.method(), request.uri(), request.headers()) {
                Decision::Allow { reason, credentials, volatile } => (reason, credentials, volatile.clone()),
                Decision::Deny(denial) => {
                    // Each part is looked through as it was asked: how long what is covered is, follows from a credential.
                    let why = kept(&self.redactor, &denial.reason);
                    self.trail.fault(Fault::Denied(format!("{method} {path} is not allowed: {why}")));
                    return refuse(denial.code.as_str(), &why, Error::HttpRequestDenied);
                }
            };
        let opened =
            request.headers().get(header::AUTHORIZATION).and_then(|header| self.sealed.open(header, &credentials));
        let (opened, credential) = opened.unzip();
        let exchange = begin(audit::Decision::Allow, Code::Declared.as_str(), reason, credential);
        if let Some(opened) = opened {
            request.headers_mut().insert(header::AUTHORIZATION, opened);
        }
        if self.trail.is_audited() {
            self.watch(request, &exchange);
        }
        request.extensions_mut().insert(Volatile(volatile));
        if let Some(below) = self.policy.below() {
            request.extensions_mut().insert(below);
        }
        request.extensions_mut().insert(self.private);
        request.extensions_mut().insert(exchange.reached());
        Ok(exchange)
    }

    /// A URL as the audit has it: of user information nothing, of the query the names, and all of those.
    fn recorded(&self, uri: &Uri) -> String {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let place = kept(&self.redactor, &format!("{host}{}", uri.path()));
        // Before it is cut at each first `=`: a credential may end in one.
        let query = names(&self.redactor.text(uri.query().unwrap_or_default()));
        let scheme = kept(&self.redactor, uri.scheme_str().unwrap_or_default());
        format!("{scheme}://{place}{query}")
    }

    /// The first line of a request counts as a header does: it may be as long as a component likes, and is kept.
    fn long_line(&self, request: &Request<Body>) -> Option<Exceeded> {
        let uri = request.uri();
        let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
        let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
        let allowed = self.limits.get(Limit::HeaderBytes);
        let size = (request.method().as_str().len() + authority + path) as u64;
        (size > allowed).then_some(Exceeded { limit: Limit::HeaderBytes, allowed })
    }

    /// Notes placeholders that leave outside of the one place where they are opened.
    fn watch(&self, request: &Request<Body>, exchange: &Exchange) {
        let seen = |bytes: &[u8]| self.sealed.watch().is_some_and(|mut watch| watch.sees(bytes));
        if request.uri().path_and_query().is_some_and(|path| seen(path.as_str().as_bytes())) {
            exchange.found_placeholder(Place::Url);
        }
        let headers = request.headers().iter();
        if headers.into_iter().any(|(name, value)| seen(name.as_str().as_bytes()) || seen(value.as_bytes())) {
            exchange.found_placeholder(Place::Header);
        }
    }
}

impl WasiHttpHooks for Hooks {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        is_forbidden(name)
    }

    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_forbidden)
    }

    fn send_request(&mut self, mut request: Request<Body>, options: Option<RequestOptions>, _io: Io) -> Sent {
        let exchange = match self.admit(&mut request) {
            Ok(exchange) => exchange,
            Err(error) => return Box::new(async { Err(error) }),
        };
        if let Some(options) = options {
            request.extensions_mut().insert(Timeouts {
                connect: options.connect_timeout,
                first_byte: options.first_byte_timeout,
                between_bytes: options.between_bytes_timeout,
            });
        }
        let size = request.body().size_hint().exact().or_else(|| content_length(&request));
        let ((method, path), span) = (exchange.line(), exchange.span());
        self.observer.request(method, path, size);
        let watch = if self.trail.is_audited() { self.sealed.watch() } else { None };
        let observer = self.observer.clone();
        let trail = self.trail.clone();
        let request =
            request.map(|body| Leaving { body, observer, exchange: exchange.clone(), watch, trail }.boxed_unsync());
        let passage = Passage {
            observer: self.observer.clone(),
            trail: self.trail.clone(),
            limits: self.limits.clone(),
            echoes: self.sealed.echoes().clone(),
            redactor: self.redactor.clone(),
            ending: Ending(exchange),
        };
        let (transport, turns) = (self.transport.clone(), self.turns.clone());
        let answering = async move {
            // Until the end of its answer: whoever leaves answers unread takes turns from itself alone.
            let turn = turns.acquire_owned().await.ok();
            passage.leaves()?;
            let answer = transport.send(request).await;
            Ok((passage.arrived(answer, turn)?, Box::new(async { Ok(()) }) as Io))
        };
        // Whoever runs it may be outside of the call's span.
        let mut answering = Box::pin(answering.instrument(span));
        // The request leaves from here: whoever waits for the answer may be on another thread, which has to wake up first.
        // It asks again as soon as it has.
        match answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Box::new(std::future::ready(answer)),
            Poll::Pending => Box::new(answering),
        }
    }
}

/// What becomes of a request's answer.
struct Passage {
    observer: Arc<dyn Observer>,
    trail: Trail,
    limits: Arc<Limits>,
    echoes: Echoes,
    redactor: Arc<Redactor>,
    ending: Ending,
}

impl Passage {
    /// Records that the request is about to leave, if it still may: much may have happened while it waited for its turn.
    fn leaves(&self) -> Result<(), Error> {
        let may = !self.trail.is_over() && self.trail.stopped().is_none();
        if may && self.ending.0.leaves() {
            return Ok(());
        }
        self.ending.0.failed("it did not leave: the call was over, or had to end");
        Err(Error::HttpRequestDenied)
    }

    /// Notes why no answer came, and gives what the component is told of it.
    fn unanswered(&self, error: TransportError) -> Error {
        // A server's words may be in it, and what a server was sent in those.
        let words = text::cut(&self.redactor.sentence(&error.to_string()), MOST).into_owned();
        tracing::debug!(words, "failed");
        self.ending.0.failed(&words);
        if matches!(error, TransportError::Failed(Error::HttpResponseHeaderSectionSize(_), _)) {
            // More than the transport reads, which is more than the limit.
            let limit = Limit::HeaderBytes;
            self.trail.stop(Stop::Limit(Exceeded { limit, allowed: self.limits.get(limit) }));
        }
        if matches!(error, TransportError::Refused(_)) {
            // Before another request finds that out.
            self.trail.stop(Stop::Refused(words.clone()));
        }
        self.trail.fault(match &error {
            TransportError::Miss(miss) => Fault::Miss(miss.clone()),
            TransportError::TooLong { .. } | TransportError::Full { .. } => Fault::TooLong(words),
            TransportError::Denied(_) => Fault::Denied(words),
            TransportError::Failed(..) | TransportError::Refused(_) => Fault::Failed(words),
        });
        self.echoes.error(error.into())
    }

    fn arrived(
        self,
        answer: Result<Response<Body>, TransportError>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Response<Body>, Error> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Err(self.unanswered(error)),
        };
        let Self { observer, trail, limits, echoes, redactor, ending } = self;
        let status = response.status().as_u16();
        tracing::debug!(status, "answered");
        observer.answered(status);
        ending.0.answered(status, response.extensions().get::<Peer>().map(|Peer(address)| *address));
        if let Some(exceeded) = over(response.headers(), &limits) {
            ending.0.failed(&exceeded.to_string());
            trail.stop(Stop::Limit(exceeded));
            return Err(Error::HttpResponseHeaderSectionSize(None));
        }
        if let Some(received) = response.extensions().get::<Received>() {
            ending.0.comes(received.clone());
        }
        if let Some(coding) = coding::transfer(response.headers()).filter(|_| !response.body().is_end_stream()) {
            let words = format!(
                "the answer is packed in a way that was not asked for ({}); expected gzip or none",
                kept(&redactor, coding.name())
            );
            ending.0.failed(&words);
            trail.fault(Fault::Failed(words));
            return Err(echoes.error(coding.error()));
        }
        if response.body().is_end_stream() {
            ending.0.end();
        }
        let (parts, body) = response.into_parts();
        let body = doubted(&parts.headers, body);
        let body = Arriving { body, limits, trail, redactor, ending, turn }.boxed_unsync();
        Ok(echoes.cover(Response::from_parts(parts, body)))
    }
}

/// The limit that headers go over, if they do.
pub(crate) fn over(headers: &HeaderMap, limits: &Limits) -> Option<Exceeded> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    [(Limit::HeaderCount, headers.len()), (Limit::HeaderBytes, size)].into_iter().find_map(|(limit, used)| {
        let allowed = limits.get(limit);
        (used as u64 > allowed).then_some(Exceeded { limit, allowed })
    })
}

/// What is kept and shown of what a component or a server has written: without credentials, and with a mark where it was
/// cut after that, as a part of one would not be found.
pub(crate) fn kept(redactor: &Redactor, text: &str) -> String {
    text::cut(&redactor.text(text), MOST).into_owned()
}

/// A server's cookies are credentials too: what it sets, the component must not read.
fn is_forbidden(name: &HeaderName) -> bool {
    DEFAULT_FORBIDDEN_HEADERS.contains(name) || policy::is_forbidden(name.as_str())
}

fn content_length(request: &Request<Body>) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A query without its values.
fn names(query: &str) -> String {
    let mut names = String::new();
    for (index, pair) in query.split('&').filter(|_| !query.is_empty()).enumerate() {
        names.push(if index == 0 { '?' } else { '&' });
        names.push_str(pair.split('=').next().unwrap_or_default());
        names.push('=');
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_cookies_and_tokens_are_not_for_the_component() {
        for (name, forbidden) in
            [("set-cookie", true), ("cookie", true), ("token", true), ("host", true), ("etag", false)]
        {
            assert_eq!(is_forbidden(&HeaderName::from_static(name)), forbidden, "{name}");
        }
    }

    #[test]
    fn the_audit_sees_no_value_of_a_query() {
        for (query, expected) in [
            ("page=1&term=secret", "?page=&term="),
            ("token", "?token="),
            ("[redacted]&a", "?[redacted]=&a="),
            ("", ""),
        ] {
            assert_eq!(names(query), expected);
        }
    }
}
