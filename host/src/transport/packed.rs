//! The bytes of a packed body, on their way to what unpacks them.

use super::gzip::broken;
use crate::turns::Turns;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::Error as HttpError;

/// After so many bytes others have their turn: they may be parts without any content, without an end, and each is
/// unpacked.
const TURN: u64 = 64 * 1024;
/// So many bytes more than twice what they were unpacked to are no packed content. Honest ones are hardly larger than
/// what is in them.
const MOST_EMPTY: u64 = 1 << 20;

/// A packed body, which gives way to others, and ends if it is packed around nothing.
pub(super) struct Packed<B> {
    body: B,
    taken: u64,
    turns: Turns,
    /// How many bytes it was unpacked to.
    unpacked: Arc<AtomicU64>,
}

impl<B> Packed<B> {
    pub(super) fn new(body: B, unpacked: Arc<AtomicU64>) -> Self {
        Self { body, taken: 0, turns: Turns::new(TURN), unpacked }
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
        ready!(this.turns.poll(context));
        // What was taken before is unpacked by now.
        if this.is_empty() {
            return Poll::Ready(Some(Err(broken())));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            this.taken += bytes;
            this.turns.took(bytes);
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
