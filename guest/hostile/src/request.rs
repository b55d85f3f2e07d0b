//! One request of an attack, and what came of it.

use crate::http::{
    ErrorCode, Fields, FutureIncomingResponse, HeaderError, IncomingBody, IncomingResponse, Method, OutgoingBody,
    OutgoingRequest, Scheme,
};
use crate::streams::{InputStream, StreamError};
use crate::{Error, Outcome, Report, outgoing_handler, store};
use std::fmt;

/// A request; what is not said otherwise is as it is declared.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// `http`, `https` or another.
    pub scheme: String,
    /// Host and port.
    pub authority: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body; none if it is empty.
    pub body: Vec<u8>,
}

/// An answer, whole.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Refused {
    /// A header can't be set.
    Header(HeaderError),
    /// A part of the request can't be set: which.
    Part(&'static str),
    /// The request, or reading its answer, failed.
    Failed(ErrorCode),
    /// The body can't be written or read.
    Body(String),
}

/// What came of a request: `let through: 200 the body`, or `refused: why`.
pub struct Told {
    before: String,
    result: Result<String, Refused>,
}

impl Request {
    /// `GET /api/ok` with the credential: what the component may do.
    #[must_use]
    pub fn get() -> Self {
        let (scheme, authority) = origin();
        let headers = vec![("authorization".into(), bearer("token"))];
        Self { method: "GET", scheme, authority, path: "/api/ok".into(), headers, body: Vec::new() }
    }

    /// `POST /api/write` with the credential and a body.
    #[must_use]
    pub fn post(body: &[u8]) -> Self {
        Self { method: "POST", path: "/api/write".into(), body: body.to_vec(), ..Self::get() }
    }

    /// To another host and port.
    #[must_use]
    pub fn to(self, authority: impl Into<String>) -> Self {
        Self { authority: authority.into(), ..self }
    }

    /// To another path.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends it, to tell what came of it.
    #[must_use]
    pub fn outcome(&self) -> Told {
        Told::of(self.send().map(|Answer { status, body, .. }| format!("{status} {}", String::from_utf8_lossy(&body))))
    }

    /// Sends it, and reads the whole answer.
    ///
    /// # Errors
    /// If there is none.
    pub fn send(&self) -> Result<Answer, Refused> {
        let response = wait(&self.start()?)?;
        let (status, headers) = (response.status(), response.headers().entries());
        let mut body = Vec::new();
        read(&response, |bytes| body.extend_from_slice(bytes))?;
        Ok(Answer { status, headers, body })
    }

    /// Sends it, and reads the answer without keeping it, to tell how long it was.
    #[must_use]
    pub fn drained(&self) -> Told {
        let drain = || {
            let mut count = 0;
            read(&wait(&self.start()?)?, |bytes| count += bytes.len() as u64)?;
            Ok(format!("{count} bytes"))
        };
        Told::of(drain())
    }

    /// Sends it, and tells how long each part of the answer's body was that could be read at once.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn parts(&self) -> Result<Vec<usize>, Refused> {
        let mut parts = Vec::new();
        read(&wait(&self.start()?)?, |bytes| parts.push(bytes.len()))?;
        Ok(parts)
    }

    /// Sends it, shows the head of the answer, and gives the body in the parts in which it could be read.
    ///
    /// # Errors
    /// If there is no answer, or not all of it.
    pub fn each(&self, head: impl FnOnce(u16, &[(String, Vec<u8>)])) -> Result<Vec<Vec<u8>>, Refused> {
        let response = wait(&self.start()?)?;
        head(response.status(), &response.headers().entries());
        let mut parts = Vec::new();
        read(&response, |bytes| parts.push(bytes.to_vec()))?;
        Ok(parts)
    }

    /// Sends it, and waits for nothing.
    ///
    /// # Errors
    /// If it can't be made or is refused at once.
    pub fn start(&self) -> Result<FutureIncomingResponse, Refused> {
        let (pending, body) = self.open()?;
        if let Some(body) = body {
            let stream = body.write().map_err(|()| Refused::Part("body"))?;
            for chunk in self.body.chunks(4096) {
                stream.blocking_write_and_flush(chunk).map_err(|error| Refused::Body(words(&error)))?;
            }
            drop(stream);
            OutgoingBody::finish(body, None).map_err(Refused::Failed)?;
        }
        Ok(pending)
    }

    /// Sends all but its body, if it has one.
    ///
    /// # Errors
    /// If it can't be made or is refused at once.
    pub fn open(&self) -> Result<(FutureIncomingResponse, Option<OutgoingBody>), Refused> {
        let headers = Fields::from_list(&self.headers).map_err(Refused::Header)?;
        let request = OutgoingRequest::new(headers);
        let method = match self.method {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            other => Method::Other(other.into()),
        };
        let scheme = match &*self.scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => Scheme::Other(other.into()),
        };
        request.set_method(&method).map_err(|()| Refused::Part("method"))?;
        request.set_scheme(Some(&scheme)).map_err(|()| Refused::Part("scheme"))?;
        request.set_authority(Some(&self.authority)).map_err(|()| Refused::Part("authority"))?;
        request.set_path_with_query(Some(&self.path)).map_err(|()| Refused::Part("path"))?;
        let body = (!self.body.is_empty()).then(|| request.body().map_err(|()| Refused::Part("body"))).transpose()?;
        Ok((outgoing_handler::handle(request, None).map_err(Refused::Failed)?, body))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(error) => write!(f, "header: {error:?}"),
            Self::Part(part) => write!(f, "{part} can't be set"),
            Self::Failed(code) => write!(f, "{code:?}"),
            Self::Body(why) => write!(f, "body: {why}"),
        }
    }
}

impl Told {
    /// What there is to tell of an answer, or why there is none.
    #[must_use]
    pub fn of(result: Result<String, Refused>) -> Self {
        Self { before: String::new(), result }
    }

    /// The same, after what came of something else.
    #[must_use]
    pub fn after(self, before: &impl ToString) -> Self {
        Self { before: before.to_string() + "\n", ..self }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.before)?;
        match &self.result {
            Ok(told) => write!(f, "let through: {told}"),
            Err(refused) => write!(f, "refused: {refused}"),
        }
    }
}

impl Report for Told {
    /// A request that could not even be made is told as a text. Every other failure is an error, so that the host can
    /// say what it knows of it.
    fn report(self) -> Result<Outcome, Error> {
        let words = self.to_string();
        match self.result {
            Err(Refused::Failed(ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited)) => {
                Err(Error::Denied(words))
            }
            Err(Refused::Failed(_) | Refused::Body(_)) => Err(Error::Network(words)),
            Ok(_) | Err(Refused::Header(_) | Refused::Part(_)) => words.report(),
        }
    }
}

fn wait(pending: &FutureIncomingResponse) -> Result<IncomingResponse, Refused> {
    pending.subscribe().block();
    match pending.get() {
        Some(Ok(answer)) => answer.map_err(Refused::Failed),
        _ => Err(Refused::Part("answer")),
    }
}

fn read(response: &IncomingResponse, mut each: impl FnMut(&[u8])) -> Result<(), Refused> {
    let body: IncomingBody = response.consume().map_err(|()| Refused::Part("answer"))?;
    let stream: InputStream = body.stream().map_err(|()| Refused::Part("answer"))?;
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(bytes) => each(&bytes),
            Err(StreamError::Closed) => return Ok(()),
            Err(error) => return Err(Refused::Body(words(&error))),
        }
    }
}

fn words(error: &StreamError) -> String {
    match error {
        StreamError::Closed => "closed".into(),
        StreamError::LastOperationFailed(error) => error.to_debug_string(),
    }
}

/// A parameter; empty when it is not configured.
#[must_use]
pub fn config(parameter: &str) -> String {
    store::get(parameter).ok().flatten().unwrap_or_default()
}

/// The header with a credential.
#[must_use]
pub fn bearer(parameter: &str) -> Vec<u8> {
    format!("Bearer {}", config(parameter)).into_bytes()
}

/// Scheme and authority of the server that is configured.
#[must_use]
pub fn origin() -> (String, String) {
    let url = config("url");
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
    (scheme.into(), rest.split('/').next().unwrap_or_default().into())
}

/// Host and port of the server that is configured.
#[must_use]
pub fn authority() -> String {
    origin().1
}

/// The port of the server that is configured, 80 if it says none.
#[must_use]
pub fn port() -> String {
    authority().rsplit_once(':').map_or_else(|| "80".into(), |(_, port)| port.into())
}
