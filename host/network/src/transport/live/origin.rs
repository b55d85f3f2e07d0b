//! An origin with its clients: those of hyper-util, which keep its connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::runtime::{Handle, Id};

use super::connector::Connector;
use super::links::Next;
use super::open::Opener;
use super::outgoing::Leaving;
use super::site::Site;
use super::traffic::WINDOW;
use crate::address::Private;
use crate::transport::TransportError;

/// The most connections to an origin that are kept while nobody uses them.
const KEPT: usize = 32;
/// The most runtimes that have connections to an origin.
const RUNTIMES: usize = 64;
/// What all streams of a connection may have on their way: enough for those of many calls, each with its `concurrent_requests`,
/// since answers that one does not read would keep those of others away. h2 keeps one small part for each 512 bytes of it.
const ALL_WINDOWS: u32 = 256 * 1024 * 1024;
/// What hyper needs for a head at least, in bytes.
const SMALLEST_HEAD: usize = 8192;

/// What sends requests by connections of a kind.
pub(super) type Sender = Client<Connector, Leaving>;

/// An origin, and who sends requests to it.
pub(super) struct Origin {
    pub site: Arc<Site>,
    opener: Arc<Opener>,
    /// Connections are moved on the runtime that opened them alone.
    senders: Mutex<Vec<(Option<Id>, Senders)>>,
}

#[derive(Clone)]
struct Senders {
    /// By connections that are kept.
    keeping: Sender,
    /// Each by a connection of its own.
    fresh: Sender,
}

impl Origin {
    fn new(site: Site, opener: Arc<Opener>) -> Self {
        Self { site: Arc::new(site), opener, senders: Mutex::default() }
    }

    /// Who sends the next request: one that may be sent again goes by whatever connection there is, the other by one of
    /// which it is known that the server is not about to end it.
    pub async fn sender(&self, is_repeatable: bool) -> Sender {
        let mut next = if is_repeatable { Next::Kept } else { self.opener.links.next(&self.site) };
        if let Next::After(wait) = next {
            tokio::time::sleep(wait).await;
            next = self.opener.links.next(&self.site);
        }
        let senders = self.senders();
        match next {
            Next::Kept | Next::After(_) => senders.keeping,
            Next::Opened => senders.fresh,
        }
    }

    fn senders(&self) -> Senders {
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        let mut all = lock(&self.senders);
        if let Some((_, senders)) = all.iter().find(|(of, _)| *of == runtime) {
            return senders.clone();
        }
        if all.len() >= RUNTIMES {
            all.remove(0);
        }
        let senders = self.build();
        all.push((runtime, senders.clone()));
        senders
    }

    /// The longest that a connection may take.
    pub fn longest_connect(&self) -> Duration {
        self.opener.options.connect
    }

    /// The longest head of an answer that is read, in bytes.
    pub fn longest_head(&self) -> usize {
        self.opener.options.max_head
    }

    /// What is kept now is not used again.
    pub fn renew(&self) {
        let old = std::mem::take(&mut *lock(&self.senders));
        // Not while it is locked: connections end with it.
        drop(old);
    }

    fn build(&self) -> Senders {
        let options = &self.opener.options;
        let connector = |is_alone| Connector { site: self.site.clone(), opener: self.opener.clone(), is_alone };
        let head = options.max_head.max(SMALLEST_HEAD);
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .pool_idle_timeout(options.idle)
            .http1_max_buf_size(head)
            .http1_max_headers(options.max_headers)
            // As some gateways write them still.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http2_max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
            .http2_initial_stream_window_size(WINDOW)
            .http2_initial_connection_window_size(ALL_WINDOWS);
        let keeping = builder.pool_max_idle_per_host(KEPT).build(connector(false));
        let fresh = builder.pool_max_idle_per_host(0).build(connector(true));
        Senders { keeping, fresh }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Origins by their requests. There are few: those of one instance.
#[derive(Default)]
pub(super) struct Origins(Mutex<Vec<Arc<Origin>>>);

impl Origins {
    /// The origin of a request that may go into private networks, or may not.
    ///
    /// # Errors
    /// If it is none.
    pub fn of(&self, uri: &Uri, private: Private, opener: &Arc<Opener>) -> Result<Arc<Origin>, TransportError> {
        let mut origins = lock(&self.0);
        if let Some(origin) = origins.iter().find(|origin| origin.site.is_of(uri, private)) {
            return Ok(origin.clone());
        }
        // What is known of a host must not be forgotten when it is spelled in another way.
        let site = Site::of(uri, private, &opener.options)?;
        if let Some(known) = origins.iter().find(|known| known.site.is_same(&site)) {
            return Ok(known.clone());
        }
        let origin = Arc::new(Origin::new(site, opener.clone()));
        origins.push(origin.clone());
        Ok(origin)
    }

    /// How each is reached, for people.
    pub fn describe(&self) -> Vec<String> {
        lock(&self.0).iter().map(|origin| origin.site.describe()).collect()
    }
}
