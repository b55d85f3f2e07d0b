//! One request and its answer, over `wasi:http`.

use super::endpoint::Method;
use super::reactor::wait;
use super::url::Base;
use futures_util::future::{Either, select};
use std::pin::pin;
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{
    self as http, ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, OutgoingBody, OutgoingRequest,
    RequestOptions, Scheme,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

/// For how long a hasty request waits, in nanoseconds: for the answer to begin, and between two parts of it.
const HASTE: u64 = 3_000_000_000;
/// How much of a body is read or written at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// What a request carries.
pub enum Body<'a> {
    /// Nothing.
    Empty,
    /// JSON.
    Json(&'a [u8]),
    /// The bytes of a stream, which go from the platform to the server without entering this component.
    Stream(&'a InputStream, u64),
}

/// A request.
pub struct Outgoing<'a> {
    /// The method.
    pub method: Method,
    /// The server.
    pub base: &'a Base,
    /// Path and query below the base URL, encoded.
    pub path: &'a str,
    /// The value of the credential.
    pub token: &'a str,
    /// What it carries.
    pub body: Body<'a>,
    /// Whether nothing depends on the answer: it is soon there, or not needed.
    pub hasty: bool,
}

/// An answer, as it came.
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The headers that matter here, by their name in lower case.
    headers: Vec<(&'static str, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// What an answer is.
const CONTENT_TYPE: &str = "content-type";
/// The headers that are read of an answer that is not plainly Mattermost's: where to, when again, and who gave it.
const OTHERS: [&str; 16] = [
    "location",
    "date",
    "retry-after",
    "ratelimit-reset",
    "x-ratelimit-reset",
    "server",
    "cf-ray",
    "cf-mitigated",
    "x-amzn-waf-action",
    "x-amz-cf-id",
    "x-azure-ref",
    "x-iinfo",
    "x-squid-error",
    "x-akamai-request-id",
    "x-served-by",
    "x-request-id",
];

impl Incoming {
    /// The first value of a header that is read.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| *known == name)?;
        Some(value)
    }
}

/// Why there is no answer.
pub enum Unanswered {
    /// The host says so.
    Http(ErrorCode),
    /// The host can't make the request.
    Host,
    /// The credential can't stand in a header.
    Token,
    /// The base URL can't be asked.
    Url,
    /// The stream that the request was to carry.
    Source(String),
}

impl From<ErrorCode> for Unanswered {
    fn from(code: ErrorCode) -> Self {
        Self::Http(code)
    }
}

/// Sends a request and reads the answer to its end.
pub async fn exchange(outgoing: Outgoing<'_>) -> Result<Incoming, Unanswered> {
    let request = OutgoingRequest::new(headers(&outgoing)?);
    address(&request, &outgoing).map_err(|()| Unanswered::Url)?;
    let body = match outgoing.body {
        Body::Empty => None,
        Body::Json(_) | Body::Stream(..) => Some(request.body().map_err(|()| Unanswered::Host)?),
    };
    // Before the body is written: the host holds no more than a part of it until it sends.
    let options = outgoing.hasty.then(|| {
        let options = RequestOptions::new();
        // A host that knows no such times has its own.
        let _ = options.set_first_byte_timeout(Some(HASTE));
        let _ = options.set_between_bytes_timeout(Some(HASTE));
        options
    });
    let pending = handle(request, options)?;
    let Some(body) = body else {
        return read(response(&pending).await?).await;
    };
    let stream = body.write().map_err(|()| internal("body"))?;
    // The other one ends here, and what it waits for: before the stream that this belongs to.
    let first = match select(pin!(write(&stream, &outgoing.body)), pin!(response(&pending))).await {
        Either::Left((written, _)) => Either::Left(written),
        Either::Right((response, _)) => Either::Right(response),
    };
    match first {
        Either::Left(Ok(())) => {
            drop(stream);
            // When the body's end is refused, the answer says more about it than the refusal, if there is one.
            let finished = OutgoingBody::finish(body, None);
            match response(&pending).await {
                Ok(response) => read(response).await,
                Err(code) => Err(finished.err().unwrap_or(code).into()),
            }
        }
        Either::Left(Err(Unwritten::Source(reason))) => Err(Unanswered::Source(reason)),
        Either::Left(Err(Unwritten::Sink)) => read(response(&pending).await?).await,
        // The server has answered before it had everything: it refuses. The rest need not be sent.
        Either::Right(response) => read(response?).await,
    }
}

fn internal(what: &str) -> Unanswered {
    Unanswered::Http(ErrorCode::InternalError(Some(format!("the host gave no {what}"))))
}

fn headers(outgoing: &Outgoing<'_>) -> Result<Fields, Unanswered> {
    let mut entries = vec![
        ("accept".to_string(), b"application/json".to_vec()),
        ("authorization".to_string(), format!("Bearer {}", outgoing.token).into_bytes()),
    ];
    let (kind, length) = match outgoing.body {
        Body::Empty => return Fields::from_list(&entries).map_err(|_| Unanswered::Token),
        Body::Json(bytes) => ("application/json", bytes.len() as u64),
        Body::Stream(_, length) => ("application/octet-stream", length),
    };
    entries.push(("content-type".into(), kind.into()));
    entries.push(("content-length".into(), length.to_string().into_bytes()));
    Fields::from_list(&entries).map_err(|_| Unanswered::Token)
}

fn address(request: &OutgoingRequest, outgoing: &Outgoing<'_>) -> Result<(), ()> {
    request.set_method(&match outgoing.method {
        Method::Get => http::Method::Get,
        Method::Post => http::Method::Post,
        Method::Put => http::Method::Put,
        Method::Delete => http::Method::Delete,
    })?;
    let base = outgoing.base;
    let scheme = if base.secure { Scheme::Https } else { Scheme::Http };
    request.set_scheme(Some(&scheme))?;
    request.set_authority(Some(&base.authority))?;
    request.set_path_with_query(Some(&format!("{}{}", base.prefix, outgoing.path)))
}

/// Why a body was not written to its end.
enum Unwritten {
    /// The request takes no more: the answer, or what `wasi:http` says instead of one, has the reason.
    Sink,
    /// The stream that is sent has failed.
    Source(String),
}

async fn write(stream: &OutputStream, body: &Body<'_>) -> Result<(), Unwritten> {
    match body {
        Body::Empty => {}
        Body::Json(bytes) => {
            let mut rest = *bytes;
            while !rest.is_empty() {
                let permit = usize::try_from(permit(stream).await?).unwrap_or(CHUNK);
                let (now, later) = rest.split_at(permit.min(rest.len()).min(CHUNK));
                stream.write(now).map_err(|_| Unwritten::Sink)?;
                rest = later;
            }
        }
        Body::Stream(source, size) => splice(stream, source, *size).await?,
    }
    stream.flush().map_err(|_| Unwritten::Sink)?;
    permit(stream).await.map(|_| ())
}

/// Waits until the stream takes bytes: how many.
async fn permit(stream: &OutputStream) -> Result<u64, Unwritten> {
    loop {
        match stream.check_write() {
            Ok(0) => wait(stream.subscribe()).await,
            Ok(permit) => return Ok(permit),
            Err(_) => return Err(Unwritten::Sink),
        }
    }
}

async fn splice(stream: &OutputStream, source: &InputStream, size: u64) -> Result<(), Unwritten> {
    let mut sent = 0;
    while sent < size {
        let permit = permit(stream).await?;
        match stream.splice(source, permit.min(size - sent)) {
            Ok(0) => wait(source.subscribe()).await,
            Ok(bytes) => sent += bytes,
            // Either end may have failed; the sink knows of itself.
            Err(_) if stream.check_write().is_err() => return Err(Unwritten::Sink),
            Err(StreamError::Closed) => {
                let reason = format!("ends after {sent} of {size} bytes");
                return Err(Unwritten::Source(reason));
            }
            Err(StreamError::LastOperationFailed(error)) => {
                let reason = format!("can't be read after {sent} of {size} bytes: {}", error.to_debug_string());
                return Err(Unwritten::Source(reason));
            }
        }
    }
    Ok(())
}

async fn response(pending: &FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    loop {
        match pending.get() {
            Some(Ok(response)) => return response,
            Some(Err(())) => {
                let reason = "the host gave the answer away".to_string();
                return Err(ErrorCode::InternalError(Some(reason)));
            }
            None => wait(pending.subscribe()).await,
        }
    }
}

async fn read(response: IncomingResponse) -> Result<Incoming, Unanswered> {
    let status = response.status();
    let headers = {
        let fields = response.headers();
        let first = |name: &'static str| {
            let value = fields.get(name).into_iter().next()?;
            Some((name, String::from_utf8_lossy(&value).into_owned()))
        };
        let mut headers: Vec<_> = first(CONTENT_TYPE).into_iter().collect();
        let is_plain =
            (200..300).contains(&status) && headers.iter().any(|(_, kind)| kind.starts_with("application/json"));
        // Each is a call of the host's, and nearly all answers are the server's own.
        if !is_plain {
            headers.extend(OTHERS.into_iter().filter_map(first));
        }
        headers
    };
    let incoming = response.consume().map_err(|()| internal("answer"))?;
    let stream = incoming.stream().map_err(|()| internal("answer"))?;
    let mut body = Vec::new();
    loop {
        match stream.read(CHUNK as u64) {
            Ok(bytes) if bytes.is_empty() => wait(stream.subscribe()).await,
            Ok(bytes) => body.extend_from_slice(&bytes),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(error)) => {
                let code = http::http_error_code(&error);
                return Err(code.unwrap_or(ErrorCode::HttpResponseIncomplete).into());
            }
        }
    }
    Ok(Incoming { status, headers, body })
}
