//! A server of a test on a port of this machine.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::behaviour::{Behaviour, Rule};
use super::certificate::{Certificate, Shown};
use super::listen::Listening;
use super::serving::{Counts, Serving};
use super::{http1, http2};
use crate::Script;

/// What it is to be.
pub struct Server {
    script: Script,
    certificate: Option<Certificate>,
    protocols: &'static [&'static [u8]],
    rules: Vec<Rule>,
}

/// A server that is there until this is dropped.
pub struct Running {
    /// Its base URL, with its address as the host.
    pub url: String,
    pub address: SocketAddr,
    serving: Arc<Serving>,
    shown: Option<Shown>,
    _listening: Listening,
}

impl Server {
    /// Answers as a script does, over HTTP/1.1 without TLS.
    pub fn new(script: &Script) -> Server {
        Server { script: script.clone(), certificate: None, protocols: &[], rules: Vec::new() }
    }

    /// Over HTTP/1.1 and TLS.
    pub fn tls(self) -> Server {
        Server { certificate: self.certificate.or(Some(Certificate::Issued)), protocols: &[b"http/1.1"], ..self }
    }

    /// Over TLS and HTTP/2, or HTTP/1.1 for those who want that.
    pub fn http2(self) -> Server {
        Server { protocols: &[b"h2", b"http/1.1"], ..self.tls() }
    }

    /// With another certificate.
    pub fn certificate(self, certificate: Certificate) -> Server {
        Server { certificate: Some(certificate), ..self }
    }

    /// And does this, too.
    pub fn does(mut self, rule: impl Into<Rule>) -> Server {
        self.rules.push(rule.into());
        self
    }

    pub fn start(self) -> Running {
        let serving = Arc::new(Serving::new(self.script, self.rules));
        let shown = self.certificate.map(Certificate::shown);
        let acceptor = shown.as_ref().map(|shown| {
            let mut config = shown.config.clone();
            config.alpn_protocols = self.protocols.iter().map(|protocol| protocol.to_vec()).collect();
            TlsAcceptor::from(Arc::new(config))
        });
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let serves = serving.clone();
        let listening = Listening::start(move |stream| {
            let (serving, acceptor) = (serves.clone(), acceptor.clone());
            async move {
                serving.count(|counts| counts.connections += 1);
                connection(stream, acceptor, serving.clone()).await;
                serving.count(|counts| counts.ended += 1);
            }
        });
        let address = listening.address;
        Running { url: format!("{scheme}://{address}"), address, serving, shown, _listening: listening }
    }
}

async fn connection(mut stream: TcpStream, acceptor: Option<TlsAcceptor>, serving: Arc<Serving>) {
    drop(stream.set_nodelay(true));
    let Some(acceptor) = acceptor else { return http1::serve(stream, serving).await };
    if serving.does("", |behaviour| matches!(behaviour, Behaviour::SilentHandshake)) {
        while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {}
        return;
    }
    if serving.does("", |behaviour| matches!(behaviour, Behaviour::BrokenHandshake)) {
        drop(stream.read(&mut [0; 16 * 1024]).await);
        return;
    }
    // Whoever distrusts the certificate closes here.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    serving.count(|counts| counts.handshakes += 1);
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => http2::serve(stream, serving).await,
        _ => http1::serve(stream, serving).await,
    }
}

impl Running {
    pub fn counts(&self) -> Counts {
        self.serving.counts()
    }

    /// Its URL by a name that no resolver but a proxy knows.
    pub fn named(&self) -> String {
        let scheme = self.url.split(':').next().expect("a scheme");
        format!("{scheme}://chat.test:{}", self.address.port())
    }

    /// Waits until it has seen this; for a minute at most, and says whether it has.
    pub fn wait(&self, until: impl Fn(&Counts) -> bool) -> bool {
        self.serving.wait(until)
    }

    /// The `ca_file` by which it is trusted.
    pub fn ca(&self) -> Option<&Path> {
        self.shown.as_ref().map(|shown| shown.ca.as_path())
    }
}
