//! A small typed client of Mattermost's API v4.

pub mod endpoint;
pub mod error;
pub mod error_ids;
mod exchange;
pub mod id;
pub mod model;
pub mod name;
pub mod page;
pub mod reactor;
pub mod reply;
pub mod retry;
mod things;
mod url;

use crate::bindings::wasi::clocks::monotonic_clock;
use crate::bindings::wasi::http::types::ErrorCode;
use crate::bindings::wasi::io::streams::InputStream;
use crate::config;
use crate::manifest::Command;
use crate::text::Line;
use endpoint::Endpoint;
use error::{Error, Place, UNSURE};
use error_ids::POST_PENDING;
use exchange::{Body, Failure, Incoming, Outgoing, exchange};
use model::Mismatch;
use reply::Reply;
use retry::{History, Outcome, Reach, Repeat};
use serde_json::Value;
use url::Base;

/// Nanoseconds in a millisecond.
const MILLISECOND: u64 = 1_000_000;

/// Whose token goes with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Credential {
    /// The bot's.
    Bot,
    /// The person's, a system administrator's as a rule.
    Personal,
}

impl Credential {
    /// The parameter that has the token.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Bot => config::BOT_ACCESS_TOKEN,
            Self::Personal => config::PERSONAL_ACCESS_TOKEN,
        }
    }
}

/// A server, as one account sees it, for one command.
pub struct Client {
    base: Base,
    /// Never looked into and never shown: it may be a placeholder, or the token itself.
    token: String,
    place: Place,
}

impl Client {
    /// Reads where the server is and the token from the configuration.
    pub fn open(command: &Command, credential: Credential) -> Result<Self, Error> {
        let url = config::required(config::URL)?;
        let base = Base::parse(&url).map_err(|reason| {
            let expected = "the server's base URL, such as https://chat.example.org";
            error::configuration(config::URL, reason, expected)
        })?;
        Ok(Self {
            base,
            token: config::required(credential.parameter())?,
            place: Place { credential, permissions: command.permissions },
        })
    }

    /// Asks for something and reads it.
    pub async fn get<T>(
        &self,
        endpoint: &Endpoint,
        segments: &[&str],
        query: &[(&str, &str)],
        read: impl Fn(&Value) -> Result<T, Mismatch>,
    ) -> Result<T, Error> {
        let reply = self.send(endpoint, segments, query, None).await?;
        self.read(reply, read)
    }

    /// Sends JSON and reads the answer.
    pub async fn put<T>(
        &self,
        endpoint: &Endpoint,
        segments: &[&str],
        body: &Value,
        read: impl Fn(&Value) -> Result<T, Mismatch>,
    ) -> Result<T, Error> {
        let reply = self.send(endpoint, segments, &[], Some(body)).await?;
        self.read(reply, read)
    }

    /// Reads an answer.
    pub fn read<T>(&self, reply: Reply, read: impl Fn(&Value) -> Result<T, Mismatch>) -> Result<T, Error> {
        let answer = self.answer(reply)?;
        read(&answer.json).map_err(|mismatch| answer.unexpected(&mismatch))
    }

    fn answer(&self, reply: Reply) -> Result<Answer, Error> {
        let title = reply.title();
        // An answer that can't be read does not say that nothing was done, unless it says that it failed.
        let unsure = reply.adds && reply.status < 400;
        match reply.json(self.place) {
            Ok(json) => Ok(Answer { json, title, unsure }),
            Err(Error::UnexpectedAnswer(text)) => Err(unexpected(text, unsure)),
            Err(error) => Err(error),
        }
    }

    /// Sends a request, again where that can do no harm, and gives the answer whatever its status.
    pub async fn send(
        &self,
        endpoint: &Endpoint,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, Error> {
        let bytes = body.map(|json| json.to_string().into_bytes());
        let body = || match &bytes {
            Some(bytes) => Body::Json(bytes),
            None => Body::Empty,
        };
        let path = endpoint.fill(segments);
        self.attempt(endpoint, &path, query, body, Repeat::of(endpoint)).await
    }

    /// Waits until a request whose body can't be sent again may be made anew after an answer, if there is sense in it:
    /// the server was too busy to take it.
    pub async fn wait_after(&self, reply: &Reply, history: &mut History) -> bool {
        history.attempts += 1;
        let outcome = Outcome::Answer(reply.status, reply.retry_after);
        let Some(wait) = retry::again(Repeat::Once, outcome, *history) else { return false };
        history.waited += wait;
        reactor::wait(monotonic_clock::subscribe_duration(wait * MILLISECOND)).await;
        true
    }

    /// Sends a stream of so many bytes, once.
    pub async fn upload(
        &self,
        endpoint: &Endpoint,
        query: &[(&str, &str)],
        content: &InputStream,
        size: u64,
    ) -> Result<Reply, Error> {
        let body = || Body::Stream(content, size);
        self.attempt(endpoint, endpoint.path, query, body, Repeat::Never).await
    }

    async fn attempt<'a>(
        &self,
        endpoint: &Endpoint,
        path: &str,
        query: &[(&str, &str)],
        body: impl Fn() -> Body<'a>,
        repeat: Repeat,
    ) -> Result<Reply, Error> {
        let request = format!("{} {path}", endpoint.method.name());
        let path = format!("{path}{}", url::query(query));
        let begun = monotonic_clock::now();
        let mut history = History::default();
        let mut repeated = false;
        loop {
            let outgoing =
                Outgoing { method: endpoint.method, base: &self.base, path: &path, token: &self.token, body: body() };
            let result = exchange(outgoing).await;
            history.attempts += 1;
            history.elapsed = monotonic_clock::now().saturating_sub(begun) / MILLISECOND;
            let outcome = match &result {
                // The first try of this very post is still being worked on.
                Ok(incoming) if incoming.status == 500 && is_pending(incoming) => Outcome::Answer(503, None),
                Ok(incoming) => Outcome::Answer(incoming.status, retry_after(incoming)),
                Err(Failure::Http(code)) => Outcome::Failure(retry::reach(code)),
                Err(_) => Outcome::Failure(Reach::Refused),
            };
            let Some(wait) = retry::again(repeat, outcome, history) else {
                return match result {
                    Ok(incoming) => Ok(reply(request, endpoint, repeated, incoming)),
                    Err(failure) => Err(self.failed(&request, endpoint, failure)),
                };
            };
            // A gateway's 502, 503 and 504 don't say whether the server behind it has done the request.
            repeated |= !matches!(outcome, Outcome::Answer(429, _) | Outcome::Failure(Reach::NotSent));
            history.waited += wait;
            reactor::wait(monotonic_clock::subscribe_duration(wait * MILLISECOND)).await;
        }
    }

    fn failed(&self, request: &str, endpoint: &Endpoint, failure: Failure) -> Error {
        match failure {
            Failure::Http(ErrorCode::HttpRequestDenied) => Error::Denied(format!("the host does not allow {request}")),
            Failure::Http(ErrorCode::DestinationIpProhibited) => {
                Error::Denied(format!("the host does not allow requests to the address of {}", self.base))
            }
            Failure::Http(code) => {
                let unsure = endpoint.method != endpoint::Method::Get
                    && matches!(retry::reach(&code), Reach::Broken | Reach::Lost);
                let advice = if unsure { format!(". {}", UNSURE.trim_end_matches('.')) } else { String::new() };
                let reason = words(&code);
                Error::Network(format!("{request} at {}: {reason}{advice}", self.base))
            }
            Failure::Token => error::configuration(
                self.place.credential.parameter(),
                "has a character in it that can't stand in a header",
                "the token as Mattermost showed it",
            ),
            Failure::Url => error::configuration(
                config::URL,
                "can't be asked by this host",
                "the server's base URL, such as https://chat.example.org",
            ),
            Failure::Source(reason) => error::argument("entry_id", reason, "a file that can be read to its end"),
        }
    }
}

/// The JSON that a request was answered with.
struct Answer {
    json: Value,
    /// The request and the status.
    title: String,
    /// Whether something may have been done though the JSON can't be read.
    unsure: bool,
}

impl Answer {
    fn unexpected(&self, mismatch: &Mismatch) -> Error {
        unexpected(format!("{}: {mismatch}", self.title), self.unsure)
    }
}

fn unexpected(text: String, unsure: bool) -> Error {
    Error::UnexpectedAnswer(if unsure { format!("{}. {UNSURE}", text.trim_end_matches('.')) } else { text })
}

/// What happened to a request, in words.
fn words(code: &ErrorCode) -> String {
    match code {
        ErrorCode::DnsTimeout => "its name could not be looked up in time".into(),
        ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => "its name could not be found".into(),
        ErrorCode::ConnectionRefused => "the connection was refused".into(),
        ErrorCode::ConnectionTerminated => "the connection broke off".into(),
        ErrorCode::ConnectionTimeout => "no connection could be made in time".into(),
        ErrorCode::HttpResponseTimeout => "no answer came in time".into(),
        ErrorCode::ConnectionReadTimeout => "the answer stopped coming: no more of it came in time".into(),
        ErrorCode::HttpResponseIncomplete => "the answer broke off".into(),
        ErrorCode::HttpResponseContentCoding(Some(what)) => {
            format!("the answer is packed in a way that can't be read: {}", Line(what))
        }
        ErrorCode::HttpResponseTransferCoding(Some(what)) => {
            format!("the answer is sent in a way that can't be read: {}", Line(what))
        }
        ErrorCode::HttpProtocolError => "what was answered is not HTTP as it should be".into(),
        ErrorCode::HttpResponseBodySize(_) => "the answer is larger than the host takes".into(),
        ErrorCode::TlsCertificateError => "its certificate is not trusted".into(),
        ErrorCode::TlsProtocolError => "TLS failed: does it speak https?".into(),
        ErrorCode::InternalError(Some(reason)) => Line(reason).to_string(),
        other => Line(&format!("{other:?}")).to_string(),
    }
}

fn is_pending(incoming: &Incoming) -> bool {
    serde_json::from_slice::<Value>(&incoming.body).is_ok_and(|body| body["id"] == POST_PENDING)
}

fn retry_after(incoming: &Incoming) -> Option<u32> {
    ["retry-after", "x-ratelimit-reset"].into_iter().find_map(|name| incoming.header(name)?.trim().parse().ok())
}

fn reply(request: String, endpoint: &Endpoint, repeated: bool, incoming: Incoming) -> Reply {
    Reply {
        request,
        adds: endpoint.method == endpoint::Method::Post,
        status: incoming.status,
        content_type: incoming.header("content-type").unwrap_or_default().into(),
        location: incoming.header("location").filter(|_| incoming.status < 400).map(Into::into),
        retry_after: retry_after(&incoming),
        repeated,
        body: incoming.body,
    }
}
