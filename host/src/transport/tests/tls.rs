//! Certificates, and what is spoken over TLS.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;
use wasmtime_wasi_http::Error as HttpError;

use super::*;

/// A CA for one test.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Authority { issuer, folder: tempfile::tempdir().unwrap() }
    }

    /// Its certificate as a file.
    pub fn file(&self) -> PathBuf {
        self.write("ca.pem", &self.issuer.pem())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn issue(&self, names: &[&str]) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        (CertificateParams::new(names).unwrap().signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn identity(&self) -> Identity {
        let (certificate, key) = self.issue(&["client.test"]);
        Identity {
            certificate: self.write("client.pem", &certificate.pem()).into(),
            key: self.write("client.key", &key.serialize_pem()).into(),
        }
    }

    /// A server with a certificate for these names.
    pub fn server(&self, names: &[&str]) -> ServerConfig {
        let (certificate, key) = self.issue(names);
        let builder = builder().with_no_client_auth();
        builder.with_single_cert(vec![certificate.der().clone()], der(&key)).unwrap()
    }

    /// The same, for clients with a certificate alone.
    fn server_for_clients(&self) -> ServerConfig {
        let (certificate, key) = self.issue(&["127.0.0.1"]);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.issuer.der().to_vec())).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let builder = builder().with_client_cert_verifier(verifier);
        builder.with_single_cert(vec![certificate.der().clone()], der(&key)).unwrap()
    }
}

fn der(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

/// Serves `pong` over TLS, over HTTP/2 if the client takes it and it is among the protocols.
pub(super) async fn serve_tls(config: ServerConfig, protocols: &[&[u8]]) -> SocketAddr {
    serve_counting(config, protocols, 1).await.0
}

/// The same, answers no request before there are so `many`, and counts connections.
pub(super) async fn serve_counting(
    mut config: ServerConfig,
    protocols: &[&[u8]],
    many: usize,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let all = Arc::new(Barrier::new(many));
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    let address = serve_each(move |stream, _| {
        let (acceptor, counted, all) = (acceptor.clone(), counted.clone(), all.clone());
        async move {
            // Whoever distrusts the certificate closes here.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            counted.fetch_add(1, Ordering::SeqCst);
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let stream = TokioIo::new(stream);
            let pong = |request| {
                let all = all.clone();
                async move {
                    all.wait().await;
                    pong(request).await
                }
            };
            let ended = match is_http2 {
                true => {
                    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    builder.serve_connection(stream, service_fn(pong)).await
                }
                false => hyper::server::conn::http1::Builder::new().serve_connection(stream, service_fn(pong)).await,
            };
            // Clients hang up as they like.
            drop(ended);
        }
    });
    (address.await, connections)
}

/// Says `pong` and the length of what was sent, or so much as the query says; the URL and the header `host` in headers.
async fn pong(request: http::Request<Incoming>) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let mut answer = http::Response::builder().header("x-url", request.uri().to_string());
    if let Some(host) = request.headers().get("host") {
        answer = answer.header("x-host", host);
    }
    if let Some(size) = request.uri().query().and_then(|query| query.strip_prefix("size=")) {
        return Ok(answer.body(Full::new(vec![b'x'; size.parse().unwrap()].into())).unwrap());
    }
    let length = request.into_body().collect().await.map_or(0, |body| body.to_bytes().len());
    let text = if length == 0 { "pong".to_owned() } else { format!("pong {length}") };
    Ok(answer.body(Full::new(text.into())).unwrap())
}

pub(super) const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];

#[tokio::test]
async fn certificates_are_checked() {
    let address = serve_tls(Authority::new().server(&["127.0.0.1"]), BOTH).await;
    let url = format!("https://{address}/");
    let (error, words) = failed(live(LiveOptions::default()).send(get(&url)).await);
    assert!(matches!(error, HttpError::TlsCertificateError), "{error:?} {words}");
    let expected = format!("https://{address}: the server's certificate is not trusted: ");
    assert!(words.starts_with(&expected), "{words}");

    let any = live(LiveOptions { any_certificate: true, ..LiveOptions::default() });
    assert_eq!(ask(&any, &url).await, "pong");
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_for_its_names_alone() {
    let authority = Authority::new();
    let options = LiveOptions { ca: Some(authority.file().into()), ..LiveOptions::default() };
    let address = serve_tls(authority.server(&["127.0.0.1"]), BOTH).await;
    assert_eq!(ask(&live(options.clone()), &format!("https://{address}/")).await, "pong");
    let address = serve_tls(authority.server(&["chat.test"]), BOTH).await;
    let (error, words) = failed(live(options).send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, HttpError::TlsCertificateError), "{error:?} {words}");
}

#[tokio::test]
async fn http_1_over_tls_is_kept() {
    let authority = Authority::new();
    let (address, connections) = serve_counting(authority.server(&["127.0.0.1"]), &[b"http/1.1"], 1).await;
    let live = live(LiveOptions { ca: Some(authority.file().into()), ..LiveOptions::default() });
    for _ in 0..3 {
        let response = live.send(get(&format!("https://{address}/a"))).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_11);
        assert_eq!(response.headers()["x-url"], "/a");
        assert_eq!(response.headers()["x-host"], address.to_string());
        assert_eq!(text(response).await.unwrap(), "pong");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let authority = Authority::new();
    let address = serve_tls(authority.server_for_clients(), BOTH).await;
    let url = format!("https://{address}/");
    let without = LiveOptions { ca: Some(authority.file().into()), ..LiveOptions::default() };
    let with = LiveOptions { identity: Some(authority.identity()), ..without.clone() };
    assert_eq!(ask(&live(with), &url).await, "pong");
    // With its alert, or with what is left of the connection if that comes first.
    let (_, words) = failed(live(without).send(get(&url)).await);
    assert!(words.starts_with(&format!("https://{address}: ")), "{words}");
}

#[test]
fn files_that_are_not_what_they_should_be() {
    let authority = Authority::new();
    let refused = |options: LiveOptions| Live::new(options).expect_err("it must be refused").to_string();
    let ca = |path: PathBuf| refused(LiveOptions { ca: Some(path.into()), ..LiveOptions::default() });
    let key = |text: &str| {
        let identity = Identity { key: authority.write("other.key", text).into(), ..authority.identity() };
        refused(LiveOptions { identity: Some(identity), ..LiveOptions::default() })
    };
    let other = KeyPair::generate().unwrap().serialize_pem();
    let (certificate, _) = authority.issue(&["a.test"]);
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let encrypted = other.replace("PRIVATE", "ENCRYPTED PRIVATE");
    for (error, file, problem) in [
        (ca("/nowhere/ca.pem".into()), "/nowhere/ca.pem", "No such file"),
        (ca(authority.write("empty.pem", "")), "empty.pem", "it has no certificate"),
        (ca(authority.write("key.pem", &other)), "key.pem", "it has no certificate"),
        (ca(authority.write("broken.pem", broken)), "broken.pem", "certificate"),
        (ca(authority.write("cut.pem", &certificate.pem()[..99])), "cut.pem", "section end"),
        (key(""), "other.key", "it has no private key"),
        (key(&encrypted), "other.key", "the private key is encrypted"),
        (key(&other), "other.key", "it is not the key of the certificate in "),
    ] {
        assert!(error.contains(file) && error.contains(problem), "{file}: {error}");
        assert!(error.contains("; expected a PEM file with "), "{error}");
    }
}

#[tokio::test]
async fn tls_to_a_server_without() {
    let address = serve_each(|mut stream, _| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        one_request(&mut stream).await;
    })
    .await;
    let live = live(LiveOptions { any_certificate: true, ..LiveOptions::default() });
    let (error, words) = failed(live.send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, HttpError::TlsProtocolError), "{error:?}");
    assert!(words.contains("is it http, not https?"), "{words}");
}
