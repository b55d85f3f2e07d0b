//! A request's body on its way, which can be sent again as long as all that was taken of it is still there.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;

use crate::net_error::{NetError, NetErrorKind};
use crate::transport::Body;

/// How much is kept of a body that was taken and may be asked for again, in bytes. What a server refuses before it has
/// looked at it is no more than its first window, 64 KiB as a rule.
const KEPT: usize = 1024 * 1024;

/// A request's body. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outgoing(Arc<Mutex<State>>);

struct State {
    body: Body,
    /// What was taken of it, in its parts.
    taken: Vec<Bytes>,
    size: usize,
    /// Whether all that was taken is still there.
    whole: bool,
    ended: bool,
    /// Which try it is. What is left of an earlier one gets nothing more.
    attempt: usize,
    /// When something last moved.
    last: Instant,
}

impl Outgoing {
    /// A body of which nothing was sent yet.
    pub fn new(body: Body) -> Self {
        let (taken, last) = (Vec::new(), Instant::now());
        Self(Arc::new(Mutex::new(State { body, taken, size: 0, whole: true, ended: false, attempt: 0, last })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When something last moved.
    pub fn last(&self) -> Instant {
        self.state().last
    }

    /// Counts all waits from now on.
    pub fn moved(&self) {
        self.state().last = Instant::now();
    }

    /// Whether it can be sent from its beginning.
    pub fn is_whole(&self) -> bool {
        self.state().whole
    }

    /// The body, from its beginning, for a new try.
    pub fn leave(&self) -> Leaving {
        let mut state = self.state();
        state.attempt += 1;
        Leaving { outgoing: self.clone(), attempt: state.attempt, at: 0 }
    }

    /// It will not be sent again.
    pub fn answered(&self) {
        let mut state = self.state();
        state.forget();
    }
}

impl State {
    fn forget(&mut self) {
        self.whole = false;
        // The places stay, so that whoever takes them knows where it is.
        self.taken.iter_mut().for_each(|part| *part = Bytes::new());
    }
}

/// A body that is sent, once.
pub(super) struct Leaving {
    outgoing: Outgoing,
    attempt: usize,
    at: usize,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let this = &mut *self;
        let mut state = this.outgoing.state();
        let state = &mut *state;
        if state.attempt != this.attempt {
            let error = NetErrorKind::InternalError(Some("it is sent by another connection".into()));
            return Poll::Ready(Some(Err(error.into())));
        }
        if let Some(part) = state.taken.get(this.at) {
            this.at += 1;
            state.last = Instant::now();
            return Poll::Ready(Some(Ok(Frame::data(part.clone()))));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut state.body).poll_frame(context);
        match &polled {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref().filter(|_| state.whole) {
                    state.size += data.len();
                    state.taken.push(data.clone());
                    this.at += 1;
                    if state.size > KEPT {
                        state.forget();
                    }
                }
            }
            Poll::Ready(Some(Err(_))) => state.forget(),
            Poll::Ready(None) => state.ended = true,
        }
        state.last = Instant::now();
        polled
    }

    fn is_end_stream(&self) -> bool {
        let state = self.outgoing.state();
        self.at >= state.taken.len() && (state.ended || state.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let state = self.outgoing.state();
        let taken: usize = state.taken.iter().skip(self.at).map(Bytes::len).sum();
        let mut hint = state.body.size_hint();
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(taken as u64));
        }
        hint.set_lower(hint.lower().saturating_add(taken as u64));
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt as _, StreamBody};

    fn parts(parts: &[usize]) -> Outgoing {
        let parts: Vec<_> =
            parts.iter().enumerate().map(|(at, size)| Ok(Frame::data(Bytes::from(vec![at as u8; *size])))).collect();
        Outgoing::new(Body::new(StreamBody::new(futures_util::stream::iter(parts))))
    }

    #[tokio::test]
    async fn what_was_taken_is_sent_again_from_its_beginning() {
        let outgoing = parts(&[3, 2, 1]);
        let mut first = outgoing.leave();
        first.frame().await.unwrap().unwrap();
        first.frame().await.unwrap().unwrap();
        let all = outgoing.leave().collect().await.unwrap().to_bytes();
        assert_eq!(&all[..], [0, 0, 0, 1, 1, 2]);
        // What is left of the first try takes nothing away from the second.
        assert!(first.frame().await.unwrap().is_err());
        let again = outgoing.leave();
        assert_eq!(again.size_hint().lower(), 6);
        assert_eq!(again.collect().await.unwrap().to_bytes(), all);
        assert!(outgoing.is_whole());
    }

    #[tokio::test]
    async fn only_so_much_is_kept() {
        let outgoing = parts(&[KEPT, 1, 5]);
        let mut leaving = outgoing.leave();
        leaving.frame().await.unwrap().unwrap();
        assert!(outgoing.is_whole());
        assert_eq!(leaving.collect().await.unwrap().to_bytes().len(), 6);
        assert!(!outgoing.is_whole());
    }
}
