//! One HTTP/2 connection for all requests to an origin.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::runtime::Id;
use tokio::time::Instant;

use super::leaving::{Leaving, Progress};
use super::options::LiveOptions;
use super::stream::Stream;
use super::watch::Watch;
use super::wire::{Unanswered, runtime};

/// What one stream may have on its way that nobody has read yet; 1 MiB.
const WINDOW: u32 = 1024 * 1024;

/// A connection that a task drives, for as long as the server or somebody here has use for it.
#[derive(Clone)]
pub(super) struct Shared {
    sender: SendRequest<Leaving>,
    used: Arc<Mutex<Instant>>,
    /// It is moved on this runtime alone.
    runtime: Option<Id>,
    /// Where it goes.
    pub peer: SocketAddr,
}

impl Shared {
    /// Takes a connection into use.
    pub async fn new(stream: Stream, peer: SocketAddr, options: &LiveOptions) -> hyper::Result<Shared> {
        let (sender, connection) = Builder::new(TokioExecutor::new())
            .max_header_list_size(u32::try_from(options.max_head).unwrap_or(u32::MAX))
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(4 * WINDOW)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "HTTP/2 connection ended");
            }
        });
        Ok(Shared { sender, used: Arc::new(Mutex::new(Instant::now())), runtime: runtime(), peer })
    }

    /// Whether requests can be sent.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed() && self.runtime == runtime()
    }

    /// When the last request was sent.
    pub fn last_used(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is the same connection.
    pub fn is_same(&self, other: &Shared) -> bool {
        Arc::ptr_eq(&self.used, &other.used)
    }

    /// Sends a request and waits for the beginning of the answer.
    pub async fn exchange(
        &mut self,
        request: Request<Leaving>,
        progress: &Progress,
        first_byte: Duration,
    ) -> Result<Response<Incoming>, Unanswered> {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let mut answering = pin!(self.sender.try_send_request(request));
        let mut watch = Watch::default();
        poll_fn(|context| {
            if let Poll::Ready(answer) = answering.as_mut().poll(context) {
                return Poll::Ready(answer.map_err(Unanswered::from));
            }
            watch.poll(progress.last() + first_byte, context).map(|()| Err(Unanswered::Late))
        })
        .await
    }
}
