//! The bytes of a packed body, on their way to what unpacks them.

use super::gzip::broken;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::Error as HttpError;

/// After so many bytes others have their turn. What unpacks goes on for as long as there is something to unpack, and
/// that may be parts without any content, without an end.
const TURN: u64 = 64 * 1024;
/// So many bytes more than twice what they were unpacked to are no packed content. Honest ones are hardly larger than
/// what is in them.
const MOST_EMPTY: u64 = 1 << 20;

/// A packed body, which gives way to others, and ends if it is packed around nothing.
pub(super) struct Packed<B> {
    body: B,
    taken: u64,
    since: u64,
    /// How many bytes it was unpacked to.
    unpacked: Arc<AtomicU64>,
    pause: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<B> Packed<B> {
    pub(super) fn new(body: B, unpacked: Arc<AtomicU64>) -> Self {
        Self { body, taken: 0, since: 0, unpacked, pause: None }
    }

    fn is_empty(&self) -> bool {
        let unpacked = self.unpacked.load(Ordering::Relaxed);
        self.taken > unpacked.saturating_mul(2).saturating_add(MOST_EMPTY)
    }
}

impl<B: HttpBody<Data = Bytes, Error = HttpError> + Unpin> HttpBody for Packed<B> {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = &mut *self;
        if this.since >= TURN {
            // After the timer has been looked at, too: a call has a deadline.
            ready!(this.pause.get_or_insert_with(|| Box::pin(tokio::task::yield_now())).as_mut().poll(context));
            this.pause = None;
            this.since = 0;
        }
        // What was taken before is unpacked by now.
        if this.is_empty() {
            return Poll::Ready(Some(Err(broken())));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            // One without bytes takes its time, too.
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            this.taken += bytes;
            this.since += bytes.max(1);
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
