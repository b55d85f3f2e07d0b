//! From an origin to a connection: address, TCP, proxy, TLS, HTTP.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use wasmtime_wasi_http::Error as HttpError;

use super::failure::{self, Stage};
use super::options::LiveOptions;
use super::proxy::Via;
use super::shared::Shared;
use super::site::Site;
use super::stream::{Look, Socket, Stream};
use super::trust::Trust;
use super::tunnel;
use super::uses::Traffic;
use super::wire::Wire;
use crate::address::{Host, Resolve};
use crate::transport::TransportError;

/// What connections are opened with.
pub(super) struct Opener {
    pub options: LiveOptions,
    pub trust: Trust,
    pub resolver: Arc<dyn Resolve>,
    /// One for each look-up that may be under way.
    pub lookups: Arc<Semaphore>,
    /// What comes by all its connections for many requests.
    pub traffic: Traffic,
}

/// A connection, by what the server speaks.
pub(super) enum Opened {
    Wire(Box<Wire>),
    Shared(Shared),
}

/// Opens a connection to a site.
pub(super) async fn open(site: &Site, opener: &Opener, connect: Duration) -> Result<Opened, TransportError> {
    let (tcp, place) = match &site.via {
        None => direct(site, opener, connect).await?,
        Some(via) => through(site, via, opener, connect).await?,
    };
    let refuse = |error: &(dyn std::error::Error + 'static)| failure::of(error, Stage::Request, &place);
    // Requests are written whole; waiting for more would only delay them.
    tcp.set_nodelay(true).map_err(|error| refuse(&error))?;
    let peer = tcp.peer_addr().map_err(|error| refuse(&error))?;
    let look = Look::default();
    let socket = Socket::new(tcp, look.clone());
    let stream = if site.is_https { encrypt(site, opener, socket, &place).await? } else { Stream::Plain(socket) };
    if let Stream::Tls(tls) = &stream
        && tls.get_ref().1.alpn_protocol() == Some(b"h2")
    {
        let shared = Shared::new(stream, peer, opener).await.map_err(|error| refuse(&error))?;
        return Ok(Opened::Shared(shared));
    }
    let wire = Wire::new(stream, look, peer, &opener.options).await.map_err(|error| refuse(&error))?;
    Ok(Opened::Wire(wire))
}

/// TCP to an address that was checked, and what errors are to call it.
async fn direct(site: &Site, opener: &Opener, connect: Duration) -> Result<(TcpStream, String), TransportError> {
    let addresses = match site.guard.host() {
        Host::Literal(address) => vec![*address],
        Host::Name(name) => resolve(name, &site.name, opener).await?,
    };
    let addresses = site.guard.admit(&addresses).map_err(|denial| denied(site, &denial))?;
    tcp(&addresses, site.port, connect, site).await
}

/// TCP to the proxy, with a tunnel to the site if that needs one.
async fn through(
    site: &Site,
    via: &Via,
    opener: &Opener,
    connect: Duration,
) -> Result<(TcpStream, String), TransportError> {
    let known = match site.guard.host() {
        Host::Literal(address) => Some(*address),
        host => host.is_localhost().then_some(IpAddr::from([127, 0, 0, 1])),
    };
    if let Some(address) = known {
        site.guard.admit(&[address]).map_err(|denial| denied(site, &denial))?;
    }
    // Who set the proxy chose its address: it isn't judged.
    let addresses = match &via.host {
        Host::Literal(address) => vec![*address],
        Host::Name(name) => resolve(name, &format!("{} through the proxy {}", site.name, via.name), opener).await?,
    };
    let (tcp, place) = tcp(&addresses, via.port, connect, site).await?;
    if !site.is_https {
        return Ok((tcp, place));
    }
    let tcp = tunnel::dig(tcp, site, via, &place, &opener.options).await?;
    Ok((tcp, place))
}

fn denied(site: &Site, denial: &crate::address::Denial) -> TransportError {
    TransportError::Denied(format!("{}: {denial}", site.name))
}

async fn resolve(name: &str, place: &str, opener: &Opener) -> Result<Vec<IpAddr>, TransportError> {
    let refuse = |words: String| {
        let error = HttpError::DnsError { rcode: None, info_code: None };
        TransportError::Failed(error, format!("{place}: the name can't be resolved: {words}"))
    };
    let turn = opener.lookups.clone().acquire_owned().await.map_err(|error| refuse(error.to_string()))?;
    let resolving = opener.resolver.resolve(name);
    // A look-up that nobody waits for any more goes on, and keeps its turn to its end.
    let lookup = tokio::spawn(async move {
        let addresses = resolving.await;
        drop(turn);
        addresses
    });
    let addresses = lookup.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    let addresses = addresses.map_err(|error| refuse(error.to_string()))?;
    if addresses.is_empty() { Err(refuse("it has no address".to_owned())) } else { Ok(addresses) }
}

/// Tries one address after the other, each with its share of the time.
async fn tcp(
    addresses: &[IpAddr],
    port: u16,
    longest: Duration,
    site: &Site,
) -> Result<(TcpStream, String), TransportError> {
    let deadline = Instant::now() + longest;
    let mut failed = None;
    for (index, address) in addresses.iter().enumerate() {
        let address = SocketAddr::new(*address, port);
        let left = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        let connected = match share.is_zero() {
            true => Err(io::ErrorKind::TimedOut.into()),
            false => {
                let connected = timeout(share, TcpStream::connect(address)).await;
                connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            }
        };
        match connected {
            Ok(tcp) => return Ok((tcp, site.at(address))),
            Err(error) => {
                tracing::debug!(%address, %error, "no connection");
                failed = Some(failure::of(&error, Stage::Connect, &site.at(address)));
            }
        }
    }
    Err(failed.unwrap_or_else(|| TransportError::Failed(HttpError::DestinationNotFound, "no address".to_owned())))
}

async fn encrypt(site: &Site, opener: &Opener, socket: Socket, place: &str) -> Result<Stream, TransportError> {
    let config = opener
        .trust
        .config()
        .map_err(|problem| TransportError::Failed(HttpError::ConfigurationError, format!("{place}: {problem}")))?;
    let name = match site.guard.host() {
        Host::Literal(address) => ServerName::from(*address),
        Host::Name(name) => ServerName::try_from(name.clone())
            .map_err(|error| TransportError::Failed(HttpError::HttpRequestUriInvalid, format!("{place}: {error}")))?,
    };
    let connected = TlsConnector::from(config).connect(name, socket).await;
    let tls = connected.map_err(|error| failure::of(&error, Stage::Request, place))?;
    Ok(Stream::Tls(Box::new(tls)))
}
