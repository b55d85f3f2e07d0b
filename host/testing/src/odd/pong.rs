//! A server that says `pong`, over TLS.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;

use super::listen::serve_each;

/// Serves `pong` over TLS, over HTTP/2 if the client takes it and it is among the protocols.
pub async fn serve_tls(config: ServerConfig, protocols: &[&[u8]]) -> SocketAddr {
    serve_counting(config, protocols, 1).await.0
}

/// The same, answers no request before there are so `many`, and counts connections.
pub async fn serve_counting(
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

/// What most servers offer.
pub const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];
