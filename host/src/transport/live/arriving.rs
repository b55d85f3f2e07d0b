//! An answer's body on its way.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wasmtime_wasi_http::Error as HttpError;

use super::failure::{self, Stage};
use super::site::Site;
use super::watch::Watch;
use super::wire::Wire;

/// A body that nobody wants the rest of is read on to its end if that takes no more reads than this: then the
/// connection can be used again.
const REST: usize = 4;

/// An answer's body, which fails when nothing comes for too long.
pub(super) struct Arriving {
    body: Incoming,
    longest: Duration,
    /// Since when nothing comes.
    since: Option<Instant>,
    carrier: Carrier,
}

/// What the body comes by.
enum Carrier {
    /// A connection that this body drives, and gives back at its end.
    Wire(Held),
    /// A connection that a task drives.
    Task { watch: Watch, _driver: Option<Driver> },
    /// Nothing any more: the body has ended.
    Done,
}

struct Held {
    wire: Box<Wire>,
    site: Arc<Site>,
    /// Given back after the connection, for the next in turn to find it.
    _turn: Option<OwnedSemaphorePermit>,
}

/// A task that ends with the body.
pub(super) struct Driver {
    task: JoinHandle<()>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Arriving {
    /// A body that comes by a connection of its own.
    pub fn by_wire(
        body: Incoming,
        longest: Duration,
        wire: Box<Wire>,
        site: Arc<Site>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Arriving {
        let carrier = Carrier::Wire(Held { wire, site, _turn: turn });
        let mut arriving = Arriving { body, longest, since: None, carrier };
        if arriving.body.is_end_stream() {
            arriving.ended();
        }
        arriving
    }

    /// A body that came before its request was sent whole: somebody must go on sending while nobody reads.
    pub fn by_own_task(
        body: Incoming,
        longest: Duration,
        wire: Box<Wire>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Arriving {
        let driver = wire.into_connection().map(|connection| {
            // Its errors are those of the body.
            let task = tokio::spawn(async move { drop(connection.await) });
            Driver { task, _turn: turn }
        });
        let carrier = Carrier::Task { watch: Watch::default(), _driver: driver };
        Arriving { body, longest, since: None, carrier }
    }

    /// The connection is free for the next exchange.
    fn ended(&mut self) {
        if let Carrier::Wire(mut held) = std::mem::replace(&mut self.carrier, Carrier::Done)
            && held.wire.is_free()
        {
            held.site.keep(held.wire);
        }
    }

    /// What there is of the body without waiting. No waker is needed: only driving the connection brings more.
    fn next(&mut self) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(&mut Context::from_waker(Waker::noop()))
    }

    fn arrived(
        &mut self,
        frame: Option<Result<Frame<Bytes>, hyper::Error>>,
    ) -> Option<Result<Frame<Bytes>, HttpError>> {
        self.since = None;
        match frame {
            Some(Ok(frame)) => {
                if self.body.is_end_stream() {
                    self.ended();
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                self.carrier = Carrier::Done;
                Some(Err(failure::kind(&error, Stage::Body).0))
            }
            None => {
                self.ended();
                None
            }
        }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = &mut *self;
        let frame = match &mut this.carrier {
            Carrier::Wire(_) => {
                let mut frame = this.next();
                if let (Poll::Pending, Carrier::Wire(held)) = (&frame, &mut this.carrier) {
                    held.wire.drive(context);
                    frame = this.next();
                }
                frame
            }
            Carrier::Task { .. } => Pin::new(&mut this.body).poll_frame(context),
            Carrier::Done => return Poll::Ready(None),
        };
        if let Poll::Ready(frame) = frame {
            return Poll::Ready(this.arrived(frame));
        }
        let deadline = *this.since.get_or_insert_with(Instant::now) + this.longest;
        let late = match &mut this.carrier {
            Carrier::Wire(held) => held.wire.watch.poll(deadline, context).is_ready(),
            Carrier::Task { watch, .. } => watch.poll(deadline, context).is_ready(),
            Carrier::Done => false,
        };
        if late {
            this.carrier = Carrier::Done;
            return Poll::Ready(Some(Err(HttpError::ConnectionReadTimeout)));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.carrier, Carrier::Done) || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if !matches!(self.carrier, Carrier::Wire(_)) {
            return;
        }
        for _ in 0..REST {
            match self.next() {
                Poll::Ready(Some(Ok(_))) if !self.body.is_end_stream() => {}
                Poll::Ready(Some(Ok(_)) | None) => return self.ended(),
                Poll::Ready(Some(Err(_))) => return,
                Poll::Pending => match &mut self.carrier {
                    Carrier::Wire(held) => held.wire.drive(&mut Context::from_waker(Waker::noop())),
                    _ => return,
                },
            }
        }
    }
}
