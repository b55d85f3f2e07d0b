//! One origin: what it is called, how it is reached, and what is known of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Uri, uri};

use super::habits::Habits;
use super::options::LiveOptions;
use super::proxy::Via;
use crate::address::{Guard, Host, Private};
use crate::net_error::NetErrorKind;
use crate::transport::TransportError;

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
    pub guard: Guard,
    pub via: Option<Via>,
    /// Whether it keeps its connections.
    pub habits: Habits,
    /// The address that took the last connection, and the one that took one in vain.
    good: Mutex<(Option<IpAddr>, Option<IpAddr>)>,
    /// Held while a connection is opened that may turn out to be for all.
    pub opening: Arc<tokio::sync::Mutex<()>>,
    speaks_http1: AtomicBool,
    /// HTTP/2 is not asked for, or not any more.
    is_without_http2: AtomicBool,
    /// How many requests wait for a connection.
    wanting: AtomicUsize,
}

impl Site {
    /// The origin of a request.
    ///
    /// # Errors
    /// If it is none.
    pub fn of(uri: &Uri, private: Private, options: &LiveOptions) -> Result<Site, TransportError> {
        let scheme = uri.scheme_str().unwrap_or_default();
        let host = uri.host().unwrap_or_default();
        let refuse = |words: String| TransportError::failed(NetErrorKind::HttpRequestUriInvalid, words);
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
        let bare = Authority::try_from(bare).map_err(|error| wrong(&error))?;
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let via = options.proxy.as_ref().map(|proxy| proxy.on_the_way_to(uri)).transpose();
        let via = via.map_err(|error| TransportError::failed(NetErrorKind::ConfigurationError, error.to_string()))?;
        Ok(Site {
            private,
            name: format!("{scheme}://{host}:{port}"),
            authority: authority.to_owned(),
            is_https,
            port,
            bare,
            guard: Guard::new(parsed, private),
            via: via.flatten(),
            habits: Habits::default(),
            good: Mutex::default(),
            opening: Arc::default(),
            speaks_http1: AtomicBool::new(!is_https),
            is_without_http2: AtomicBool::new(!options.http2),
            wanting: AtomicUsize::new(0),
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
    pub fn is_of(&self, uri: &Uri, private: Private) -> bool {
        let scheme = if self.is_https { &Scheme::HTTPS } else { &Scheme::HTTP };
        self.private == private
            && uri.scheme() == Some(scheme)
            && uri.authority().is_some_and(|authority| authority.as_str() == self.authority)
    }

    /// Whether it is the same origin, in whatever spelling.
    pub fn is_same(&self, other: &Site) -> bool {
        self.private == other.private && self.is_https == other.is_https && self.bare == other.bare
    }

    /// The address that answered last, and the one that took a connection in vain.
    pub fn known(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        *self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This address took a connection.
    pub fn is_good(&self, address: IpAddr) {
        let (good, bad) = &mut *self.good.lock().unwrap_or_else(PoisonError::into_inner);
        *good = Some(address);
        if *bad == Some(address) {
            *bad = None;
        }
    }

    /// What this address took a connection for came to nothing: another one is tried first the next time.
    pub fn is_bad(&self, address: IpAddr) {
        *self.good.lock().unwrap_or_else(PoisonError::into_inner) = (None, Some(address));
    }

    /// Whether each request needs a connection of its own.
    pub fn speaks_http1(&self) -> bool {
        self.speaks_http1.load(Ordering::Relaxed)
    }

    /// What its last connection spoke.
    pub fn spoke(&self, is_http2: bool) {
        self.speaks_http1.store(!is_http2, Ordering::Relaxed);
    }

    /// Whether HTTP/2 is asked for.
    pub fn wants_http2(&self) -> bool {
        !self.is_without_http2.load(Ordering::Relaxed)
    }

    /// From now on HTTP/2 is not asked for. Says whether it was until now.
    pub fn without_http2(&self) -> bool {
        self.speaks_http1.store(true, Ordering::Relaxed);
        !self.is_without_http2.swap(true, Ordering::Relaxed)
    }

    /// One more request waits for a connection, until this is dropped.
    pub fn wants(self: &Arc<Self>) -> Wanting {
        self.wanting.fetch_add(1, Ordering::Relaxed);
        Wanting(self.clone())
    }

    /// Whether any waits for one.
    pub fn is_wanted(&self) -> bool {
        self.wanting.load(Ordering::Relaxed) > 0
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

/// A request that waits for a connection.
pub(super) struct Wanting(Arc<Site>);

impl Drop for Wanting {
    fn drop(&mut self) {
        self.0.wanting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

#[cfg(test)]
impl Site {
    /// The origin of a URL, for tests.
    pub fn testing(url: &'static str) -> Self {
        Self::of(&Uri::from_static(url), Private::IfOwn, &LiveOptions::default()).unwrap()
    }
}
