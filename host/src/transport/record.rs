use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::coding;
use super::collect::{Line, collect, full};
use super::{Answering, BODY_LIMIT, Body, BodyOf, Transport, TransportError};
use crate::credentials::Secret;
use crate::recording::{Answer, Exchange, Recording, Redactor, Request, Secrets};
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;
use jiff::Timestamp;

/// Passes requests on to another transport and keeps what was asked and answered.
///
/// Bodies are read whole before they are passed on. A request that fails leaves nothing in the
/// recording.
#[derive(Clone)]
pub struct Record {
    inner: Arc<dyn Transport>,
    redactor: Arc<Redactor>,
    limit: u64,
    /// In the order of asking; nothing for what isn't answered.
    kept: Arc<Mutex<Vec<Option<Exchange>>>>,
}

impl Record {
    /// Records what passes to `inner`. None of the `secrets` will be in the recording.
    pub fn new(inner: Arc<dyn Transport>, secrets: Secrets) -> Record {
        Record { inner, redactor: Arc::new(Redactor::new(secrets)), limit: BODY_LIMIT, kept: Arc::default() }
    }

    /// The same with another limit for each body, in bytes.
    pub fn with_body_limit(self, limit: u64) -> Record {
        Record { limit, ..self }
    }

    /// What was kept until now, without credentials.
    pub fn recording(&self) -> Recording {
        let exchanges = self.kept().iter().flatten().cloned().collect();
        Recording { exchanges }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Option<Exchange>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(self, request: http::Request<Body>) -> Result<http::Response<Body>, TransportError> {
        let (mut parts, body) = request.into_parts();
        let line = Line::of(&parts, &self.redactor);
        let body = collect(body, BodyOf::Request, self.limit, &line).await?;
        parts.headers.remove(ACCEPT_ENCODING);
        let asked = Request::of(&parts, body.clone());
        // A recording holds no coded bodies: secrets could not be found in them.
        parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let place = {
            let mut kept = self.kept();
            kept.push(None);
            kept.len() - 1
        };

        let (started, clock) = (Timestamp::now(), Instant::now());
        let sent = http::Request::from_parts(parts, full(body));
        let (parts, body) = self.inner.send(sent).await?.into_parts();
        if coding::left(&parts.headers).is_some() {
            // Nothing of it is kept, and whoever asked will refuse it.
            return Ok(http::Response::from_parts(parts, body));
        }
        let body = collect(body, BodyOf::Answer, self.limit, &line).await?;
        let exchange = self.redactor.exchange(&Exchange {
            started,
            time: (clock.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
            comment: None,
            request: asked,
            answer: Answer::of(&parts, body.clone()),
        });
        if let Some(slot) = self.kept().get_mut(place) {
            *slot = Some(exchange);
        }
        Ok(http::Response::from_parts(parts, full(body)))
    }
}

impl Transport for Record {
    fn send(&self, request: http::Request<Body>) -> Answering {
        Box::pin(self.clone().pass(request))
    }

    fn virtual_time(&self) -> bool {
        self.inner.virtual_time()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.inner.secrets()
    }
}
