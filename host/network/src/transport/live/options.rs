//! How the network is reached.

use crate::address::Private;
use http::Uri;
use soar_contract::limits::{LONGEST, Limit};
use soar_contract::manifest::{Integration, ParameterKind};
use soar_contract::settings::Settings;
use std::time::Duration;

use super::pem::Pem;
use super::proxy::Proxy;

/// How [`Live`](super::Live) connects, what it trusts and how long it waits: each time counts as a day if it is longer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LiveOptions {
    /// The longest wait for a connection, with its name, all addresses of the server, a proxy's tunnel and TLS; 10 s.
    pub connect: Duration,
    /// The longest wait for the beginning of the answer, counted from the last part of the request
    /// that was sent; 60 s. Waiting for a connection is not in it.
    pub first_byte: Duration,
    /// The longest wait between two parts of the answer's body; 60 s.
    pub between_bytes: Duration,
    /// How long a connection is kept that nobody uses; 90 s. Looked at when the next one is needed.
    pub idle: Duration,
    /// The most connections at once; 100. More requests wait for one, and the one that was idle the longest makes room.
    /// Over HTTP/2 requests share one connection and don't wait.
    pub connections: usize,
    /// Whether to speak HTTP/2 with servers that do; yes. One that turns out not to is asked by HTTP/1.1 from then on.
    pub http2: bool,
    /// The most bytes of an answer's status line and headers; 256 KiB.
    pub max_head: usize,
    /// The most headers of an answer; 1,024.
    pub max_headers: usize,
    /// Whether to go into private networks.
    pub private: Private,
    /// Takes any TLS certificate, for servers with one of their own making. Whoever is on the way
    /// can then read and change everything.
    pub any_certificate: bool,
    /// A PEM file of certificates that are trusted beside the machine's own: those of CAs, and servers' own, each for its names.
    pub ca: Option<Pem>,
    /// What to show to a server that asks who is there.
    pub identity: Option<Identity>,
    /// The proxies to go through; none unless told.
    pub proxy: Option<Proxy>,
}

/// A client certificate: PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, and those between it and its CA.
    pub certificate: Pem,
    /// Its private key, not encrypted.
    pub key: Pem,
}

impl Default for LiveOptions {
    fn default() -> LiveOptions {
        LiveOptions {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            between_bytes: Duration::from_secs(60),
            idle: Duration::from_secs(90),
            connections: 100,
            http2: true,
            max_head: 256 * 1024,
            max_headers: 1024,
            private: Private::IfOwn,
            any_certificate: false,
            ca: None,
            identity: None,
            proxy: None,
        }
    }
}

/// What can't be used as it was given: a file, a proxy, a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {problem}; expected {expected}")]
pub struct OptionsError {
    /// The file, the environment variable or the option.
    pub what: String,
    /// What is wrong with it; holds no credentials.
    pub problem: String,
    /// What would be right.
    pub expected: &'static str,
}

impl LiveOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another longest wait for a connection.
    #[must_use]
    pub fn with_connect(self, connect: Duration) -> Self {
        Self { connect, ..self }
    }

    /// The same with another longest wait for the beginning of the answer.
    #[must_use]
    pub fn with_first_byte(self, first_byte: Duration) -> Self {
        Self { first_byte, ..self }
    }

    /// The same with another longest wait between two parts of the answer's body.
    #[must_use]
    pub fn with_between_bytes(self, between_bytes: Duration) -> Self {
        Self { between_bytes, ..self }
    }

    /// The same with another time for which a connection is kept that nobody uses.
    #[must_use]
    pub fn with_idle(self, idle: Duration) -> Self {
        Self { idle, ..self }
    }

    /// The same with at most so many connections at once.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }

    /// The same with HTTP/2, or without.
    #[must_use]
    pub fn with_http2(self, http2: bool) -> Self {
        Self { http2, ..self }
    }

    /// The same with at most so many bytes of an answer's status line and headers.
    #[must_use]
    pub fn with_max_head(self, max_head: usize) -> Self {
        Self { max_head, ..self }
    }

    /// The same with at most so many headers of an answer.
    #[must_use]
    pub fn with_max_headers(self, max_headers: usize) -> Self {
        Self { max_headers, ..self }
    }

    /// The same with private networks open, or not.
    #[must_use]
    pub fn with_private(self, private: Private) -> Self {
        Self { private, ..self }
    }

    /// The same with any TLS certificate taken, or not.
    #[must_use]
    pub fn with_any_certificate(self, any_certificate: bool) -> Self {
        Self { any_certificate, ..self }
    }

    /// The same with certificates that are trusted, too.
    #[must_use]
    pub fn with_ca(self, ca: impl Into<Pem>) -> Self {
        Self { ca: Some(ca.into()), ..self }
    }

    /// The same with a certificate to show.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// The same with proxies to go through.
    #[must_use]
    pub fn with_proxy(self, proxy: Proxy) -> Self {
        Self { proxy: Some(proxy), ..self }
    }

    /// The defaults, with what the instance says: its parameters of the kinds `insecure` and `proxy`, its network, its limits. The system's proxies
    /// come from the environment.
    ///
    /// # Errors
    /// If a proxy is wanted, and the environment's for the instance's own server can't be used.
    pub fn for_instance(manifest: &Integration, settings: &Settings) -> Result<LiveOptions, OptionsError> {
        // What is no text is no URL either, and refused as such.
        let environment = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        let proxy = wants(manifest, settings, ParameterKind::Proxy).then(|| Proxy::system(&environment));
        if let Some(proxy) = &proxy
            && let Some(origin) = server(manifest, settings)
        {
            proxy.check(&origin)?;
        }
        let any_certificate = wants(manifest, settings, ParameterKind::Insecure);
        let private = if settings.network.private == Some(false) { Private::Never } else { Private::IfOwn };
        let default = LiveOptions::default();
        // What goes over the instance's own limit arrives all the same, so that it is this limit which is named.
        let room = |limit: Limit, default: usize, most: usize| {
            default.max(settings.limits.count(limit).saturating_mul(2).min(most))
        };
        // Room for headers is made before there are any.
        let max_head = room(Limit::HeaderBytes, default.max_head, 16 * 1024 * 1024);
        let max_headers = room(Limit::HeaderCount, default.max_headers, 16 * 1024);
        Ok(LiveOptions { private, any_certificate, proxy, max_head, max_headers, ..default })
    }

    /// The same with times that can be added to a clock's.
    pub(super) fn bounded(mut self) -> LiveOptions {
        for time in [&mut self.connect, &mut self.first_byte, &mut self.between_bytes, &mut self.idle] {
            *time = LONGEST.min(*time);
        }
        self
    }
}

/// The URL of the instance's server, if it is one.
fn server(manifest: &Integration, settings: &Settings) -> Option<Uri> {
    let parameter = manifest.of_kind(ParameterKind::ServerUrl).next()?;
    settings.parameters.get(&parameter.name)?.parse().ok()
}

/// Whether a parameter of this kind is on. What is neither yes nor no is an error of the instance, and not on here.
fn wants(manifest: &Integration, settings: &Settings, kind: ParameterKind) -> bool {
    manifest.parameters.iter().filter(|parameter| parameter.kind == kind).any(|parameter| {
        let value = settings.parameters.get(&parameter.name).filter(|value| !value.is_empty());
        matches!(value.map(|value| value.to_ascii_lowercase()).as_deref(), Some("true" | "yes"))
    })
}
