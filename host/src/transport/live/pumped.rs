//! An answer's body that comes by a shared connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::rt::Executor as _;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;
use wasmtime_wasi_http::Error as HttpError;

use super::failure::{self, Stage};
use super::tasks::Tasks;
use super::uses::Use;
use super::watch::Watch;

/// An answer's body, which fails when nothing comes for too long. A task takes it from the connection, a part at a time: if nobody
/// reads it while much else comes, the task gives it up, and with it all that h2 keeps for it. That may be far more than a
/// stream's window, which a server can fill with the smallest of parts, each in a buffer of its own.
pub(super) struct Pumped {
    parts: Receiver<Part>,
    left: Option<u64>,
    longest: Duration,
    /// Since when nothing comes.
    since: Option<Instant>,
    watch: Watch,
    ended: bool,
}

/// What came, if something did, and whether it was the last.
struct Part {
    frame: Option<Result<Frame<Bytes>, HttpError>>,
    last: bool,
}

impl Pumped {
    /// A body that one of these tasks takes.
    pub fn new(body: Incoming, longest: Duration, used: Use, tasks: &Tasks) -> Pumped {
        let (sender, parts) = mpsc::channel(1);
        let (left, ended) = (body.size_hint().exact(), body.is_end_stream());
        if !ended {
            tasks.execute(pump(body, sender, used));
        }
        Pumped { parts, left, longest, since: None, watch: Watch::default(), ended }
    }
}

async fn pump(mut body: Incoming, sender: Sender<Part>, used: Use) {
    let mut unread = used.unread();
    loop {
        let next = poll_fn(|context| {
            let polled = Pin::new(&mut body).poll_frame(context);
            if polled.is_pending() {
                unread.none();
            }
            polled
        });
        let frame = tokio::select! {
            biased;
            () = sender.closed() => return,
            frame = next => frame,
        };
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref) {
            unread.took(data.len());
        }
        let last = !matches!(frame, Some(Ok(_))) || body.is_end_stream();
        let frame = frame.map(|frame| frame.map_err(|error| failure::kind(&error, Stage::Body).0));
        tokio::select! {
            biased;
            sent = sender.send(Part { frame, last }) => if last || sent.is_err() {
                return;
            },
            () = unread.for_too_much() => return,
        }
    }
}

impl HttpBody for Pumped {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        match this.parts.poll_recv(context) {
            Poll::Ready(Some(Part { frame, last })) => {
                (this.since, this.ended) = (None, last);
                if let (Some(left), Some(Ok(frame))) = (&mut this.left, &frame) {
                    *left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len) as u64);
                }
                Poll::Ready(frame)
            }
            Poll::Ready(None) => {
                this.ended = true;
                Poll::Ready(Some(Err(HttpError::ConnectionTerminated)))
            }
            Poll::Pending => {
                let deadline = *this.since.get_or_insert_with(Instant::now) + this.longest;
                if this.watch.poll(deadline, context).is_pending() {
                    return Poll::Pending;
                }
                this.ended = true;
                this.parts.close();
                Poll::Ready(Some(Err(HttpError::ConnectionReadTimeout)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
