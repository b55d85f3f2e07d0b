//! The gate between one call's component and the network: what may leave, with which credential, how much of it, and what of
//! the answer comes in.
//!
//! A request comes in as the component made it. `admission` judges it and puts the credential in; then it waits for its
//! turn and goes to the transport. Its answer goes through `passage`, which keeps to the limits and covers what the server
//! repeats of a credential. Both bodies are followed on their way by `bodies`. All of it is noted in the call's trail.

mod admission;
mod bodies;
mod lookup;
mod passage;
#[cfg(test)]
mod tests;

pub use lookup::Lookups;

use crate::address::Private;
use crate::body::Body;
use crate::cover::Covering;
use crate::credentials::Sealed;
use crate::net_error::NetError;
use crate::observer::Observer;
use crate::policy::Policy;
use crate::trail::{Ending, MOST, Step, Trail};
use crate::transport::{Outbound, Timeouts, Transport};
use admission::Admitted;
use bodies::UploadBody;
use bytes::Bytes;
use futures_util::future::Either;
use http::{HeaderMap, Request, Response, header};
use http_body::Body as HttpBody;
use lookup::Lookup;
use passage::Passage;
use soar_contract::limits::Limits;
use soar_contract::text;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

/// What stands between one call's component and the network.
pub struct Gate {
    /// What the command may reach.
    pub policy: Policy,
    /// Its credentials.
    pub sealed: Sealed,
    /// How requests leave.
    pub transport: Arc<dyn Transport>,
    /// Who follows them.
    pub observer: Arc<dyn Observer>,
    /// How much the call may use.
    pub limits: Arc<Limits>,
    /// What the call has done so far.
    pub trail: Trail,
    /// Whether private networks are open to it, whatever the transport was made with.
    pub private: Private,
    /// Takes credentials out of what is kept and said.
    pub redactor: Covering,
    /// One for each request that may be under way at once.
    pub turns: Arc<Semaphore>,
    /// How it learns whose credentials are, or why it does not.
    pub lookups: Result<Lookups, &'static str>,
    /// What it sends is the host's own, and no part of a recording.
    pub aside: bool,
}

impl Gate {
    /// Sends a request, if it may leave. It is under way when this returns, and not only when somebody waits for the answer:
    /// whoever does may be on another thread, which has to wake up first.
    ///
    /// # Errors
    /// The future's error is what the component is told; people find more in the call's trail.
    pub fn send<B>(
        &self,
        request: Request<B>,
        timeouts: Timeouts,
    ) -> impl Future<Output = Result<Response<Body>, NetError>> + Send + use<B>
    where
        B: HttpBody<Data = Bytes, Error = NetError> + Send + Unpin + 'static,
    {
        let (mut parts, body) = request.into_parts();
        let Admitted { step, volatile, credential } = match self.admit(&mut parts) {
            Ok(admitted) => admitted,
            Err(error) => return Either::Left(ready(Err(error))),
        };
        let size = body.size_hint().exact().or_else(|| content_length(&parts.headers));
        let (method, path) = step.line();
        self.observer.request(method, path, size);
        let body = Body::new(UploadBody {
            body,
            observer: self.observer.clone(),
            step: step.clone(),
            watch: if self.trail.is_audited() { self.sealed.watch() } else { None },
            trail: self.trail.clone(),
        });
        let outbound = Outbound {
            request: Request::from_parts(parts, body),
            timeouts,
            volatile,
            below: self.policy.below(),
            private: self.private,
            reached: step.reached(),
            aside: self.aside,
        };
        let lookup = self.lookup(credential.as_deref());
        // Whoever runs it may be outside of the call's span.
        let span = step.span();
        let mut answering = Box::pin(self.pass(outbound, step, lookup).instrument(span));
        // Whoever waits asks again as soon as it has woken up.
        match answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Either::Left(ready(answer)),
            Poll::Pending => Either::Right(answering),
        }
    }

    /// Lets a request pass that was admitted, when it is its turn.
    fn pass(
        &self,
        outbound: Outbound,
        step: Arc<Step>,
        lookup: Option<Result<Lookup, &'static str>>,
    ) -> impl Future<Output = Result<Response<Body>, NetError>> + Send + use<> {
        let passage = Passage {
            observer: self.observer.clone(),
            trail: self.trail.clone(),
            limits: self.limits.clone(),
            echoes: self.sealed.echoes().clone(),
            redactor: self.redactor.clone(),
            ending: Ending(step),
        };
        let (transport, turns) = (self.transport.clone(), self.turns.clone());
        async move {
            // Until the end of its answer: whoever leaves answers unread takes turns from itself alone.
            let turn = turns.acquire_owned().await.ok();
            // Before it leaves: the record of that says whose credential it has.
            match lookup {
                Some(Ok(lookup)) => passage.ending.0.of_account(lookup.found().await),
                Some(Err(why)) => passage.ending.0.of_account(Err(why.into())),
                None => {}
            }
            passage.leaves()?;
            let answer = transport.send(outbound).await;
            passage.arrived(answer, turn)
        }
    }
}

/// What is kept and shown of what a component or a server has written: without credentials, and with a mark where it was
/// cut after that, as a part of one would not be found.
fn kept(redactor: &Covering, text: &str) -> String {
    text::cut(&redactor.text(text), MOST).into_owned()
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
