//! The server of a script on a port of this machine, for programs that are run.

use super::Script;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use soar::transport::{Body, Transport, TransportError};

/// Serves until the test's process ends, and gives the base URL.
pub fn serve(script: &Script) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let script = script.clone();
    std::thread::spawn(move || super::runtime().block_on(accept(listener, script)));
    url
}

async fn accept(listener: std::net::TcpListener, script: Script) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let script = script.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(script.clone(), request));
            // Clients that hang up are no matter of the test's.
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(script: Script, request: Request<Incoming>) -> Result<Response<Body>, TransportError> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.expect("the body is whole").to_bytes();
    let body = Full::new(bytes).map_err(|never| match never {}).boxed_unsync();
    script.send(Request::from_parts(parts, body)).await
}
