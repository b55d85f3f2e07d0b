//! From an origin to a connection: address, TCP, proxy, TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::alarm::after;
use super::failure::{self, Stage};
use super::links::Links;
use super::options::LiveOptions;
use super::proxy::Via;
use super::site::Site;
use super::stream::{Socket, Stream};
use super::traffic::Traffic;
use super::trust::Trust;
use super::{race, tunnel};
use crate::address::{Host, Resolve};
use crate::net_error::{NetError, NetErrorKind};
use crate::transport::TransportError;

/// What connections are opened with.
pub(super) struct Opener {
    pub options: LiveOptions,
    pub trust: Trust,
    pub resolver: Arc<dyn Resolve>,
    /// One for each look-up that may be under way.
    pub lookups: Arc<Semaphore>,
    /// One for each connection that may be open.
    pub turns: Arc<Semaphore>,
    pub links: Links,
    /// What comes by all its connections for many requests.
    pub traffic: Traffic,
    /// TLS for a server that is to speak HTTP/1.1.
    pub http1: OnceLock<Arc<ClientConfig>>,
}

impl Opener {
    /// Waits until there may be another connection.
    ///
    /// # Errors
    /// None: the semaphore is never closed.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, TransportError> {
        if self.turns.available_permits() == 0 {
            self.links.make_room();
        }
        let turn = self.turns.clone().acquire_owned().await;
        turn.map_err(|error| TransportError::failed(NetErrorKind::ConnectionLimitReached, error.to_string()))
    }

    fn tls(&self, site: &Site) -> Result<Arc<ClientConfig>, String> {
        let config = self.trust.config()?;
        if site.wants_http2() {
            return Ok(config);
        }
        Ok(self
            .http1
            .get_or_init(|| {
                let mut config = ClientConfig::clone(&config);
                config.alpn_protocols = vec![b"http/1.1".to_vec()];
                Arc::new(config)
            })
            .clone())
    }
}

/// A connection that is being opened, within its time.
pub(super) struct Opening<'a> {
    site: &'a Site,
    opener: &'a Opener,
    longest: Duration,
    deadline: Instant,
}

/// A name is waited for at least so long, however short the time for a connection is: what is known to the system is
/// found at once, and then the error can name an address.
const SHORTEST: Duration = Duration::from_millis(50);

type Tcp = (TcpStream, String);

impl<'a> Opening<'a> {
    /// The time begins now.
    pub fn new(site: &'a Site, opener: &'a Opener) -> Self {
        let longest = opener.options.connect;
        Self { site, opener, longest, deadline: after(Instant::now(), longest) }
    }

    /// The connection, where it goes, and whether it speaks HTTP/2.
    ///
    /// # Errors
    /// If there is none. Nothing of the request was sent.
    pub async fn open(&self) -> Result<(Stream, SocketAddr, bool), TransportError> {
        let site = self.site;
        let (tcp, place) = match &site.via {
            None => self.direct().await?,
            Some(via) => self.through(via).await?,
        };
        let refuse = |error: &(dyn std::error::Error + 'static)| unsent(failure::of(error, Stage::Connect, &place));
        // Requests are written whole; waiting for more would only delay them.
        tcp.set_nodelay(true).map_err(|error| refuse(&error))?;
        let peer = tcp.peer_addr().map_err(|error| refuse(&error))?;
        let socket = Socket::new(tcp);
        if !site.is_https {
            site.is_good(peer.ip());
            return Ok((Stream::Plain(socket), peer, false));
        }
        let stream = self.within(|| format!("{place}: the TLS handshake"), self.encrypt(socket, &place)).await;
        match &stream {
            Ok(_) => site.is_good(peer.ip()),
            Err(_) => site.is_bad(peer.ip()),
        }
        let stream = stream?;
        let is_http2 = matches!(&stream, Stream::Tls(tls) if tls.get_ref().1.alpn_protocol() == Some(b"h2"));
        Ok((stream, peer, is_http2))
    }

    /// The result of a step, if it comes in time.
    async fn within<T>(
        &self,
        what: impl Fn() -> String,
        step: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        timeout_at(self.deadline, step).await.unwrap_or_else(|_| Err(self.late(&what())))
    }

    fn late(&self, what: &str) -> TransportError {
        let words = format!("{what} did not end within {} s", self.longest.as_secs_f64());
        TransportError::failed(NetErrorKind::ConnectionTimeout, words)
    }

    /// TCP to an address that was checked, and what errors are to call it.
    async fn direct(&self) -> Result<Tcp, TransportError> {
        let site = self.site;
        let addresses = match site.guard.host() {
            Host::Literal(address) => vec![*address],
            Host::Name(name) => self.resolve(name, &site.name).await?,
        };
        let addresses = site.guard.admit(&addresses).map_err(|denial| self.denied(&denial))?;
        self.tcp(&addresses, site.port).await
    }

    /// TCP to the proxy, with a tunnel to the site if that needs one.
    async fn through(&self, via: &Via) -> Result<Tcp, TransportError> {
        let site = self.site;
        let known = match site.guard.host() {
            Host::Literal(address) => Some(*address),
            host => host.is_localhost().then_some(IpAddr::from([127, 0, 0, 1])),
        };
        if let Some(address) = known {
            site.guard.admit(&[address]).map_err(|denial| self.denied(&denial))?;
        }
        // Who set the proxy chose its address: it isn't judged.
        let addresses = match &via.host {
            Host::Literal(address) => vec![*address],
            Host::Name(name) => self.resolve(name, &format!("{} through the proxy {}", site.name, via.name)).await?,
        };
        let (tcp, place) = self.tcp(&addresses, via.port).await?;
        if !site.is_https {
            return Ok((tcp, place));
        }
        let digging = tunnel::dig(tcp, site, via, &place, &self.opener.options);
        let tcp =
            self.within(|| format!("{place}: the proxy's answer to CONNECT"), async { digging.await.map_err(unsent) });
        Ok((tcp.await?, place))
    }

    fn denied(&self, denial: &crate::address::Prohibited) -> TransportError {
        TransportError::Denied(format!("{}: {denial}", self.site.name))
    }

    async fn resolve(&self, name: &str, place: &str) -> Result<Vec<IpAddr>, TransportError> {
        let refuse = |words: String| {
            TransportError::failed(NetErrorKind::DnsError, format!("{place}: the name can't be resolved: {words}"))
        };
        let Opener { lookups, resolver, .. } = self.opener;
        let looking = async {
            let turn = lookups.clone().acquire_owned().await.map_err(io::Error::other)?;
            let resolving = resolver.resolve(name);
            // A look-up that nobody waits for any more goes on, and keeps its turn to its end.
            let lookup = tokio::spawn(async move {
                let addresses = resolving.await;
                drop(turn);
                addresses
            });
            lookup.await.unwrap_or_else(|error| Err(io::Error::other(error)))
        };
        let until = self.deadline.max(Instant::now() + SHORTEST);
        let Ok(addresses) = timeout_at(until, looking).await else {
            let words = format!("{place}: the name was not resolved within {} s", self.longest.as_secs_f64());
            return Err(TransportError::failed(NetErrorKind::DnsTimeout, words));
        };
        let addresses = addresses.map_err(|error| refuse(failure::unresolved(&error)))?;
        if addresses.is_empty() { Err(refuse("it has no address".to_owned())) } else { Ok(addresses) }
    }

    async fn tcp(&self, addresses: &[IpAddr], port: u16) -> Result<Tcp, TransportError> {
        let site = self.site;
        let order = race::in_order(addresses, site.known());
        let order: Vec<_> = order.into_iter().map(|address| SocketAddr::new(address, port)).collect();
        match race::connect(&order, self.deadline).await {
            Ok(tcp) => {
                let address = tcp.peer_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], port)));
                Ok((tcp, site.at(address)))
            }
            Err((address, error)) => Err(unsent(failure::of(&error, Stage::Connect, &site.at(address)))),
        }
    }

    async fn encrypt(&self, socket: Socket, place: &str) -> Result<Stream, TransportError> {
        let Self { site, opener, .. } = self;
        let config = opener.tls(site).map_err(|problem| {
            TransportError::failed(NetErrorKind::ConfigurationError, format!("{place}: {problem}"))
        })?;
        let name = match site.guard.host() {
            Host::Literal(address) => ServerName::from(*address),
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(|error| {
                TransportError::failed(NetErrorKind::HttpRequestUriInvalid, format!("{place}: {error}"))
            })?,
        };
        let connected = TlsConnector::from(config).connect(name, socket).await;
        let tls = connected.map_err(|error| unsent(failure::of(&error, Stage::Request, place)))?;
        Ok(Stream::Tls(Box::new(tls)))
    }
}

/// There was none in time.
pub(super) fn no_connection(place: &str, longest: Duration) -> TransportError {
    let words = format!("{place}: no connection within {} s", longest.as_secs_f64());
    TransportError::failed(NetErrorKind::ConnectionTimeout, words)
}

/// The same failure, of which the component knows that nothing of its request was sent.
pub(super) fn unsent(error: TransportError) -> TransportError {
    match error {
        TransportError::Failed(NetError {
            kind:
                NetErrorKind::ConnectionTerminated
                | NetErrorKind::ConnectionReadTimeout
                | NetErrorKind::HttpProtocolError
                | NetErrorKind::HttpResponseIncomplete,
            message,
        }) => TransportError::failed(NetErrorKind::DestinationUnavailable, message),
        error => error,
    }
}
