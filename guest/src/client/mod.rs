//! A small typed client of Mattermost's API v4.

pub mod account;
mod after;
mod case;
mod code;
pub mod endpoint;
pub mod error;
pub mod error_ids;
mod exchange;
mod gateway;
pub mod id;
pub mod json;
pub mod model;
pub mod name;
mod pace;
pub mod page;
pub mod reactor;
pub mod refusals;
pub mod reply;
pub mod retry;
mod things;
mod url;

use crate::config;
use crate::manifest::Command;
use endpoint::Endpoint;
use error::{Error, Place, UNSURE};
use error_ids::POST_PENDING;
use exchange::{Body, Incoming, Outgoing, Unanswered, exchange};
use json::Json;
use model::Mismatch;
use pace::Pace;
use reply::Reply;
use retry::{History, Outcome, Reach, Repeat};
use serde_json::Value;
use url::Base;
use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::http::types::ErrorCode;
use wasip2::io::streams::InputStream;

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
    pace: Pace,
    /// Whether nothing depends on its answers.
    hasty: bool,
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
            pace: Pace::until(now() + config::patience()),
            hasty: false,
        })
    }

    /// The same for a request that nothing depends on: it waits for nobody.
    pub fn hasty(self) -> Self {
        Self { pace: Pace::until(0), hasty: true, ..self }
    }

    /// Asks for something and reads it.
    pub async fn get<T>(
        &self,
        endpoint: &Endpoint,
        segments: &[&str],
        query: &[(&str, &str)],
        read: impl Fn(&Json<'_>) -> Result<T, Mismatch>,
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
        read: impl Fn(&Json<'_>) -> Result<T, Mismatch>,
    ) -> Result<T, Error> {
        let reply = self.send(endpoint, segments, &[], Some(body)).await?;
        self.read(reply, read)
    }

    /// Reads an answer.
    pub fn read<T>(&self, reply: Reply, read: impl Fn(&Json<'_>) -> Result<T, Mismatch>) -> Result<T, Error> {
        let body = reply.json(self.place)?;
        read(&body).map_err(|mismatch| reply.unexpected(&format!("{}: {mismatch}", reply.title())))
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

    /// Asks for something by its id if that is what was given for its name, and by its name if it has no such id.
    pub async fn find(
        &self,
        by_name: &Endpoint,
        segments: &[&str],
        query: &[(&str, &str)],
        by_id: &Endpoint,
        name: &str,
    ) -> Result<Reply, Error> {
        if id::is_id(name) {
            let reply = self.send(by_id, &[name], &[], None).await?;
            // What may not be seen is there all the same.
            if !matches!(reply.status, 400 | 404) {
                return Ok(reply);
            }
        }
        self.send(by_name, segments, query, None).await
    }

    /// Waits until a request whose body can't be sent again may be made anew after an answer, if there is sense in it:
    /// the server was too busy to take it. `attempts` is how often it was made.
    pub async fn wait_after(&self, reply: &Reply, attempts: u32) -> bool {
        // Something of the call was answered: who limits the rate will take this, too.
        let attempts = if self.pace.progress() > 0 { attempts.min(2) } else { attempts };
        let history = History { attempts, exposed: None, left: self.pace.left(now()) };
        let outcome = Outcome::Answer(reply.status, reply.retry_after);
        let Some(wait) = retry::again(Repeat::Once, outcome, history) else { return false };
        pause(wait).await;
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
        let (mut attempts, mut progress) = (0, self.pace.progress());
        // When the first attempt left that the server may have done.
        let mut exposed = None;
        loop {
            pause(self.pace.turn(now())).await;
            let left = now();
            let outgoing = Outgoing {
                method: endpoint.method,
                base: &self.base,
                path: &path,
                token: &self.token,
                body: body(),
                hasty: self.hasty,
            };
            let result = exchange(outgoing).await;
            let outcome = outcome(&result);
            let repeated = exposed.is_some();
            if !outcome.is_undone() {
                exposed.get_or_insert(left);
            }
            self.pace(outcome, left);
            // Where others are answered, this one only has to wait its turn: a limit of the rate says so itself, and
            // who is too busy may mean one.
            let gets_on = match outcome {
                Outcome::Answer(429, _) => self.pace.progress() > 0,
                Outcome::Answer(503, _) => self.pace.progress() != progress,
                _ => false,
            };
            attempts = if gets_on { 1 } else { attempts + 1 };
            progress = self.pace.progress();
            // Where some were answered and this one was not yet between two of its refusals, the others may be answered next.
            let spared = matches!(outcome, Outcome::Answer(503, _)) && progress > 0 && attempts > 1;
            let history = History {
                attempts: attempts - u32::from(spared),
                exposed: exposed.map(|since| now().saturating_sub(since)),
                left: self.pace.left(now()),
            };
            if let Some(wait) = retry::again(repeat, outcome, history) {
                pause(wait).await;
                continue;
            }
            return match result {
                Ok(incoming) => Ok(reply(request, endpoint, repeated, incoming)),
                Err(why) => Err(self.failed(&request, endpoint, why, exposed.is_some())),
            };
        }
    }

    /// Lets the other requests of the call know what came of one that left at `left`.
    fn pace(&self, outcome: Outcome, left: u64) {
        match outcome {
            Outcome::Answer(429 | 503, wait) => {
                self.pace.refused(left, now(), wait.map(|wait| u64::from(wait) * 1000));
            }
            Outcome::Answer(..) => self.pace.answered(),
            Outcome::Failure(_) => {}
        }
    }

    /// The error of a request that was not answered; `exposed` says that the server may have had it.
    fn failed(&self, request: &str, endpoint: &Endpoint, why: Unanswered, exposed: bool) -> Error {
        match why {
            Unanswered::Http(ErrorCode::HttpRequestDenied) => {
                Error::Denied(format!("the host does not allow {request}"))
            }
            Unanswered::Http(ErrorCode::DestinationIpProhibited) => {
                Error::Denied(format!("the host does not allow requests to the address of {}", self.base))
            }
            Unanswered::Http(code) => {
                let mut text = format!("{request} at {}: {}", self.base, code::words(&code));
                if endpoint.path == endpoint::FILES.path && retry::reach(&code) == Reach::Broken {
                    text.push_str(". If that happens with large files alone, a proxy before the server limits the size of a request: ask whoever runs it to raise that (nginx: client_max_body_size)");
                }
                if exposed && endpoint.method != endpoint::Method::Get {
                    text = format!("{text}. {}", UNSURE.trim_end_matches('.'));
                }
                Error::Network(text)
            }
            Unanswered::Host => Error::Network(format!("{request} at {}: the host can't make the request", self.base)),
            Unanswered::Token => error::configuration(
                self.place.credential.parameter(),
                "has a character in it that can't stand in a header",
                "the token as Mattermost showed it",
            ),
            Unanswered::Url => error::configuration(
                config::URL,
                "can't be asked by this host",
                "the server's base URL, such as https://chat.example.org",
            ),
            Unanswered::Source(reason) => error::argument("entry_id", reason, "a file that can be read to its end"),
        }
    }
}

/// Now, in milliseconds.
fn now() -> u64 {
    monotonic_clock::now() / MILLISECOND
}

/// Waits so many milliseconds.
async fn pause(wait: u64) {
    if wait > 0 {
        reactor::wait(monotonic_clock::subscribe_duration(wait * MILLISECOND)).await;
    }
}

fn outcome(result: &Result<Incoming, Unanswered>) -> Outcome {
    match result {
        // The first try of this very post is still being worked on.
        Ok(incoming) if incoming.status == 500 && is_pending(incoming) => Outcome::Answer(504, None),
        Ok(incoming) => Outcome::Answer(incoming.status, retry_after(incoming)),
        Err(Unanswered::Http(code)) => Outcome::Failure(retry::reach(code)),
        Err(_) => Outcome::Failure(Reach::Refused),
    }
}

fn is_pending(incoming: &Incoming) -> bool {
    json::parse(&incoming.body).is_ok_and(|body| json::field(&body, "id").as_str() == Some(POST_PENDING))
}

fn retry_after(incoming: &Incoming) -> Option<u32> {
    let headers = ["retry-after", "ratelimit-reset", "x-ratelimit-reset"].map(|name| incoming.header(name));
    after::seconds(headers, incoming.header("date"), || wall_clock::now().seconds)
}

/// Who gave an answer that is no JSON.
fn gateway_of(incoming: &Incoming) -> Option<gateway::Gateway> {
    match incoming.body.first() {
        Some(b'{' | b'[') => None,
        None if incoming.status < 300 => None,
        _ => gateway::of(incoming),
    }
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
        gateway: gateway_of(&incoming),
        body: incoming.body,
    }
}
