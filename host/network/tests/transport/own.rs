//! Servers whose certificate is of their own making, and the files that they are trusted by.

use rcgen::{DnType, IsCa, date_time_ymd};
use soar_network::transport::{LiveOptions, NetErrorKind, Transport as _};

use crate::{ask, failed, get, live};
use soar_testing::odd::{Authority, BOTH, Own, serve_tls};

/// What a server with this certificate is asked at, and with what; the folder lives as long as it.
async fn asked(own: &Own, ca: &[u8]) -> (String, LiveOptions, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.pem");
    std::fs::write(&path, ca).unwrap();
    let address = serve_tls(own.server(), BOTH).await;
    let options = LiveOptions::new().with_ca(path);
    (format!("https://{address}/"), options, folder)
}

async fn trusted(own: &Own, ca: &[u8]) {
    let (url, options, _folder) = asked(own, ca).await;
    assert_eq!(ask(&live(options), &url).await, "pong");
}

/// That it is not trusted, and that the error says so in these words.
async fn distrusted(own: &Own, ca: &[u8], words: &[&str]) {
    let (url, options, _folder) = asked(own, ca).await;
    let (error, said) = failed(live(options).send(get(&url)).await);
    assert!(matches!(error, NetErrorKind::TlsCertificateError), "{error:?} {said}");
    for word in [&["the server's certificate is not trusted: "], words].concat() {
        assert!(said.contains(word), "{word:?}: {said}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_in_the_file_is_trusted() {
    let own = Own::new(&["127.0.0.1"]);
    trusted(&own, own.pem.as_bytes()).await;
    let plain = Own::with(&["127.0.0.1"], |_| ());
    trusted(&plain, plain.pem.as_bytes()).await;
    let explicit = Own::with(&["127.0.0.1"], |params| params.is_ca = IsCa::ExplicitNoCa);
    trusted(&explicit, explicit.pem.as_bytes()).await;
    // Among others, as well.
    let bundle = format!("{}{}{}", plain.pem, own.pem, explicit.pem);
    trusted(&own, bundle.as_bytes()).await;
}

#[tokio::test]
async fn one_odd_certificate_stops_no_other() {
    let (own, old) = (Own::new(&["127.0.0.1"]), Own::version_1());
    let odd = |content: &str| format!("-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n");
    let many = Own::new(&["chat.test"]).pem.repeat(140);
    let bundle = format!("{many}{}{}{}{}", odd("AAAA"), odd("(=)"), old.pem, own.pem);
    trusted(&own, bundle.as_bytes()).await;
}

#[tokio::test]
async fn a_certificate_of_the_same_names_is_not_the_same() {
    let (own, other) = (Own::new(&["127.0.0.1"]), Own::new(&["127.0.0.1"]));
    distrusted(&own, other.pem.as_bytes(), &["ca_file"]).await;
}

#[tokio::test]
async fn a_certificate_in_the_file_is_trusted_for_its_names_alone() {
    let own = Own::new(&["chat.test", "*.chat.test", "10.1.2.3"]);
    let words = ["\"127.0.0.1\"", "\"chat.test\"", "\"*.chat.test\"", "\"10.1.2.3\""];
    distrusted(&own, own.pem.as_bytes(), &words).await;
    // A name that no extension has is none.
    let own = Own::with(&[], |params| params.distinguished_name.push(DnType::CommonName, "127.0.0.1"));
    let words = ["CN=127.0.0.1", "subjectAltName", "-addext subjectAltName=IP:127.0.0.1"];
    distrusted(&own, own.pem.as_bytes(), &words).await;
}

#[tokio::test]
async fn a_certificate_in_the_file_is_trusted_in_its_time_alone() {
    let old = Own::with(&["127.0.0.1"], |params| params.not_after = date_time_ymd(2024, 2, 29));
    distrusted(&old, old.pem.as_bytes(), &["expired on 2024-02-29 00:00 UTC"]).await;
    let new = Own::with(&["127.0.0.1"], |params| params.not_before = date_time_ymd(2995, 1, 1));
    distrusted(&new, new.pem.as_bytes(), &["is valid from 2995-01-01 00:00 UTC on", "clock"]).await;
}

#[tokio::test]
async fn what_a_server_signs_itself_is_no_authority_for_others() {
    let authority = Authority::new();
    let (certificate, key) = authority.issue(&["127.0.0.1"]);
    // The leaf's own key signs for another name: its certificate is in the file, and is no CA's.
    let issuer = rcgen::Issuer::new(leaf_params(), &key);
    let other = rcgen::KeyPair::generate().unwrap();
    let forged =
        rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&other, &issuer).unwrap();
    let own = Own::of(&forged.pem(), &other);
    distrusted(&own, certificate.pem().as_bytes(), &["ca_file"]).await;
}

fn leaf_params() -> rcgen::CertificateParams {
    rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap()
}

#[tokio::test]
async fn an_old_certificate_in_the_file_is_told_what_it_lacks() {
    let own = Own::version_1();
    distrusted(&own, own.pem.as_bytes(), &["X.509 version 1", "subjectAltName", "openssl req -x509"]).await;
    let own = Own::rsa_1024();
    distrusted(&own, own.pem.as_bytes(), &["1024 bits", "2048"]).await;
}

#[tokio::test]
async fn any_certificate_is_any() {
    for own in [
        Own::version_1(),
        Own::rsa_1024(),
        Own::new(&["chat.test"]),
        Own::with(&[], |params| params.not_after = date_time_ymd(2024, 2, 29)),
    ] {
        let address = serve_tls(own.server(), BOTH).await;
        let any = live(LiveOptions::new().with_any_certificate(true));
        assert_eq!(ask(&any, &format!("https://{address}/")).await, "pong");
    }
}
