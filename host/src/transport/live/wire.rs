//! One HTTP/1.1 connection, driven by whoever uses it.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::runtime::{Handle, Id};
use tokio::task::coop::unconstrained;
use tokio::time::Instant;

use super::leaving::{Leaving, Progress};
use super::options::LiveOptions;
use super::stream::{Look, Stream};
use super::watch::Watch;

/// A connection. No task of its own moves it: the exchange that uses it does, in its own task, so that an exchange is
/// one write, one wake-up and one read, and the connection closes when the exchange is dropped.
pub(super) struct Wire {
    sender: SendRequest<Leaving>,
    /// None when it is closed.
    connection: Option<Connection<TokioIo<Stream>, Leaving>>,
    look: Look,
    /// Of the exchange, kept with the connection.
    pub watch: Watch,
    /// Where it goes.
    pub peer: SocketAddr,
    /// It can be moved on this runtime alone.
    runtime: Option<Id>,
    /// Since when nobody uses it.
    pub since: Instant,
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// Not a byte of the request was sent.
    Unsent(Box<Request<Leaving>>, hyper::Error),
    /// The request may have been sent.
    Failed(hyper::Error),
    /// Nothing came in time.
    Late,
}

impl From<TrySendError<Request<Leaving>>> for Unanswered {
    fn from(mut error: TrySendError<Request<Leaving>>) -> Unanswered {
        match error.take_message() {
            Some(request) => Unanswered::Unsent(request.into(), error.into_error()),
            None => Unanswered::Failed(error.into_error()),
        }
    }
}

impl Wire {
    /// Takes a connection into use.
    pub async fn new(stream: Stream, look: Look, peer: SocketAddr, options: &LiveOptions) -> hyper::Result<Box<Wire>> {
        let mut builder = Builder::new();
        builder.max_headers(options.max_headers).max_header_size(options.max_head);
        if options.max_head > DEFAULT_BUFFER {
            builder.max_buf_size(options.max_head);
        }
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
        let connection = Some(connection);
        let (runtime, since) = (runtime(), Instant::now());
        Ok(Box::new(Wire { sender, connection, look, watch: Watch::default(), peer, runtime, since }))
    }

    /// Moves the connection on.
    pub fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(context).is_ready()
        {
            // What went wrong is told to the exchange; this closes the socket.
            self.connection = None;
        }
    }

    /// Whether the last exchange is over, both ways, and there can be another one.
    pub fn is_free(&mut self) -> bool {
        if !self.sender.is_ready() {
            self.drive(&mut Context::from_waker(Waker::noop()));
        }
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Whether it is still open, after a look at the socket.
    pub fn is_open(&mut self) -> bool {
        if self.runtime != runtime() {
            return false;
        }
        self.look.again();
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.connection.is_some() && !self.sender.is_closed()
    }

    /// Sends a request and waits for the beginning of the answer.
    pub async fn exchange(
        &mut self,
        request: Request<Leaving>,
        progress: &Progress,
        first_byte: Duration,
    ) -> Result<Response<Incoming>, Unanswered> {
        // Driving the connection brings the answer, and nothing else does: a waker for it would only wake this task a
        // second time. Without one it must not be told to come back later for having done too much.
        let mut answering = pin!(unconstrained(self.sender.try_send_request(request)));
        poll_fn(|context| {
            if let Some(connection) = &mut self.connection
                && Pin::new(connection).poll(context).is_ready()
            {
                self.connection = None;
            }
            if let Poll::Ready(answer) = answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return Poll::Ready(answer.map_err(Unanswered::from));
            }
            self.watch.poll(progress.last() + first_byte, context).map(|()| Err(Unanswered::Late))
        })
        .await
    }

    /// The connection alone, to be driven by a task: it ends with the exchange.
    pub fn into_connection(self) -> Option<Connection<TokioIo<Stream>, Leaving>> {
        self.connection
    }
}

/// What hyper takes for its buffers unless told otherwise.
const DEFAULT_BUFFER: usize = 400 * 1024;

/// The runtime that this is called on.
pub(super) fn runtime() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}
