//! A transport that answers as a test says: for what can't be recorded, such as a body that is cut.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::Value;
use soar_network::transport::{Answering, Body, NetErrorKind, Outbound, Transport, TransportError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Barrier;

/// What a request is answered with.
#[derive(Clone)]
pub enum Answer {
    /// JSON with a status.
    Json(u16, Value),
    /// Bytes of a type with a status.
    Bytes(u16, &'static str, Vec<u8>),
    /// JSON with a status and more headers.
    With(u16, Vec<(&'static str, &'static str)>, Value),
    /// A page of HTML with a status and more headers.
    Page(u16, Vec<(&'static str, &'static str)>, Vec<u8>),
    /// A body that comes in these parts.
    Parts(u16, Vec<Vec<u8>>),
    /// A body that breaks off after these bytes.
    Cut(u16, &'static str),
    /// A body that ends with this after these bytes.
    Breaks(u16, &'static str, NetErrorKind),
    /// No answer.
    Fails(NetErrorKind),
}

/// A request as it left the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// `GET /api/v4/users/me`, with the query.
    pub line: String,
    /// Scheme, host and port; empty at a server on a port, which is not told.
    pub origin: String,
    /// All headers.
    pub headers: http::HeaderMap,
    /// The `authorization` header, empty when there was none.
    pub authorization: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Sent {
    /// The path's segments, without the query: `["api", "v4", "users", "me"]`.
    pub fn segments(&self) -> Vec<&str> {
        let path = self.line.split(' ').nth(1).unwrap_or_default();
        path.split('?').next().unwrap_or_default().split('/').skip(1).collect()
    }

    /// The query, raw, as pairs of name and value.
    pub fn query(&self) -> Vec<(&str, &str)> {
        let query = self.line.split_once('?').map(|(_, query)| query).unwrap_or_default();
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} had no JSON", self.line))
    }
}

/// A server of a test: answers by request line, in order; the last one of a line stays.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    first: BTreeMap<String, Answer>,
    answers: BTreeMap<String, VecDeque<Answer>>,
    otherwise: Option<fn(&Sent) -> Answer>,
    together: BTreeMap<String, Arc<Barrier>>,
    sent: Vec<Sent>,
}

impl Script {
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request line, such as `GET /api/v4/users/me`.
    pub fn on(self, line: &str, answer: Answer) -> Self {
        self.inner().answers.entry(line.to_owned()).or_default().push_back(answer);
        self
    }

    /// Answers a request line with JSON and status 200.
    pub fn json(self, line: &str, value: Value) -> Self {
        self.on(line, Answer::Json(200, value))
    }

    /// Answers a request line once, before all other answers to it.
    pub fn first(self, line: &str, answer: Answer) -> Self {
        self.inner().first.insert(line.to_owned(), answer);
        self
    }

    /// Answers what nothing else answers.
    pub fn otherwise(self, answer: fn(&Sent) -> Answer) -> Self {
        self.inner().otherwise = Some(answer);
        self
    }

    /// Answers none of these request lines before all of them are under way.
    pub fn together(self, lines: &[&str]) -> Self {
        let barrier = Arc::new(Barrier::new(lines.len()));
        self.inner().together.extend(lines.iter().map(|line| (line.to_string(), barrier.clone())));
        self
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<Sent> {
        self.inner().sent.clone()
    }

    /// The requests with this method so far, in order.
    pub fn of_method(&self, method: &str) -> Vec<Sent> {
        self.requests().into_iter().filter(|sent| sent.line.starts_with(&format!("{method} "))).collect()
    }

    /// How often a request line was sent.
    pub fn count(&self, line: &str) -> usize {
        self.requests().iter().filter(|sent| sent.line == line).count()
    }

    /// The request lines so far, in order.
    pub fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|sent| sent.line).collect()
    }

    async fn respond(self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let line = format!("{} {}", request.method(), request.uri().path_and_query().expect("a path"));
        let uri = request.uri();
        let origin = match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
            _ => String::new(),
        };
        let headers = request.headers().clone();
        let authorization = headers.get("authorization");
        let authorization = authorization.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default();
        let body = request.into_body().collect().await.expect("the body is whole").to_bytes().to_vec();
        let (answer, barrier) = {
            let sent = Sent { line, origin, headers, authorization, body };
            let mut inner = self.inner();
            inner.sent.push(sent.clone());
            (inner.answer(&sent), inner.together.get(&sent.line).cloned())
        };
        if let Some(barrier) = barrier {
            barrier.wait().await;
        }
        answer.response()
    }
}

impl Inner {
    fn answer(&mut self, sent: &Sent) -> Answer {
        if let Some(answer) = self.first.remove(&sent.line) {
            return answer;
        }
        match (self.answers.get_mut(&sent.line), self.otherwise) {
            (Some(queue), _) if queue.len() > 1 => queue.pop_front().expect("more than one"),
            (Some(queue), _) => queue.front().cloned().expect("a queue is never empty"),
            (None, Some(otherwise)) => otherwise(sent),
            (None, None) => panic!("the test has no answer to {}", sent.line),
        }
    }
}

impl Transport for Script {
    fn send(&self, Outbound { request, .. }: Outbound) -> Answering {
        let answer = self.clone().respond(request);
        Box::pin(async move { answer.await.map(Into::into) })
    }

    fn virtual_time(&self) -> bool {
        true
    }
}

impl Answer {
    fn response(self) -> Result<Response<Body>, TransportError> {
        let json = |value: Value| Body::from(value.to_string());
        let build = |status: u16, kind: &str, headers: &[(&str, &str)], body: Body| {
            let start = Response::builder().status(status).header("content-type", kind);
            let response = headers.iter().fold(start, |response, (name, value)| response.header(*name, *value));
            Ok(response.body(body).expect("a response"))
        };
        match self {
            Self::Json(status, value) => build(status, "application/json", &[], json(value)),
            Self::With(status, headers, value) => build(status, "application/json", &headers, json(value)),
            Self::Page(status, headers, bytes) => build(status, "text/html", &headers, bytes.into()),
            Self::Bytes(status, kind, bytes) => build(status, kind, &[], bytes.into()),
            Self::Parts(status, parts) => {
                let frames: Vec<_> = parts.into_iter().map(|part| Ok(Frame::data(Bytes::from(part)))).collect();
                let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
                build(status, "text/plain", &[], body)
            }
            Self::Cut(status, start) => Self::Breaks(status, start, NetErrorKind::ConnectionTerminated).response(),
            Self::Breaks(status, start, error) => {
                let frames = [Ok(Frame::data(Bytes::from_static(start.as_bytes()))), Err(error.into())];
                let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
                build(status, "application/json", &[], body)
            }
            Self::Fails(error) => Err(TransportError::failed(error, "the test says so")),
        }
    }
}
