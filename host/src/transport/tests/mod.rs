//! Against servers of some lines on this machine.

mod addresses;
mod gzip;
mod http2;
mod keeping;
mod live;
mod pool;
mod proxy;
mod tls;

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wasmtime_wasi_http::Error as HttpError;

use super::collect::full;
use super::*;

pub(super) fn get(url: &str) -> http::Request<Body> {
    post(url, "")
}

pub(super) fn post(url: &str, body: impl Into<Bytes>) -> http::Request<Body> {
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

pub(super) async fn text(response: http::Response<Body>) -> Result<String, HttpError> {
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(bytes.into()).unwrap())
}

/// Reads one request: its head and as many bytes as it announces. Nothing if the peer is done.
pub(super) async fn one_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).await.ok()?;
        if length == 0 {
            return None;
        }
        read.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
        });
        if body.len() >= announced.unwrap_or(0) {
            return Some(text);
        }
    }
}

/// A server that says `answer` to each request on its only connection, then closes it after `uses`.
pub(super) async fn serve(answer: &'static str, uses: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // A second connection would be refused.
        drop(listener);
        for _ in 0..uses {
            if one_request(&mut stream).await.is_none() {
                return;
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

/// A server that does `each` with every connection; they are counted from 0.
pub(super) async fn serve_each<F, Fut>(each: F) -> SocketAddr
where
    F: Fn(TcpStream, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(each(stream, number));
        }
    });
    address
}

/// Sends a GET and gives the answer's text.
pub(super) async fn ask(live: &Live, url: &str) -> String {
    text(live.send(get(url)).await.unwrap()).await.unwrap()
}

/// A transport with these options.
pub(super) fn live(options: LiveOptions) -> Live {
    Live::new(options).unwrap()
}

/// A server that takes connections and says nothing.
pub(super) async fn silence() -> (SocketAddr, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener.local_addr().unwrap(), listener)
}

pub(super) fn failed(result: Result<http::Response<Body>, TransportError>) -> (HttpError, String) {
    match result {
        Err(TransportError::Failed(error, words)) => {
            assert!(!words.contains("s3cr3t"), "{words}");
            (error, words)
        }
        other => panic!("should have failed: {other:?}"),
    }
}

pub(super) const PONG: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong";
