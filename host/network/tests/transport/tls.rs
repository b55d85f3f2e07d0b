//! Certificates, and what is spoken over TLS.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use rcgen::KeyPair;
use soar_network::transport::{Identity, Live, LiveOptions, NetErrorKind, Transport as _};
use tokio::io::AsyncWriteExt as _;

use crate::{ask, failed, get, live, text};
use soar_testing::odd::{Authority, BOTH, one_request, serve_counting, serve_each, serve_tls};

#[tokio::test]
async fn certificates_are_checked() {
    let address = serve_tls(Authority::new().server(&["127.0.0.1"]), BOTH).await;
    let url = format!("https://{address}/");
    let (error, words) = failed(live(LiveOptions::default()).send(get(&url)).await);
    assert!(matches!(error, NetErrorKind::TlsCertificateError), "{error:?} {words}");
    let expected = format!("https://{address}: the server's certificate is not trusted: ");
    assert!(words.starts_with(&expected), "{words}");

    let any = live(LiveOptions::new().with_any_certificate(true));
    assert_eq!(ask(&any, &url).await, "pong");
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_for_its_names_alone() {
    let authority = Authority::new();
    let options = LiveOptions::new().with_ca(authority.file());
    let address = serve_tls(authority.server(&["127.0.0.1"]), BOTH).await;
    assert_eq!(ask(&live(options.clone()), &format!("https://{address}/")).await, "pong");
    let address = serve_tls(authority.server(&["chat.test"]), BOTH).await;
    let (error, words) = failed(live(options).send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::TlsCertificateError), "{error:?} {words}");
}

#[tokio::test]
async fn http_1_over_tls_is_kept() {
    let authority = Authority::new();
    let (address, connections) = serve_counting(authority.server(&["127.0.0.1"]), &[b"http/1.1"], 1).await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    for _ in 0..3 {
        let response = live.send(get(&format!("https://{address}/a"))).await.unwrap();
        assert_eq!(response.response.version(), http::Version::HTTP_11);
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
    let without = LiveOptions::new().with_ca(authority.file());
    let with = without.clone().with_identity(authority.identity());
    assert_eq!(ask(&live(with), &url).await, "pong");
    // With its alert, or with what is left of the connection if that comes first.
    let (_, words) = failed(live(without).send(get(&url)).await);
    assert!(words.starts_with(&format!("https://{address}: ")), "{words}");
}

#[test]
fn files_that_are_not_what_they_should_be() {
    let authority = Authority::new();
    let refused = |options: LiveOptions| Live::new(options).expect_err("it must be refused").to_string();
    let ca = |path: PathBuf| refused(LiveOptions::new().with_ca(path));
    let key = |text: &str| {
        let identity = Identity { key: authority.write("other.key", text).into(), ..authority.identity() };
        refused(LiveOptions::new().with_identity(identity))
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
    let live = live(LiveOptions::new().with_any_certificate(true));
    let (error, words) = failed(live.send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::TlsProtocolError), "{error:?}");
    assert!(words.contains("is it http, not https?"), "{words}");
}
