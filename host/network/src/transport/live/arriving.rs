//! An answer's body on its way.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;

use super::alarm::{Alarm, after};
use super::failure::{self, Stage};
use super::uses::Use;
use crate::net_error::{NetError, NetErrorKind};

/// An answer's body, which fails when nothing comes for too long.
pub(super) struct Arriving {
    carrier: Carrier,
    /// How much is still to come, if that is known.
    left: SizeHint,
    longest: Duration,
    /// Since when nothing comes.
    since: Option<Instant>,
    alarm: Alarm,
    ended: bool,
}

/// Where it comes from.
enum Carrier {
    /// A connection of its own.
    Own(Incoming, Option<Use>),
    /// One that others share. A task takes the body from it, a part at a time: if nobody reads it while much else comes, the
    /// task gives it up, and with it all that h2 keeps for it. That may be far more than a stream's window, which a server can
    /// fill with the smallest of parts, each in a buffer of its own.
    Shared(Receiver<Part>),
}

/// What came, if something did, and whether it was the last.
struct Part {
    frame: Option<Result<Frame<Bytes>, NetError>>,
    last: bool,
}

impl Arriving {
    /// A body that comes by the connection which is used.
    pub fn new(body: Incoming, longest: Duration, used: Use) -> Self {
        let (left, ended) = (body.size_hint(), body.is_end_stream());
        let carrier = if ended {
            used.answered();
            Carrier::Own(body, None)
        } else if used.link().is_shared() {
            let (sender, parts) = mpsc::channel(1);
            tokio::spawn(pump(body, sender, used));
            Carrier::Shared(parts)
        } else {
            Carrier::Own(body, Some(used))
        };
        Self { carrier, left, longest, since: None, alarm: Alarm::default(), ended }
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
        let frame = match frame {
            // A stream that is reset without a fault ends for hyper as if it were whole.
            None if !body.is_end_stream() => Some(Err(NetErrorKind::HttpResponseIncomplete.into())),
            frame => frame.map(|frame| frame.map_err(|error| broken(&error))),
        };
        let is_whole = last && !matches!(frame, Some(Err(_)));
        tokio::select! {
            biased;
            sent = sender.send(Part { frame, last }) => if last || sent.is_err() {
                if is_whole {
                    used.answered();
                }
                return;
            },
            () = unread.for_too_much() => return,
        }
    }
}

/// Why it broke off. For people whoever reads the body has words: no place is known here.
fn broken(error: &hyper::Error) -> NetError {
    failure::cause(error, Stage::Body).kind.into()
}

impl Carrier {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Part> {
        match self {
            Self::Own(body, used) => {
                let frame = ready!(Pin::new(&mut *body).poll_frame(context));
                let frame = frame.map(|frame| frame.map_err(|error| broken(&error)));
                let last = !matches!(frame, Some(Ok(_))) || body.is_end_stream();
                if last && !matches!(frame, Some(Err(_))) {
                    used.take().into_iter().for_each(Use::answered);
                }
                Poll::Ready(Part { frame, last })
            }
            Self::Shared(parts) => {
                let gone = Part { frame: Some(Err(NetErrorKind::ConnectionTerminated.into())), last: true };
                parts.poll_recv(context).map(|part| part.unwrap_or(gone))
            }
        }
    }

    /// Takes nothing more.
    fn close(&mut self) {
        match self {
            Self::Own(_, used) => drop(used.take()),
            Self::Shared(parts) => parts.close(),
        }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(Part { frame, last }) = this.carrier.poll(context) {
            (this.since, this.ended) = (None, last);
            if let (Some(left), Some(Ok(frame))) = (this.left.exact(), &frame) {
                let data = frame.data_ref().map_or(0, Bytes::len) as u64;
                this.left = SizeHint::with_exact(left.saturating_sub(data));
            }
            return Poll::Ready(frame);
        }
        let deadline = after(*this.since.get_or_insert_with(Instant::now), this.longest);
        ready!(this.alarm.poll(deadline, context));
        this.ended = true;
        this.carrier.close();
        Poll::Ready(Some(Err(NetErrorKind::ConnectionReadTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.left
    }
}
