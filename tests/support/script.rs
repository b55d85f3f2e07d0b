//! A transport that answers as a test says: for what can't be recorded, such as a body that is cut.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use serde_json::Value;
use soar::transport::{Body, Transport, TransportError};
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Barrier;
use wasmtime_wasi_http::Error;

type Sending = Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>;

/// What a request is answered with.
#[derive(Clone)]
pub enum Answer {
    /// JSON with a status.
    Json(u16, Value),
    /// Bytes of a type with a status.
    Bytes(u16, &'static str, Vec<u8>),
    /// JSON with a status and more headers.
    With(u16, Vec<(&'static str, &'static str)>, Value),
    /// A body that breaks off after these bytes.
    Cut(u16, &'static str),
    /// No answer.
    Fails(fn() -> Error),
}

/// A request as it left the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// `GET /api/v4/users/me`, with the query.
    pub line: String,
    /// The `authorization` header, empty when there was none.
    pub authorization: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Sent {
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
    answers: BTreeMap<String, VecDeque<Answer>>,
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

    /// The request lines so far, in order.
    pub fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|sent| sent.line).collect()
    }

    async fn respond(self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let line = format!("{} {}", request.method(), request.uri().path_and_query().expect("a path"));
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default();
        let body = request.into_body().collect().await.expect("the body is whole").to_bytes().to_vec();
        let (answer, barrier) = {
            let mut inner = self.inner();
            inner.sent.push(Sent { line: line.clone(), authorization, body });
            let barrier = inner.together.get(&line).cloned();
            let queue = inner.answers.get_mut(&line).unwrap_or_else(|| panic!("the test has no answer to {line}"));
            let answer = if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() };
            (answer.expect("a queue is never empty"), barrier)
        };
        if let Some(barrier) = barrier {
            barrier.wait().await;
        }
        answer.response()
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Body>) -> Sending {
        Box::pin(self.clone().respond(request))
    }

    fn virtual_time(&self) -> bool {
        true
    }
}

impl Answer {
    fn response(self) -> Result<Response<Body>, TransportError> {
        let full = |bytes: Vec<u8>| Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync();
        let json = |value: Value| full(value.to_string().into_bytes());
        let build = |status: u16, kind: &str, headers: &[(&str, &str)], body: Body| {
            let start = Response::builder().status(status).header("content-type", kind);
            let response = headers.iter().fold(start, |response, (name, value)| response.header(*name, *value));
            Ok(response.body(body).expect("a response"))
        };
        match self {
            Self::Json(status, value) => build(status, "application/json", &[], json(value)),
            Self::With(status, headers, value) => build(status, "application/json", &headers, json(value)),
            Self::Bytes(status, kind, bytes) => build(status, kind, &[], full(bytes)),
            Self::Cut(status, start) => {
                let frames = [Ok(Frame::data(Bytes::from_static(start.as_bytes()))), Err(Error::ConnectionTerminated)];
                let body = BodyExt::boxed_unsync(StreamBody::new(futures_util::stream::iter(frames)));
                build(status, "application/json", &[], body)
            }
            Self::Fails(error) => Err(TransportError::Failed(error(), "the test says so".into())),
        }
    }
}
