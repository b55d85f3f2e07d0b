//! The network.

mod alarm;
mod arriving;
mod attempt;
mod carried;
mod connector;
mod exempt;
mod failure;
mod forbidden;
mod frames;
mod habits;
mod heard;
mod link;
mod links;
mod open;
mod options;
mod origin;
mod outgoing;
mod pem;
mod proxied;
mod proxy;
mod quota;
mod race;
mod refusal;
mod requests;
mod site;
mod stream;
mod traffic;
mod trust;
mod tunnel;
mod uses;
mod verdict;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{AUTHORIZATION, COOKIE, HOST, PROXY_AUTHORIZATION};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Response, Uri, header};
use hyper::body::Incoming;
use tokio::sync::Semaphore;

pub use options::{Identity, LiveOptions, OptionsError};
pub use pem::Pem;
pub use proxy::Proxy;

use super::{Answering, Inbound, Outbound, Timeouts, Transport, TransportError, gzip};
use crate::address::{Private, Resolve, System};
use arriving::Arriving;
use attempt::{Times, Unanswered, attempt};
use open::Opener;
use origin::{Origin, Origins};
use outgoing::Outgoing;
use site::Site;
use soar_contract::secret::Secret;
use trust::Trust;
use uses::Use;

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
    /// What was passed over of the options.
    warnings: Vec<String>,
    opener: Arc<Opener>,
    origins: Origins,
}

/// How often a request is sent again because a connection had ended: one that reads, or that was not sent yet.
const ENDED: usize = 4;
/// How often a request is sent again that the server did not take. One that ends each connection after one request, and
/// is asked for many at once, refuses each of them as often as there are others.
const NOT_TAKEN: usize = 32;
/// From so many on there is a pause before the next, which grows.
const AT_ONCE: usize = 8;
const PAUSE: Duration = Duration::from_millis(5);

/// The most names that are looked up at once. A system that is slow to answer takes a thread for each, and many of
/// those of all.
const LOOKUPS: usize = 4;

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
        let of_proxies = options.proxy.iter().flat_map(Proxy::warnings);
        let warnings: Vec<String> = of_proxies.chain(&trust.warnings).cloned().collect();
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        let secrets = options.proxy.as_ref().map(Proxy::secrets).unwrap_or_default();
        let (links, traffic, http1) = (Default::default(), Default::default(), OnceLock::new());
        let lookups = Arc::new(Semaphore::new(LOOKUPS));
        let opener = Arc::new(Opener { options, trust, resolver, lookups, turns, links, traffic, http1 });
        Ok(Live(Arc::new(Inner { secrets, warnings, opener, origins: Origins::default() })))
    }

    /// What was passed over of the options: certificates that can't be read, and hosts without a proxy. Each a line for people.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// For each origin that requests went to: directly or through which proxy, and which addresses are allowed. A line
    /// for people; holds no credentials.
    #[must_use]
    pub fn network(&self) -> Vec<String> {
        self.0.origins.describe()
    }

    async fn answer(self, outbound: Outbound) -> Result<Inbound, TransportError> {
        let Inner { opener, origins, .. } = &*self.0;
        let private = match outbound.private {
            Private::Never => Private::Never,
            Private::IfOwn => opener.options.private,
        };
        let origin = origins.of(outbound.request.uri(), private, opener)?;
        match &origin.site.via {
            // Whoever digs a tunnel asks the proxy by itself.
            Some(via) if !origin.site.is_https => proxied::exchange(&origin, via, outbound, &opener.options).await,
            _ => exchange(&origin, outbound, &opener.options).await,
        }
    }
}

/// Sends a request to its origin, as often as it may be sent.
async fn exchange(origin: &Origin, outbound: Outbound, options: &LiveOptions) -> Result<Inbound, TransportError> {
    let Outbound { request, timeouts, reached, .. } = outbound;
    let (mut parts, body) = request.into_parts();
    let times = Times::of(options, timeouts);
    // Through a proxy, only the proxy knows where it is sent.
    let reached = Some(reached).filter(|_| origin.site.via.is_none());
    let path = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    parts.uri = origin.site.uri(&path);
    parts.version = http::Version::HTTP_11;
    prepare(&mut parts.headers, &origin.site);
    let is_read = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let is_repeatable = is_read || parts.method.is_idempotent();

    let outgoing = Outgoing::new(body);
    let (mut ended, mut not_taken) = (0, 0);
    loop {
        let sender = origin.sender(is_repeatable).await;
        let request = Request::from_parts(parts.clone(), outgoing.leave());
        let unanswered = match attempt(origin, &sender, request, &outgoing, (times, reached.as_ref())).await {
            Ok((response, used)) => {
                outgoing.answered();
                return Ok(finish(response, used, times, &origin.site));
            }
            Err(unanswered) => unanswered,
        };
        let may = outgoing.is_whole();
        match unanswered {
            Unanswered::NotTaken(_) if may && not_taken < NOT_TAKEN => not_taken += 1,
            Unanswered::Unsent(_) if may && ended < ENDED => ended += 1,
            Unanswered::Taken(_) if may && ended < ENDED && is_read => ended += 1,
            Unanswered::NotTaken(error)
            | Unanswered::Unsent(error)
            | Unanswered::Taken(error)
            | Unanswered::Failed(error) => return Err(error),
        }
        if let Some(more) = not_taken.checked_sub(AT_ONCE).filter(|more| *more > 0) {
            tokio::time::sleep(PAUSE * u32::try_from(more).unwrap_or(1)).await;
        }
    }
}

/// The headers as they leave.
fn prepare(headers: &mut HeaderMap, site: &Site) {
    for name in [AUTHORIZATION, COOKIE] {
        // No library below prints it, and HTTP/2 doesn't keep it in its tables.
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
    }
    gzip::ask(headers);
    // The client names the host, as the URL has it.
    headers.remove(HOST);
    if let Some(credentials) = site.via.as_ref().filter(|_| !site.is_https).and_then(|via| via.authorization.as_ref()) {
        headers.insert(PROXY_AUTHORIZATION, credentials.clone());
    }
}

/// The answer as the caller gets it.
fn finish(response: Response<Incoming>, used: Use, times: Times, site: &Site) -> Inbound {
    // Through a proxy, only the proxy knows where the answer is from.
    let peer = Some(used.link().peer()).filter(|_| site.via.is_none());
    let says_close =
        |value: &http::HeaderValue| value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains("close"));
    if response.headers().get_all(header::CONNECTION).iter().any(says_close) {
        used.link().will_end();
    }
    Inbound { peer, ..gzip::unpacked(response.map(|body| Arriving::new(body, times.between_bytes, used))) }
}

impl Times {
    /// The shorter of what the instance and what the request allows.
    fn of(options: &LiveOptions, wanted: Timeouts) -> Times {
        let shorter = |own: Duration, wanted: Option<Duration>| wanted.map_or(own, |wanted| wanted.min(own));
        Times {
            connect: shorter(options.connect, wanted.connect),
            first_byte: shorter(options.first_byte, wanted.first_byte),
            between_bytes: shorter(options.between_bytes, wanted.between_bytes),
        }
    }
}

impl Transport for Live {
    fn send(&self, request: Outbound) -> Answering {
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
        let Inner { opener, origins, .. } = &*self.0;
        let origins = origins.describe();
        f.debug_struct("Live").field("options", &opener.options).field("origins", &origins).finish_non_exhaustive()
    }
}
