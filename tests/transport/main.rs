//! How requests leave and answers arrive, against servers of some lines on this machine: through the crate's public face alone,
//! whatever client is behind it.

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod connecting;
mod gzip;
mod http2;
mod keeping;
mod live;
mod own;
mod pool;
mod proxy;
mod taken;
mod times;
mod tls;
mod unannounced;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use soar::transport::{Body, Live, LiveOptions, NetErrorKind, Transport as _, TransportError};

fn get(url: &str) -> http::Request<Body> {
    post(url, "")
}

fn post(url: &str, body: impl Into<Bytes>) -> http::Request<Body> {
    let body = body.into();
    let method = if body.is_empty() { "GET" } else { "POST" };
    http::Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", "Bearer t0p-s3cr3t")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

async fn text(response: http::Response<Body>) -> Result<String, NetErrorKind> {
    let bytes = response.into_body().collect().await.map_err(|error| error.kind)?.to_bytes();
    Ok(String::from_utf8(bytes.into()).unwrap())
}

/// Sends a GET and gives the answer's text.
async fn ask(live: &Live, url: &str) -> String {
    text(live.send(get(url)).await.unwrap()).await.unwrap()
}

/// A transport with these options.
fn live(options: LiveOptions) -> Live {
    Live::new(options).unwrap()
}

fn failed(result: Result<http::Response<Body>, TransportError>) -> (NetErrorKind, String) {
    match result {
        Err(TransportError::Failed(error)) => {
            assert!(!error.message.contains("s3cr3t"), "{error}");
            (error.kind, error.message)
        }
        other => panic!("should have failed: {other:?}"),
    }
}
