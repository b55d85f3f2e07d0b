//! A component's outgoing requests: policy, then credential, then transport.

use crate::credentials::Sealed;
use crate::instance::Observer;
use crate::policy::{Decision, Policy};
use crate::transport::{Body, Transport, TransportError, Volatile};
use bytes::Bytes;
use http::{HeaderName, Request, Response, header};
use http_body::{Body as _, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use wasmtime_wasi_http::{DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiHttpHooks};

type Io = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Box<dyn Future<Output = Result<(Response<Body>, Io), Error>> + Send>;

/// Why the host itself stopped a request. The component sees an HTTP error; the caller sees this.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    Denied(String),
    Miss(Box<crate::recording::Miss>),
    TooLong(String),
    Failed(String),
}

/// The faults of one call, in order.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    fn push(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// All of them so far.
    pub(crate) fn take(&self) -> Vec<Fault> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What stands between one call's component and the network.
pub(crate) struct Hooks {
    pub(crate) policy: Policy,
    pub(crate) sealed: Sealed,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) faults: Faults,
}

impl Hooks {
    /// The request as it may leave, or why it may not.
    fn prepare(&self, mut request: Request<Body>) -> Result<Request<Body>, String> {
        let (credentials, volatile) = match self.policy.decide(request.method(), request.uri()) {
            Decision::Allow { credentials, volatile } => (credentials, volatile.clone()),
            Decision::Deny(reason) => return Err(reason),
        };
        if let Some(header) = request.headers().get(header::AUTHORIZATION)
            && let Some(opened) = self.sealed.open(header, &credentials)
        {
            request.headers_mut().insert(header::AUTHORIZATION, opened);
        }
        request.extensions_mut().insert(Volatile(volatile));
        Ok(request)
    }
}

impl WasiHttpHooks for Hooks {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        is_forbidden(name)
    }

    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_forbidden)
    }

    fn send_request(&mut self, request: Request<Body>, _options: Option<RequestOptions>, _io: Io) -> Sent {
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let request = match self.prepare(request) {
            Ok(request) => request,
            Err(reason) => {
                tracing::warn!(%method, path, reason, "request denied");
                self.faults.push(Fault::Denied(format!("{method} {path} is not allowed: {reason}")));
                return Box::new(async { Err(Error::HttpRequestDenied) });
            }
        };
        let size = request.body().size_hint().exact().or_else(|| content_length(&request));
        self.observer.request(method.as_str(), &path, size);
        let observer = self.observer.clone();
        let request = request.map(|body| http_body_util::BodyExt::boxed_unsync(Observed { body, observer }));
        let answer = self.transport.send(request);
        let (observer, faults, echoes) = (self.observer.clone(), self.faults.clone(), self.sealed.echoes().clone());
        Box::new(async move {
            match answer.await {
                Ok(response) => {
                    tracing::debug!(%method, path, status = response.status().as_u16(), "answered");
                    observer.answered(response.status().as_u16());
                    Ok((echoes.cover(response), Box::new(async { Ok(()) }) as Io))
                }
                Err(error) => {
                    match &error {
                        TransportError::Miss(miss) => faults.push(Fault::Miss(miss.clone())),
                        TransportError::Denied(reason) => faults.push(Fault::Denied(reason.clone())),
                        TransportError::TooLong { .. } => faults.push(Fault::TooLong(error.to_string())),
                        other => {
                            tracing::debug!(%method, path, %other, "failed");
                            faults.push(Fault::Failed(other.to_string()));
                        }
                    }
                    Err(error.into())
                }
            }
        })
    }
}

/// A server's cookies are credentials too: what it sets, the component must not read.
fn is_forbidden(name: &HeaderName) -> bool {
    DEFAULT_FORBIDDEN_HEADERS.contains(name) || matches!(name.as_str(), "cookie" | "set-cookie" | "token")
}

fn content_length(request: &Request<Body>) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A request's body that tells the observer what has been sent.
struct Observed {
    body: Body,
    observer: Arc<dyn Observer>,
}

impl http_body::Body for Observed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.observer.sent(data.len() as u64);
        }
        frame
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
    use crate::policy::{Origin, Rules};
    use crate::transport::Live;

    #[test]
    fn the_servers_cookies_and_tokens_are_not_for_the_component() {
        let origin = Origin::parse("https://chat.example.com").unwrap();
        let mut hooks = Hooks {
            policy: Policy::new(origin, Rules::parse(&[]).unwrap()),
            sealed: Sealed::default(),
            transport: Arc::new(Live::new(Default::default()).unwrap()),
            observer: Arc::new(crate::instance::Nobody),
            faults: Faults::default(),
        };
        for (name, forbidden) in
            [("set-cookie", true), ("cookie", true), ("token", true), ("host", true), ("etag", false)]
        {
            assert_eq!(hooks.is_forbidden_header(&HeaderName::from_static(name)), forbidden, "{name}");
        }
    }
}
