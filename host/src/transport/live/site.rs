//! One origin: its connections and what is known of it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri, uri};
use tokio::time::Instant;
use wasmtime_wasi_http::Error as HttpError;

use super::open::{self, Opened, Opener};
use super::options::LiveOptions;
use super::proxy::Via;
use super::shared::Shared;
use super::wire::Wire;
use crate::address::{Guard, Host, Private};
use crate::transport::TransportError;

/// The most connections that are kept while nobody uses them.
const KEPT: usize = 32;

/// An origin that requests go to.
pub(super) struct Site {
    /// Whether its connections may go into private networks: those that may are for no request that may not.
    private: Private,
    /// `scheme://host:port`, which errors name.
    pub name: String,
    /// As it stood in the first URL.
    authority: String,
    pub is_https: bool,
    pub port: u16,
    /// Host and port.
    bare: Authority,
    /// The same as a header.
    pub host_header: HeaderValue,
    pub guard: Guard,
    pub via: Option<Via>,
    idle_longest: Duration,
    /// Connections that nobody uses, the one that was used last at the end.
    #[expect(clippy::vec_box, reason = "they come boxed, go boxed, and are large")]
    idle: Mutex<Vec<Box<Wire>>>,
    shared: Mutex<Option<Shared>>,
    /// Held while a connection is opened that may turn out to be for all.
    opening: tokio::sync::Mutex<()>,
    speaks_http1: AtomicBool,
}

/// What a request goes by.
pub(super) enum Connection {
    /// A connection of its own, and whether it was used before.
    Wire(Box<Wire>, bool),
    /// One for all.
    Shared(Shared),
}

impl Site {
    /// The origin of a request.
    ///
    /// # Errors
    /// If it is none.
    fn of(uri: &Uri, private: Private, options: &LiveOptions) -> Result<Site, TransportError> {
        let scheme = uri.scheme_str().unwrap_or_default();
        let host = uri.host().unwrap_or_default();
        let refuse = |words: String| TransportError::Failed(HttpError::HttpRequestUriInvalid, words);
        let is_https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(refuse(format!("{scheme}://{host}: the scheme should be http or https"))),
        };
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let parsed = Host::parse(host).map_err(|error| refuse(format!("{scheme}://{host}: {error}")))?;
        let wrong = |error: &dyn std::error::Error| refuse(format!("{scheme}://{host}: {error}"));
        // As every spelling of it: nothing but host and port, in lower case.
        let is_default = port == if is_https { 443 } else { 80 };
        let bare = if is_default { parsed.to_string() } else { format!("{parsed}:{port}") };
        let host_header = HeaderValue::from_str(&bare).map_err(|error| wrong(&error))?;
        let bare = Authority::try_from(bare).map_err(|error| wrong(&error))?;
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        Ok(Site {
            private,
            name: format!("{scheme}://{host}:{port}"),
            authority: authority.to_owned(),
            is_https,
            port,
            bare,
            host_header,
            guard: Guard::new(parsed, private),
            via: options.proxy.as_ref().and_then(|proxy| proxy.on_the_way_to(uri)),
            idle_longest: options.idle,
            idle: Mutex::default(),
            shared: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            speaks_http1: AtomicBool::new(!is_https),
        })
    }

    /// A URL of this origin.
    pub fn uri(&self, path: &PathAndQuery) -> Uri {
        let scheme = if self.is_https { Scheme::HTTPS } else { Scheme::HTTP };
        let mut parts = uri::Parts::default();
        parts.scheme = Some(scheme);
        parts.authority = Some(self.bare.clone());
        parts.path_and_query = Some(path.clone());
        // With all three there is nothing left to fail.
        Uri::from_parts(parts).unwrap_or_default()
    }

    /// What errors call it, once an address is known.
    pub fn at(&self, address: SocketAddr) -> String {
        match (&self.via, self.guard.host()) {
            (Some(via), _) => format!("{} through the proxy {}", self.name, via.name),
            (None, Host::Literal(_)) => self.name.clone(),
            (None, Host::Name(_)) => format!("{} at {address}", self.name),
        }
    }

    /// Whether a request goes here, by the spelling of its URL alone.
    fn is_of(&self, uri: &Uri, private: Private) -> bool {
        let scheme = if self.is_https { &Scheme::HTTPS } else { &Scheme::HTTP };
        self.private == private
            && uri.scheme() == Some(scheme)
            && uri.authority().is_some_and(|authority| authority.as_str() == self.authority)
    }

    /// Opens a connection, unless somebody else opens one for all meanwhile.
    ///
    /// # Errors
    /// If none can be opened.
    pub async fn another(&self, opener: &Opener, connect: Duration) -> Result<Connection, TransportError> {
        if self.speaks_http1.load(Ordering::Relaxed) {
            return self.open(opener, connect).await;
        }
        // The others wait: perhaps they can share what comes of it.
        let turn = self.opening.lock().await;
        if let Some(kept) = self.kept() {
            return Ok(kept);
        }
        if self.speaks_http1.load(Ordering::Relaxed) {
            drop(turn);
        }
        self.open(opener, connect).await
    }

    async fn open(&self, opener: &Opener, connect: Duration) -> Result<Connection, TransportError> {
        Ok(match open::open(self, opener, connect).await? {
            Opened::Wire(wire) => {
                self.speaks_http1.store(true, Ordering::Relaxed);
                Connection::Wire(wire, false)
            }
            Opened::Shared(shared) => {
                self.speaks_http1.store(false, Ordering::Relaxed);
                *lock(&self.shared) = Some(shared.clone());
                Connection::Shared(shared)
            }
        })
    }

    /// A connection that is open already.
    pub fn kept(&self) -> Option<Connection> {
        if let Some(shared) = self.shared() {
            return Some(Connection::Shared(shared));
        }
        let newest = || lock(&self.idle).pop();
        let mut kept = std::iter::from_fn(newest);
        let open = kept.find_map(|mut wire| (self.is_fresh(wire.since) && wire.is_open()).then_some(wire));
        Some(Connection::Wire(open?, true))
    }

    /// The connection for all, if there is one.
    pub fn shared(&self) -> Option<Shared> {
        let mut kept = lock(&self.shared);
        let shared = kept.as_mut()?;
        if !shared.is_open() || !self.is_fresh(shared.last_used()) {
            *kept = None;
            return None;
        }
        Some(shared.clone())
    }

    fn is_fresh(&self, since: Instant) -> bool {
        since.elapsed() < self.idle_longest
    }

    /// Takes back a connection that is free.
    pub fn keep(&self, mut wire: Box<Wire>) {
        wire.since = Instant::now();
        let mut idle = lock(&self.idle);
        // The oldest come first.
        let old = idle.iter().take_while(|wire| !self.is_fresh(wire.since)).count();
        let surplus = (idle.len() + 1).saturating_sub(KEPT);
        idle.drain(..old.max(surplus));
        idle.push(wire);
    }

    /// The shared connection is no good: the next request opens another.
    pub fn forget(&self, shared: &Shared) {
        let mut kept = lock(&self.shared);
        if kept.as_ref().is_some_and(|kept| kept.is_same(shared)) {
            *kept = None;
        }
    }

    /// How it is reached, for people.
    pub fn describe(&self) -> String {
        let host = self.guard.describe();
        match &self.via {
            None => format!("{}: directly; {host}", self.name),
            Some(via) => format!(
                "{}: through the proxy {}, which resolves the name: where it goes can't be checked here, unless the URL \
                 has an address in it",
                self.name, via.name
            ),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

/// Sites by their requests. There are few: those of one instance.
#[derive(Debug, Default)]
pub(super) struct Sites(Mutex<Vec<Arc<Site>>>);

impl Sites {
    /// The origin of a request that may go into private networks, or may not.
    ///
    /// # Errors
    /// If it is none.
    pub fn of(&self, uri: &Uri, private: Private, options: &LiveOptions) -> Result<Arc<Site>, TransportError> {
        let mut sites = lock(&self.0);
        if let Some(site) = sites.iter().find(|site| site.is_of(uri, private)) {
            return Ok(site.clone());
        }
        // What is known of a host must not be forgotten when it is spelled in another way.
        let site = Site::of(uri, private, options)?;
        let same =
            |known: &&Arc<Site>| known.private == private && known.is_https == site.is_https && known.bare == site.bare;
        if let Some(known) = sites.iter().find(same) {
            return Ok(known.clone());
        }
        let site = Arc::new(site);
        sites.push(site.clone());
        Ok(site)
    }

    /// How each is reached, for people.
    pub fn describe(&self) -> Vec<String> {
        lock(&self.0).iter().map(|site| site.describe()).collect()
    }
}
