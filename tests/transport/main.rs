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
use http_body_util::{BodyExt as _, Full};
use soar::transport::{Body, Live, LiveOptions, Transport as _, TransportError};
use wasmtime_wasi_http::Error as HttpError;

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(HttpError::from).boxed_unsync()
}

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
        .body(full(body))
        .unwrap()
}

async fn text(response: http::Response<Body>) -> Result<String, HttpError> {
    let bytes = response.into_body().collect().await?.to_bytes();
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

fn failed(result: Result<http::Response<Body>, TransportError>) -> (HttpError, String) {
    match result {
        Err(TransportError::Failed(error, words)) => {
            assert!(!words.contains("s3cr3t"), "{words}");
            (error, words)
        }
        other => panic!("should have failed: {other:?}"),
    }
}
