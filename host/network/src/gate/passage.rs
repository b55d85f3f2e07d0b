//! What becomes of a request on its way out, and of its answer on its way in.

use super::bodies::DownloadBody;
use super::kept;
use crate::body::Body;
use crate::cover::Covering;
use crate::echo::Echoes;
use crate::headers::over;
use crate::net_error::{NetError, NetErrorKind};
use crate::observer::Observer;
use crate::trail::{Ending, Fault, MOST, Stop, Trail};
use crate::transport::doubted::doubted;
use crate::transport::{Inbound, TransportError, coding};
use http::{HeaderMap, Response};
use http_body::Body as _;
use soar_contract::limits::{Limit, Limits};
use soar_contract::text;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// What becomes of a request's answer.
pub(super) struct Passage {
    pub(super) observer: Arc<dyn Observer>,
    pub(super) trail: Trail,
    pub(super) limits: Arc<Limits>,
    pub(super) echoes: Echoes,
    pub(super) redactor: Covering,
    pub(super) ending: Ending,
}

impl Passage {
    /// Records that the request is about to leave, if it still may: much may have happened while it waited for its turn.
    pub(super) fn leaves(&self) -> Result<(), NetError> {
        let may = !self.trail.is_over() && self.trail.stopped().is_none();
        if may && self.ending.0.leaves() {
            return Ok(());
        }
        self.ending.0.failed("it did not leave: the call was over, or had to end");
        Err(NetErrorKind::HttpRequestDenied.into())
    }

    /// The answer as the component gets it. Its turn ends with its body.
    pub(super) fn arrived(
        self,
        answer: Result<Inbound, TransportError>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Response<Body>, NetError> {
        let Inbound { response, peer, received } = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(self.unanswered(error)),
        };
        let step = &self.ending.0;
        let status = response.status().as_u16();
        tracing::debug!(status, "answered");
        self.observer.answered(status);
        step.answered(status, peer);
        self.check_size(response.headers())?;
        if let Some(received) = received {
            step.comes(received);
        }
        if response.body().is_end_stream() {
            step.end();
        } else {
            self.check_coding(response.headers())?;
        }
        let Self { trail, limits, echoes, redactor, ending, .. } = self;
        let (parts, body) = response.into_parts();
        let body = doubted(&parts.headers, body);
        let body = DownloadBody { body, limits, trail, redactor, ending, turn };
        Ok(echoes.cover(Response::from_parts(parts, body)))
    }

    /// Fails if headers are more than they may be.
    fn check_size(&self, headers: &HeaderMap) -> Result<(), NetError> {
        let Some(exceeded) = over(headers, &self.limits) else { return Ok(()) };
        self.ending.0.failed(&exceeded.to_string());
        self.trail.stop(Stop::Limit(exceeded));
        Err(NetErrorKind::HttpResponseHeaderSectionSize.into())
    }

    /// Fails if an answer was packed on its way, and nobody has undone it.
    fn check_coding(&self, headers: &HeaderMap) -> Result<(), NetError> {
        let Some(coding) = coding::transfer(headers) else { return Ok(()) };
        let words = format!(
            "the answer is packed in a way that was not asked for ({}); expected gzip or none",
            kept(&self.redactor, coding.name())
        );
        self.ending.0.failed(&words);
        self.trail.fault(Fault::Failed(words));
        Err(self.echoes.error(coding.error()))
    }

    /// Notes why no answer came, and gives what the component is told of it.
    fn unanswered(&self, error: TransportError) -> NetError {
        // A server's words may be in it, and what a server was sent in those.
        let words = text::cut(&self.redactor.sentence(&error.to_string()), MOST).into_owned();
        tracing::debug!(words, "failed");
        self.ending.0.failed(&words);
        if matches!(&error, TransportError::Failed(error) if error.kind == NetErrorKind::HttpResponseHeaderSectionSize)
        {
            // More than the transport reads, which is more than the limit.
            self.trail.stop(Stop::Limit(self.limits.over(Limit::HeaderBytes)));
        }
        if matches!(error, TransportError::Refused(_)) {
            // Before another request finds that out.
            self.trail.stop(Stop::Refused(words.clone()));
        }
        self.trail.fault(match &error {
            TransportError::Miss(miss) => Fault::Miss(miss.clone()),
            TransportError::TooLong { .. } | TransportError::Full { .. } => Fault::TooLong(words),
            TransportError::Denied(_) => Fault::Denied(words),
            TransportError::Failed(_) | TransportError::Refused(_) => Fault::Failed(words),
        });
        self.echoes.error(error.into())
    }
}
