//! One HTTP/2 connection for all requests to an origin.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper::rt::Executor as _;
use hyper_util::rt::TokioIo;
use tokio::runtime::Id;
use tokio::time::Instant;
use tokio_util::io::InspectReader;

use super::frames::Frames;
use super::leaving::{Leaving, Progress};
use super::open::Opener;
use super::site::Site;
use super::stream::Stream;
use super::tasks::Tasks;
use super::uses::{Kept, Use, Uses};
use super::watch::Watch;
use super::wire::{Unanswered, runtime};

/// A connection from which an answer is to come.
pub(super) struct Doubted {
    site: Arc<Site>,
    shared: Shared,
    heard: u64,
}

impl Drop for Doubted {
    fn drop(&mut self) {
        if self.shared.uses.heard() == self.heard {
            self.site.forget(&self.shared);
        }
    }
}

/// What one stream may have on its way that nobody has read yet, in bytes.
pub(super) const WINDOW: u32 = 512 * 1024;
/// What all streams of a connection may have on their way: enough for those of many calls, each with its `concurrent_requests`,
/// since answers that one does not read would keep those of others away. h2 keeps one small part for each 512 bytes of it.
const ALL_WINDOWS: u32 = 256 * 1024 * 1024;

/// A connection that tasks drive, for as long as the server or somebody here has use for it.
#[derive(Clone)]
pub(super) struct Shared {
    sender: SendRequest<Leaving>,
    uses: Uses,
    _kept: Arc<Kept>,
    pub tasks: Tasks,
    /// It is moved on this runtime alone.
    runtime: Option<Id>,
    /// Where it goes.
    pub peer: SocketAddr,
}

impl Shared {
    /// Takes a connection into use.
    pub async fn new(stream: Stream, peer: SocketAddr, opener: &Opener) -> hyper::Result<Shared> {
        let (uses, tasks, options) = (Uses::new(opener.traffic.clone()), Tasks::new(), &opener.options);
        let (counted, mut frames) = (uses.clone(), Frames::default());
        let stream = InspectReader::new(stream, move |come: &[u8]| {
            if !counted.got(frames.cost(come)) {
                counted.end();
            }
        });
        let (sender, connection) = Builder::new(tasks.clone())
            .max_header_list_size(u32::try_from(options.max_head).unwrap_or(u32::MAX))
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(ALL_WINDOWS)
            .handshake(TokioIo::new(stream))
            .await?;
        tasks.execute(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "HTTP/2 connection ended");
            }
        });
        let (used, driven, idle) = (uses.clone(), tasks.clone(), options.idle);
        tokio::spawn(async move {
            used.none_for(idle).await;
            driven.end();
        });
        Ok(Shared { sender, _kept: uses.kept(), uses, tasks, runtime: runtime(), peer })
    }

    /// Whether requests can be sent.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed() && !self.uses.are_over() && self.runtime == runtime()
    }

    /// When it was used last.
    pub fn last_used(&self) -> Instant {
        self.uses.last()
    }

    /// Whether it is the same connection.
    pub fn is_same(&self, other: &Shared) -> bool {
        self.uses.are(&other.uses)
    }

    /// What has it used no more if this is dropped before it was heard of again: a connection may be dead without knowing,
    /// and whoever gives up does not wait to find out.
    pub fn doubted(&self, site: &Arc<Site>) -> Doubted {
        Doubted { site: site.clone(), heard: self.uses.heard(), shared: self.clone() }
    }

    /// Sends a request and waits for the beginning of the answer.
    pub async fn exchange(
        &mut self,
        request: Request<Leaving>,
        progress: &Progress,
        first_byte: Duration,
    ) -> Result<(Response<Incoming>, Use), Unanswered> {
        let used = self.uses.another();
        let mut answering = pin!(self.sender.try_send_request(request));
        let mut watch = Watch::default();
        let answered = poll_fn(|context| {
            if let Poll::Ready(answer) = answering.as_mut().poll(context) {
                return Poll::Ready(answer.map_err(Unanswered::from));
            }
            watch.poll(progress.last() + first_byte, context).map(|()| Err(Unanswered::Late))
        })
        .await;
        answered.map(|response| (response, used))
    }
}
