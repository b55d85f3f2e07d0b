//! The server of a script on a port of this machine, for programs that are run.

use super::Script;
use super::odd::Server;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use soar_network::transport::{Body, Transport, TransportError};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Serves until the test's process ends, and gives the base URL.
pub fn serve(script: &Script) -> String {
    let running = Server::new(script).start();
    let url = running.url.clone();
    std::mem::forget(running);
    url
}

/// The same over TLS.
pub fn serve_tls(script: &Script, config: ServerConfig) -> String {
    format!("https://{}", listen(script, TlsAcceptor::from(Arc::new(config))))
}

fn listen(script: &Script, tls: TlsAcceptor) -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let address = listener.local_addr().expect("an address");
    let script = script.clone();
    std::thread::spawn(move || crate::runtime().block_on(accept(listener, script, tls)));
    address
}

async fn accept(listener: std::net::TcpListener, script: Script, tls: TlsAcceptor) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (script, tls) = (script.clone(), tls.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(script.clone(), request));
            let http = hyper::server::conn::http1::Builder::new();
            // Clients that hang up are no matter of the test's.
            if let Ok(stream) = tls.accept(stream).await {
                drop(http.serve_connection(TokioIo::new(stream), service).await);
            }
        });
    }
}

async fn answer(script: Script, request: Request<Incoming>) -> Result<Response<Body>, TransportError> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.expect("the body is whole").to_bytes();
    let request = Request::from_parts(parts, bytes.into());
    Ok(script.send(request.into()).await?.response)
}
