use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use wasmtime_wasi_http::Error as HttpError;

use super::*;

/// A TLS server with a certificate of its own making, for one connection.
fn serve_tls() -> SocketAddr {
    // Made for this test, and for nothing else.
    let certificate = include_bytes!("../testdata/certificate.der").to_vec();
    let key = rustls::pki_types::PrivateKeyDer::try_from(&include_bytes!("../testdata/key.der")[..]);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key.unwrap().clone_key())
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        // Whoever distrusts the certificate closes here.
        if tls.read(&mut [0; 1024]).is_ok() {
            tls.write_all(PONG.as_bytes()).unwrap();
        }
    });
    address
}

#[tokio::test]
async fn certificates_are_checked() {
    let live = Live::new(LiveOptions::default());
    let address = serve_tls();
    let (error, words) = failed(live.send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, HttpError::TlsCertificateError), "{error:?} {words}");
    let expected = format!("https://{address}: the server's certificate is not trusted: ");
    assert!(words.starts_with(&expected), "{words}");
}

#[tokio::test]
async fn any_certificate_if_told_so() {
    let live = Live::new(LiveOptions { any_certificate: true, ..LiveOptions::default() });
    let response = live.send(get(&format!("https://{}/", serve_tls()))).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "pong");
}

#[tokio::test]
async fn tls_to_a_server_without() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        one_request(&mut stream).await
    });
    let live = Live::new(LiveOptions { any_certificate: true, ..LiveOptions::default() });
    let (error, words) = failed(live.send(get(&format!("https://{address}/"))).await);
    assert!(matches!(error, HttpError::TlsProtocolError), "{error:?}");
    assert!(words.contains("is it http, not https?"), "{words}");
}
