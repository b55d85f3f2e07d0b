//! The bodies of a request and of its answer on their way through the gate: counted, watched, ended.

use crate::body::Body;
use crate::cover::Covering;
use crate::credentials::Watch;
use crate::headers;
use crate::net_error::{NetError, NetErrorKind};
use crate::observer::Observer;
use crate::trail::{Ending, Fault, MOST, Place, Step, Stop, Trail};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use soar_contract::limits::{Exceeded, Limit, Limits};
use soar_contract::text;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::OwnedSemaphorePermit;

type Polled = Poll<Option<Result<Frame<Bytes>, NetError>>>;

/// A request's body.
pub(super) struct UploadBody<B> {
    pub(super) body: B,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) step: Arc<Step>,
    /// Looks for placeholders, where that is recorded.
    pub(super) watch: Option<Watch>,
    pub(super) trail: Trail,
}

impl<B: HttpBody<Data = Bytes, Error = NetError> + Unpin> HttpBody for UploadBody<B> {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                self.passes(frame);
                if frame.is_trailers() {
                    // No server needs them, and no limit and no policy looks at them.
                    return Poll::Ready(Some(Err(NetErrorKind::HttpRequestTrailerSectionSize(Some(0)).into())));
                }
            }
            // A component that has stopped takes its end of the body along, which then looks as if it were whole.
            None if self.trail.is_over() => {
                return Poll::Ready(Some(Err(NetErrorKind::InternalError(Some("the call has ended".into())).into())));
            }
            _ => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> UploadBody<B> {
    fn passes(&mut self, frame: &Frame<Bytes>) {
        if let Some(data) = frame.data_ref() {
            let size = data.len() as u64;
            self.observer.sent(size);
            self.step.sent(size);
            if self.watch.as_mut().is_some_and(|watch| watch.sees(data)) {
                self.step.found_placeholder(Place::Body);
                self.watch = None;
            }
        }
        if let (Some(trailers), Some(watch)) = (frame.trailers_ref(), &mut self.watch)
            && trailers.iter().any(|(name, value)| watch.sees(name.as_str().as_bytes()) || watch.sees(value.as_bytes()))
        {
            self.step.found_placeholder(Place::Header);
        }
    }
}

/// An answer's body, no longer than it may be.
pub(super) struct DownloadBody {
    pub(super) body: Body,
    pub(super) limits: Arc<Limits>,
    pub(super) trail: Trail,
    pub(super) redactor: Covering,
    pub(super) ending: Ending,
    /// Its request's turn.
    pub(super) turn: Option<OwnedSemaphorePermit>,
}

impl DownloadBody {
    /// The limit that a part goes over, if it does.
    fn over(&self, frame: &Frame<Bytes>) -> Option<(Exceeded, NetErrorKind)> {
        let size = frame.data_ref().map_or(0, Bytes::len) as u64;
        let allowed = self.limits.number(Limit::ResponseBody);
        if self.ending.0.received(size) > allowed {
            let exceeded = self.limits.over(Limit::ResponseBody);
            return Some((exceeded, NetErrorKind::HttpResponseBodySize(Some(allowed))));
        }
        let exceeded = headers::over(frame.trailers_ref()?, &self.limits)?;
        Some((exceeded, NetErrorKind::HttpResponseTrailerSectionSize))
    }

    /// Notes for people why not all of it came; the component is told less.
    fn failed(&self, why: &str) {
        let step = &self.ending.0;
        step.failed(why);
        let (method, path) = step.line();
        let why = self.redactor.sentence(why);
        let why = text::cut(&why, MOST);
        self.trail.fault(Fault::Failed(format!("{method} {path}: {why}")));
    }

    fn end(&mut self) {
        self.ending.0.end();
        self.turn = None;
    }
}

/// What happened to the body of an answer, for people.
fn said(error: &NetError) -> Cow<'_, str> {
    match &error.kind {
        NetErrorKind::ConnectionReadTimeout => "the answer stopped coming: no more of it came in time".into(),
        NetErrorKind::ConnectionTerminated | NetErrorKind::HttpResponseIncomplete => {
            "the connection was closed in the middle of the answer".into()
        }
        NetErrorKind::HttpResponseContentCoding(Some(what)) => format!(
            "the answer is packed in a way that can't be undone, or was not asked for ({what}); expected gzip or none"
        )
        .into(),
        NetErrorKind::InternalError(Some(what)) => what.into(),
        _ => error.message.as_str().into(),
    }
}

impl HttpBody for DownloadBody {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(part)) => {
                if let Some((exceeded, error)) = self.over(part) {
                    self.ending.0.failed(&exceeded.to_string());
                    // Whatever the component makes of it: it would only ask again.
                    self.trail.stop(Stop::Limit(exceeded));
                    self.end();
                    return Poll::Ready(Some(Err(error.into())));
                }
                // Not everybody asks whether there is more when there can be none.
                if self.body.is_end_stream() {
                    self.end();
                }
            }
            Some(Err(error)) => {
                self.failed(&said(error));
                self.end();
            }
            None => self.end(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Sealed;
    use crate::observer::Nobody;
    use crate::trail::Judged;
    use http_body_util::{BodyExt, StreamBody};
    use soar_contract::audit::Ruling;
    use soar_contract::secret::Secret;
    use std::collections::BTreeMap;

    fn leaving(body: Body, trail: &Trail, watch: Option<Watch>) -> UploadBody<Body> {
        let judged = Judged {
            method: "POST",
            safe: false,
            path: "/",
            url: "",
            decision: Ruling::Allow,
            code: "declared",
            reason: "",
            credential: None,
        };
        let observer = Arc::new(Nobody);
        UploadBody { body, observer, step: trail.begin(judged), watch, trail: trail.clone() }
    }

    #[tokio::test]
    async fn a_body_does_not_end_when_its_call_has() {
        let trail = Trail::new(None);
        assert!(leaving(Body::empty(), &trail, None).frame().await.is_none());
        trail.set_over();
        assert!(leaving(Body::empty(), &trail, None).frame().await.is_some_and(|frame| frame.is_err()));
    }

    #[tokio::test]
    async fn a_placeholder_is_found_in_trailers_too() {
        let secrets = BTreeMap::from([("a".into(), Secret::new("a-token-of-some-length".into()))]);
        let sealed = Sealed::new(&secrets, &Default::default(), &[], &Trail::new(None));
        let placeholder = sealed.placeholders().next().map(|(_, placeholder)| placeholder.to_owned()).unwrap();
        for (name, value) in [("x-token", &*placeholder), (&*placeholder, "x")] {
            let mut trailers = http::HeaderMap::new();
            trailers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
            let frames = [Ok(Frame::trailers(trailers))];
            let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
            let trail = Trail::new(None);
            let mut leaving = leaving(body, &trail, sealed.watch());
            assert!(leaving.frame().await.unwrap().is_err(), "trailers are not sent");
            assert!(leaving.step.has_placeholder(Place::Header), "{name}: {value}");
        }
    }
}
