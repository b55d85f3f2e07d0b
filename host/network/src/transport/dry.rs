use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Method;
use http::header::AUTHORIZATION;

use super::collect::{Line, Room, collect};
use super::{Answering, BODY_LIMIT, BodyOf, Outbound, Rehearse, Source, Transport, TransportError};
use crate::cover::Redactor;
use soar_contract::secret::Secret;

/// Sends what only reads, through another transport, and nothing that changes anything: that is kept to be looked at, and
/// answered from a recording where one fits. Where none does the call ends there: what follows depends on the answer.
#[derive(Clone)]
pub struct Dry {
    reads: Arc<dyn Transport>,
    writes: Option<Rehearse>,
    planned: Arc<Mutex<Vec<Planned>>>,
    secrets: Arc<BTreeMap<String, Secret>>,
    room: Room,
}

/// A request of a call that was not sent as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The method.
    pub method: String,
    /// The URL, without user information.
    pub url: String,
    /// The body, with whatever the component put there; empty if there is none. One that was sent is not kept.
    pub body: Bytes,
    /// The parameter whose credential it has; none if it has none.
    pub credential: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was sent: it only reads.
    Sent,
    /// It was not sent, and answered from a recording.
    Rehearsed,
    /// It was not sent, and has no answer: the call ends with it.
    Held,
}

impl Dry {
    /// Sends reads through `reads`; what changes something is answered by `writes`. The instance's `secrets` tell whose
    /// credential a request has.
    pub fn new(reads: Arc<dyn Transport>, writes: Option<Rehearse>, secrets: &BTreeMap<String, Secret>) -> Dry {
        let secrets = Arc::new(secrets.clone());
        Dry { reads, writes, planned: Arc::default(), secrets, room: Room::new(2 * BODY_LIMIT) }
    }

    /// The parameter whose credential is in these headers.
    fn credential(&self, headers: &http::HeaderMap) -> Option<String> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let is_its = |(_, secret): &(&String, &Secret)| {
            !secret.expose().is_empty() && value.split(' ').next_back() == Some(secret.expose())
        };
        self.secrets.iter().find(is_its).map(|(name, _)| name.clone())
    }

    /// The requests so far, in the order in which they were made.
    #[must_use]
    pub fn planned(&self) -> Vec<Planned> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn plan(&self, line: &Line, credential: Option<String>, body: Bytes, fate: Fate) {
        let planned = Planned { method: line.method.clone(), url: line.url.clone(), body, credential, fate };
        self.planned.lock().unwrap_or_else(PoisonError::into_inner).push(planned);
    }
}

impl Transport for Dry {
    fn send(&self, outbound: Outbound) -> Answering {
        let request = &outbound.request;
        let url =
            Line { method: request.method().to_string(), url: Redactor::default().url(&request.uri().to_string()) };
        let credential = self.credential(request.headers());
        if [Method::GET, Method::HEAD].contains(request.method()) {
            self.plan(&url, credential, Bytes::new(), Fate::Sent);
            return self.reads.send(outbound);
        }
        let dry = self.clone();
        Box::pin(async move {
            let (parts, body) = outbound.request.into_parts();
            let (body, _held) = collect(body, BodyOf::Request, BODY_LIMIT, &dry.room, &url).await?;
            if let Some(writes) = &dry.writes {
                let request = http::Request::from_parts(parts, body.clone().into());
                let answer = writes.send(Outbound { request, ..outbound }).await;
                if let Ok(answer) = answer {
                    dry.plan(&url, credential, body, Fate::Rehearsed);
                    return Ok(answer);
                }
            }
            dry.plan(&url, credential, body, Fate::Held);
            let words = format!("{} {}: it was not sent, and what follows depends on its answer", url.method, url.url);
            Err(TransportError::Refused(words))
        })
    }

    fn secrets(&self) -> Vec<Secret> {
        self.reads.secrets()
    }

    fn told(&self, origin: &http::Uri) -> Vec<Secret> {
        self.reads.told(origin)
    }

    fn source(&self) -> Source {
        Source::DryRun
    }
}
