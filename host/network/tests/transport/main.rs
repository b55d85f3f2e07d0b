//! How requests leave and answers arrive, against servers of some lines on this machine: through the crate's public face alone,
//! whatever client is behind it.

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
use soar_network::transport::{Inbound, Live, LiveOptions, NetErrorKind, Outbound, Transport as _, TransportError};

fn get(url: &str) -> Outbound {
    post(url, "")
}

fn post(url: &str, body: impl Into<Bytes>) -> Outbound {
    let body = body.into();
    let method = if body.is_empty() { "GET" } else { "POST" };
    let request = http::Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", "Bearer t0p-s3cr3t")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap();
    request.into()
}

async fn text(response: Inbound) -> Result<String, NetErrorKind> {
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

fn failed(result: Result<Inbound, TransportError>) -> (NetErrorKind, String) {
    match result {
        Err(TransportError::Failed(error)) => {
            assert!(!error.message.contains("s3cr3t"), "{error}");
            (error.kind, error.message)
        }
        other => panic!("should have failed: {other:?}"),
    }
}
