//! A request's body on its way.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;
use wasmtime_wasi_http::Error as HttpError;

use crate::transport::Body;

/// How far a request's body is.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<(Mutex<Instant>, AtomicBool)>);

impl Progress {
    pub fn new() -> Progress {
        Progress(Arc::new((Mutex::new(Instant::now()), AtomicBool::new(false))))
    }

    /// When something last moved.
    pub fn last(&self) -> Instant {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the body was given up: because it is sent, or because it can't be.
    pub fn is_over(&self) -> bool {
        self.0.1.load(Ordering::Acquire)
    }

    pub fn moved(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A request's body, which notes when a part of it is taken.
pub(super) struct Leaving {
    body: Body,
    progress: Progress,
}

impl Leaving {
    pub fn new(body: Body, progress: Progress) -> Leaving {
        Leaving { body, progress }
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.progress.moved();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.progress.0.1.store(true, Ordering::Release);
    }
}
