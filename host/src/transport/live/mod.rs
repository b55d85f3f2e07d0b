//! The network.

mod arriving;
mod failure;
mod frames;
mod leaving;
mod open;
mod options;
mod pem;
mod proxy;
mod pumped;
mod shared;
mod site;
mod stream;
mod tasks;
mod trust;
mod tunnel;
mod uses;
mod watch;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION};
use http::uri::PathAndQuery;
use http::{Request, Response, Uri, Version};
use http_body::Body as HttpBody;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;
use wasmtime_wasi_http::Error as HttpError;

pub use options::{Identity, LiveOptions, OptionsError};
pub use pem::Pem;
pub use proxy::Proxy;

use super::{Answering, Body, Peer, Reached, Timeouts, Transport, TransportError, gzip};
use crate::address::{Private, Resolve, System};
use crate::credentials::Secret;
use arriving::Arriving;
use failure::Stage;
use leaving::{Leaving, Progress};
use open::Opener;
use pumped::Pumped;
use site::{Connection, Site, Sites};
use trust::Trust;
use wire::Unanswered;

/// Sends over the network: HTTP/1.1 and HTTP/2, with and without TLS, over connections that are
/// kept and used again. Redirects are not followed. Answers are asked for in gzip and given unpacked.
///
/// Addresses are judged as the module [`address`](crate::address) says. Certificates are checked against the
/// machine's own. Connections belong to the tokio runtime on which they were opened, and are used on it alone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    /// What proxies are told.
    secrets: Vec<Secret>,
    opener: Opener,
    sites: Sites,
    turns: Arc<Semaphore>,
}

/// How often a request that was not sent is given to another connection.
const MORE_TRIES: usize = 4;

/// The most names that are looked up at once. A system that is slow to answer takes a thread for each, and many of
/// those of all.
const LOOKUPS: usize = 4;

/// How long each part of an exchange may take.
#[derive(Clone, Copy)]
struct Times {
    connect: Duration,
    first_byte: Duration,
    between_bytes: Duration,
}

impl Live {
    /// A client without any connection yet.
    ///
    /// # Errors
    /// If a file of the options can't be read or is not what it should be.
    pub fn new(options: LiveOptions) -> Result<Live, OptionsError> {
        Live::with_resolver(options, Arc::new(System))
    }

    /// The same with names resolved by somebody else than the system.
    ///
    /// # Errors
    /// If a file of the options can't be read or is not what it should be.
    pub fn with_resolver(options: LiveOptions, resolver: Arc<dyn Resolve>) -> Result<Live, OptionsError> {
        let options = options.bounded();
        let turns = Arc::new(Semaphore::new(options.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let trust = Trust::load(&options)?;
        let secrets = options.proxy.as_ref().map(Proxy::secrets).unwrap_or_default();
        let (lookups, traffic) = (Arc::new(Semaphore::new(LOOKUPS)), Default::default());
        let opener = Opener { options, trust, resolver, lookups, traffic };
        Ok(Live(Arc::new(Inner { secrets, opener, sites: Sites::default(), turns })))
    }

    /// For each origin that requests went to: directly or through which proxy, and which addresses are allowed. A line
    /// for people; holds no credentials.
    #[must_use]
    pub fn network(&self) -> Vec<String> {
        self.0.sites.describe()
    }

    async fn answer(self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let Inner { opener, sites, turns, .. } = &*self.0;
        let (mut parts, body) = request.into_parts();
        let times = Times::of(&opener.options, parts.extensions.get());
        let private = match parts.extensions.get::<Private>() {
            Some(Private::Never) => Private::Never,
            _ => opener.options.private,
        };
        let site = sites.of(&parts.uri, private, &opener.options)?;
        for name in [AUTHORIZATION, COOKIE] {
            // No library below prints it, and HTTP/2 doesn't keep it in its tables.
            if let Some(value) = parts.headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
        gzip::ask(&mut parts.headers);
        // Through a proxy, only the proxy knows where the request goes.
        let reached = parts.extensions.get::<Reached>().filter(|_| site.via.is_none()).cloned();
        let reach = |address| reached.iter().for_each(|reached| reached.set(address));
        let path = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));

        let progress = Progress::new();
        let late = |place: &str| {
            let words = format!("{place}: no answer within {} s", times.first_byte.as_secs_f64());
            TransportError::Failed(HttpError::HttpResponseTimeout, words)
        };
        let mut request = Request::from_parts(parts, Leaving::new(body, progress.clone()));
        let mut more = MORE_TRIES;
        loop {
            let (connection, turn) = match site.shared() {
                Some(shared) => (Connection::Shared(shared), None),
                None => {
                    let turn = turns.clone().acquire_owned().await;
                    let turn = turn.map_err(|error| failure::of(&error, Stage::Request, &site.name))?;
                    // Waiting for it was nobody's fault.
                    progress.moved();
                    let connection = match site.kept() {
                        Some(kept) => kept,
                        None => {
                            let deadline = progress.last() + times.first_byte;
                            let opened = timeout_at(deadline, site.another(opener, times.connect)).await;
                            opened.map_err(|_| late(&site.name))??
                        }
                    };
                    (connection, Some(turn))
                }
            };
            let is_used = matches!(connection, Connection::Wire(_, true) | Connection::Shared(_));
            let (unanswered, peer) = match connection {
                Connection::Wire(mut wire, _) => {
                    reach(wire.peer);
                    let request = for_wire(request, &path, &site);
                    match wire.exchange(request, &progress, times.first_byte).await {
                        Ok(response) => {
                            let peer = wire.peer;
                            let longest = times.between_bytes;
                            let response = response.map(|body| match progress.is_over() {
                                true => Arriving::by_wire(body, longest, wire, site.clone(), turn),
                                false => Arriving::by_own_task(body, longest, wire, turn),
                            });
                            return Ok(finish(response, Peer(peer), &site));
                        }
                        Err(unanswered) => (unanswered, wire.peer),
                    }
                }
                Connection::Shared(mut shared) => {
                    drop(turn);
                    reach(shared.peer);
                    let request = for_shared(request, &path, &site);
                    let _doubted = shared.doubted(&site);
                    match shared.exchange(request, &progress, times.first_byte).await {
                        Ok((response, used)) => {
                            let longest = times.between_bytes;
                            let response = response.map(|body| Pumped::new(body, longest, used, &shared.tasks));
                            return Ok(finish(response, Peer(shared.peer), &site));
                        }
                        Err(unanswered) => {
                            // It may be dead without knowing.
                            site.forget(&shared);
                            (unanswered, shared.peer)
                        }
                    }
                }
            };
            let place = site.at(peer);
            match unanswered {
                // The server hung up before it was asked anything.
                Unanswered::Unsent(unsent, _) if is_used && more > 0 => {
                    request = *unsent;
                    more -= 1;
                }
                Unanswered::Unsent(_, error) | Unanswered::Failed(error) => {
                    return Err(failure::of(&error, Stage::Request, &place));
                }
                Unanswered::Late => return Err(late(&place)),
            }
        }
    }
}

/// The request as it is written to an HTTP/1.1 connection.
fn for_wire(mut request: Request<Leaving>, path: &PathAndQuery, site: &Site) -> Request<Leaving> {
    *request.version_mut() = Version::HTTP_11;
    request.headers_mut().insert(HOST, site.host_header.clone());
    *request.uri_mut() = match &site.via {
        Some(via) if !site.is_https => {
            if let Some(credentials) = &via.authorization {
                request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
            }
            site.uri(path)
        }
        _ => Uri::from(path.clone()),
    };
    request
}

/// The request as HTTP/2 has it: the host is in its URI alone.
fn for_shared(mut request: Request<Leaving>, path: &PathAndQuery, site: &Site) -> Request<Leaving> {
    *request.version_mut() = Version::HTTP_2;
    request.headers_mut().remove(HOST);
    *request.uri_mut() = site.uri(path);
    request
}

/// The answer as the caller gets it.
fn finish<B>(response: Response<B>, peer: Peer, site: &Site) -> Response<Body>
where
    B: HttpBody<Data = Bytes, Error = HttpError> + Send + Unpin + 'static,
{
    let mut response = gzip::unpacked(response);
    // Through a proxy, only the proxy knows where the answer is from.
    if site.via.is_none() {
        response.extensions_mut().insert(peer);
    }
    response
}

impl Times {
    /// The shorter of what the instance and what the request allows.
    fn of(options: &LiveOptions, wanted: Option<&Timeouts>) -> Times {
        let wanted = wanted.copied().unwrap_or_default();
        let shorter = |own: Duration, wanted: Option<Duration>| wanted.map_or(own, |wanted| wanted.min(own));
        Times {
            connect: shorter(options.connect, wanted.connect),
            first_byte: shorter(options.first_byte, wanted.first_byte),
            between_bytes: shorter(options.between_bytes, wanted.between_bytes),
        }
    }
}

impl Transport for Live {
    fn send(&self, request: Request<Body>) -> Answering {
        Box::pin(self.clone().answer(request))
    }

    fn secrets(&self) -> Vec<Secret> {
        self.0.secrets.clone()
    }

    fn told(&self, origin: &Uri) -> Vec<Secret> {
        self.0.opener.options.proxy.iter().flat_map(|proxy| proxy.told(origin)).collect()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { opener, sites, .. } = &*self.0;
        f.debug_struct("Live").field("options", &opener.options).field("sites", sites).finish_non_exhaustive()
    }
}
