//! Packed answers.

use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::Body as HttpBody;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncWriteExt as _;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use soar_network::transport::{Body, LiveOptions, NetError, NetErrorKind, Record, Transport as _};

use crate::{ask, get, live, text};
use soar_testing::odd::{one_request, serve, serve_each};

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Answers each request with these bytes as its body, and gives what was asked for.
async fn answering(coding: &'static str, body: Vec<u8>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (asked, asks) = tokio::sync::mpsc::unbounded_channel();
    let address = serve_each(move |mut stream, _| {
        let (asked, body) = (asked.clone(), body.clone());
        async move {
            while let Some(request) = one_request(&mut stream).await {
                asked.send(request).unwrap();
                let length = body.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n");
                stream.write_all(head.as_bytes()).await.unwrap();
                for part in body.chunks(1000) {
                    stream.write_all(part).await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        }
    });
    (format!("http://{}/", address.await), asks)
}

#[tokio::test]
async fn what_comes_packed_is_unpacked() {
    let long: String = (0..100_000).map(|number| format!("{number},")).collect();
    let (url, mut asks) = answering("gzip", packed(&long)).await;
    let live = live(LiveOptions::default());
    for _ in 0..2 {
        let response = live.send(get(&url)).await.unwrap();
        assert!(!response.headers().contains_key("content-encoding"));
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(response.response.body().size_hint().exact(), None);
        assert!(text(response).await.unwrap() == long);
        assert!(asks.recv().await.unwrap().contains("\r\naccept-encoding: gzip\r\n"));
    }
}

#[tokio::test]
async fn two_members_are_one_body() {
    let both = [packed("pi"), packed("ng")].concat();
    let (url, _asks) = answering("x-gzip", both).await;
    assert_eq!(ask(&live(LiveOptions::default()), &url).await, "ping");
}

/// A body that gives the same part again and again, always at once; and how often it did.
fn endless(part: Vec<u8>) -> (impl HttpBody<Data = Bytes, Error = NetError> + Send + Unpin, Arc<AtomicUsize>) {
    let given = Arc::new(AtomicUsize::new(0));
    let (count, part) = (given.clone(), Bytes::from(part));
    let frames = futures_util::stream::repeat_with(move || {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(http_body::Frame::data(part.clone()))
    });
    (http_body_util::StreamBody::new(frames), given)
}

#[tokio::test]
async fn what_is_packed_around_nothing_gives_way_and_ends() {
    let empty = packed("").repeat(100);
    let size = empty.len();
    let (body, given) = endless(empty);
    let response = http::Response::builder().header("content-encoding", "gzip").body(body).unwrap();
    let mut body = soar_network::transport::unpacked(response).into_body();
    // It was the turn of others before there was any content.
    let first = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut body).poll_frame(context).is_pending())
    });
    assert!(first.await);
    assert!(given.load(Ordering::Relaxed) * size <= 128 * 1024);
    let error = body.collect().await.unwrap_err();
    assert!(matches!(error.kind, NetErrorKind::HttpResponseContentCoding(Some(_))), "{error:?}");
    assert!(given.load(Ordering::Relaxed) * size <= 2 << 20);
}

#[tokio::test]
async fn content_that_can_not_be_packed_is_no_less_content() {
    let mut random = vec![0; 5 << 20];
    getrandom::fill(&mut random).unwrap();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&random).unwrap();
    let body = Body::from(encoder.finish().unwrap());
    let response = http::Response::builder().header("content-encoding", "gzip").body(body).unwrap();
    let unpacked = soar_network::transport::unpacked(response).into_body().collect().await.unwrap();
    assert!(unpacked.to_bytes() == random);
}

#[tokio::test]
async fn a_packed_body_that_is_cut_or_wrong_is_an_error() {
    let whole = packed(&"pong".repeat(1000));
    let mut wrong = whole.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    let cut = whole[..whole.len() - 1].to_vec();
    let more = [&whole[..], b"more"].concat();
    for body in [cut, wrong, more, b"pong".to_vec()] {
        let (url, _asks) = answering("gzip", body.clone()).await;
        let response = live(LiveOptions::default()).send(get(&url)).await.unwrap();
        let error = text(response).await.unwrap_err();
        assert!(matches!(error, NetErrorKind::HttpResponseContentCoding(Some(_))), "{body:?} {error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_too_early_is_told_as_such() {
    let address = serve("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n", 1).await;
    let response = live(LiveOptions::default()).send(get(&format!("http://{address}/"))).await.unwrap();
    assert!(matches!(text(response).await.unwrap_err(), NetErrorKind::HttpResponseIncomplete));
}

#[tokio::test]
async fn no_body_is_not_unpacked() {
    let address = serve("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 1).await;
    assert_eq!(ask(&live(LiveOptions::default()), &format!("http://{address}/")).await, "");
    let address = serve("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n", 1).await;
    let mut head = get(&format!("http://{address}/"));
    *head.request.method_mut() = http::Method::HEAD;
    let response = live(LiveOptions::default()).send(head).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "");
}

#[tokio::test]
async fn other_codings_are_not_asked_for_and_left_as_they_are() {
    for coding in ["br", "gzip, gzip", "zstd"] {
        let (url, mut asks) = answering(coding, b"pong".to_vec()).await;
        let mut request = get(&url);
        request.request.headers_mut().insert("accept-encoding", http::HeaderValue::from_static("br, zstd"));
        let response = live(LiveOptions::default()).send(request).await.unwrap();
        // Whoever asked refuses it, and knows what was answered.
        assert_eq!(response.headers()["content-encoding"], coding);
        assert!(response.peer.is_some());
        assert!(asks.recv().await.unwrap().contains("\r\naccept-encoding: gzip\r\n"));
    }
    let (url, mut asks) = answering("identity", b"pong".to_vec()).await;
    let mut request = get(&url);
    request.request.headers_mut().insert("accept-encoding", http::HeaderValue::from_static("identity"));
    assert_eq!(text(live(LiveOptions::default()).send(request).await.unwrap()).await.unwrap(), "pong");
    assert!(asks.recv().await.unwrap().contains("\r\naccept-encoding: identity\r\n"));
}

#[tokio::test]
async fn recordings_are_plain() {
    let (url, mut asks) = answering("identity", b"pong".to_vec()).await;
    let record = Record::new(Arc::new(live(LiveOptions::default())), Default::default());
    assert_eq!(text(record.send(get(&url)).await.unwrap()).await.unwrap(), "pong");
    assert!(asks.recv().await.unwrap().contains("\r\naccept-encoding: identity\r\n"));
    assert!(!record.recording().unwrap().write().contains("accept-encoding"));
}

/// However well it could be packed, and in whatever parts that came: the parts are the same.
#[tokio::test]
async fn the_parts_of_what_was_packed_say_nothing_of_how_it_was_packed() {
    let parts = async |text: String, level: Compression, chunk: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), level);
        for part in text.as_bytes().chunks(chunk) {
            encoder.write_all(part).unwrap();
            encoder.flush().unwrap();
        }
        let (url, _asks) = answering("gzip", encoder.finish().unwrap()).await;
        let mut body = live(LiveOptions::default()).send(get(&url)).await.unwrap().into_body();
        let mut parts = Vec::new();
        while let Some(frame) = body.frame().await {
            parts.push(frame.unwrap().into_data().unwrap().len());
        }
        parts
    };
    let alike = "the same ".repeat(10_000);
    let unlike: String =
        (0..90_000u32).map(|at| char::from(b'a' + (at.wrapping_mul(2_654_435_761) >> 24) as u8 % 26)).collect();
    let expected = [32_768, 32_768, 24_464];
    for (text, level, chunk) in [
        (&alike, Compression::best(), 90_000),
        (&unlike, Compression::fast(), 90_000),
        (&alike, Compression::default(), 777),
        (&unlike, Compression::best(), 5),
    ] {
        assert_eq!(parts(text.clone(), level, chunk).await, expected);
    }
}
