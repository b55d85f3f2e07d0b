//! Transports that keep what passes, and those that give it again.

use std::sync::Arc;

use http_body::Body as _;
use http_body_util::BodyExt as _;

use soar_network::recording::{Content, Recording, Secrets};
use soar_network::transport::{
    Answering, Body, Inbound, Live, LiveOptions, NetErrorKind, Outbound, Record, Replay, Transport, TransportError,
};

use crate::{failed, get, post, text};
use soar_testing::odd::{PONG, serve};

const CHROME: &[u8] = include_bytes!("../../src/recording/testdata/chrome.har");
const FIREFOX: &[u8] = include_bytes!("../../src/recording/testdata/firefox.har");
const REAL: &[u8] = include_bytes!("../../src/recording/testdata/real.har");

#[tokio::test]
async fn what_is_recorded_replays() {
    let answer = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\
                  Content-Type: application/json\r\nX-Echo: t0p-s3cr3t\r\n\r\n\
                  9\r\n{\"id\": 1}\r\n0\r\n\r\n";
    let address = serve(answer, 1).await;
    let live = Arc::new(Live::new(LiveOptions::default()).unwrap());
    let record = Record::new(live, Secrets::new(["t0p-s3cr3t"]));
    let request = |id: &str| {
        let body = format!(r#"{{"text": "t0p-s3cr3t", "pending": "{id}"}}"#);
        let mut request = post(&format!("http://{address}/a?b=%2D"), body);
        request.volatile = Arc::new(["pending".to_owned()]);
        request
    };
    let response = record.send(request("1")).await.unwrap();
    assert_eq!(text(response).await.unwrap(), r#"{"id": 1}"#);
    // The server is gone: what fails leaves nothing.
    failed(record.send(request("2")).await);

    let written = record.recording().unwrap().write();
    assert!(!written.contains("s3cr3t") && !written.contains("a=b"), "{written}");
    let replay = Replay::new(Recording::read(written).unwrap());
    assert!(replay.virtual_time());
    assert_eq!(replay.unused().len(), 1);
    let response = replay.send(request("3")).await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["content-length"], "9");
    assert_eq!(response.headers()["x-echo"], "[redacted]");
    assert!(!response.headers().contains_key("transfer-encoding"));
    assert_eq!(text(response).await.unwrap(), r#"{"id": 1}"#);
    assert!(replay.unused().is_empty());

    let miss = replay.send(request("4")).await.unwrap_err();
    assert!(matches!(&miss, TransportError::Miss(_)), "{miss}");
    assert!(miss.to_string().ends_with("used up: the recording has 1 such request"));
}

#[tokio::test]
async fn records_no_more_than_the_limit() {
    let address = serve(PONG, 1).await;
    let live = Arc::new(Live::new(LiveOptions::default()).unwrap());
    let record = Record::new(live, Secrets::default()).with_body_limit(3);
    let url = format!("http://{address}/?token=x");
    let error = record.send(get(&url)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "GET http://{address}/?token=%5Bredacted%5D: the answer's body is longer than 3 bytes, \
             the most that a recording keeps"
        )
    );
    let error = record.send(post(&url, "{  }")).await.unwrap_err();
    assert!(matches!(NetErrorKind::from(error), NetErrorKind::HttpRequestBodySize(Some(3))));
    assert!(record.recording().unwrap().exchanges.is_empty());
}

/// A component that fills a recording could have the host look through guesses in URLs that are not sent any more.
#[tokio::test]
async fn what_a_component_is_told_of_a_full_recording_is_the_same_for_every_secret() {
    let pong = Arc::new(Replay::new(Recording::read(CHROME).unwrap()));
    let told = |error| match NetErrorKind::from(error) {
        NetErrorKind::InternalError(Some(words)) => words,
        other => panic!("{other}"),
    };
    for secret in ["00731234", "00731235"] {
        let record = Record::new(pong.clone(), Secrets::new([secret])).with_limit(0);
        let error = record.send(get("http://chat.test/api/ok?page=00731234.00731235")).await.unwrap_err();
        assert!(error.to_string().contains("%5Bredacted%5D"), "people are told which it was: {error}");
        assert_eq!(told(error), "a recording keeps no more than 0 B");
        let record = Record::new(pong.clone(), Secrets::new([secret])).with_folder("/nowhere");
        let error = record.send(post("http://other:1/00731234.00731235", "x".repeat(2 << 20))).await.unwrap_err();
        let words = told(error);
        assert!(words.contains("can't be kept") && !words.contains("00731") && !words.contains("edacted"), "{words}");
    }
}

/// Answers with a body that is coded.
struct Coded;

impl Transport for Coded {
    fn send(&self, Outbound { request, .. }: Outbound) -> Answering {
        assert_eq!(request.headers()["accept-encoding"], "identity");
        let answer = http::Response::builder().header("content-encoding", "gzip").body("x".into());
        Box::pin(async { Ok(Inbound::from(answer.unwrap())) })
    }
}

#[tokio::test]
async fn what_is_still_coded_is_not_kept() {
    let record = Record::new(Arc::new(Coded), Secrets::default());
    let response = record.send(get("http://chat.test/")).await.unwrap();
    // For whoever asked to refuse.
    assert!(response.headers().contains_key("content-encoding"));
    assert!(record.recording().unwrap().exchanges.is_empty());
}

#[tokio::test]
async fn browsers_recordings_replay() {
    let chrome = Replay::new(Recording::read(CHROME).unwrap());
    let url = "http://other:1/api/posts?notify=a+b";
    let sent = chrome.send(post(url, r#"{"props":{},"message":"hello"}"#)).await;
    let response = sent.unwrap();
    assert!(!response.headers().contains_key("content-encoding"));
    assert_eq!(text(response).await.unwrap(), "{\"id\":\"p1\",\"ok\":true}\n");

    let firefox = Replay::new(Recording::read(FIREFOX).unwrap());
    let mut form = post("http://h/oauth/form", "page=1&name=%C3%A4+b");
    let media_type = "application/x-www-form-urlencoded".parse().unwrap();
    form.request.headers_mut().insert("content-type", media_type);
    let response = firefox.send(form).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.starts_with(b"GIF89a"));
}

#[tokio::test]
async fn real_exchanges_replay_in_order() {
    let recording = Recording::read(REAL).unwrap();
    let replay = Replay::new(recording.clone());
    for exchange in recording.exchanges.iter().filter(|each| each.is_playable()) {
        let recorded = &exchange.request;
        let request = http::Request::builder()
            .method(&*recorded.method)
            .uri(&recorded.url)
            .header("content-type", &recorded.media_type)
            .body(recorded.body.clone().into())
            .unwrap();
        let response = replay.send(request.into()).await.unwrap();
        assert_eq!(response.status(), exchange.answer.status);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(Content::Kept(body), exchange.answer.content);
    }
    assert!(replay.unused().is_empty());
}

/// Answers each request with its own body, backwards, and counts them.
struct Backwards(Arc<std::sync::atomic::AtomicUsize>);

impl Transport for Backwards {
    fn send(&self, Outbound { request, .. }: Outbound) -> Answering {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
            bytes.reverse();
            let answer = http::Response::builder().header("content-type", &parts.headers["content-type"]);
            Ok(answer.body(Body::from(bytes)).unwrap().into())
        })
    }
}

#[tokio::test]
async fn long_bodies_pass_by_files_that_nobody_sees() {
    const SECRET: &str = "t0p-s3cr3t-of-some-length";
    let folder = tempfile::tempdir().unwrap();
    let record = Record::new(Arc::new(Backwards(Arc::default())), Secrets::new([SECRET])).with_folder(folder.path());
    let backwards: String = SECRET.chars().rev().collect();
    let text = format!("{}{SECRET}ä{backwards} \u{202e}", "long, \"ä\" ".repeat(300_000));
    let mut binary = text.clone().into_bytes();
    binary.push(0xff);
    for body in [text.clone().into_bytes(), binary, Vec::new(), b"short".to_vec()] {
        let answer = record.send(post("http://h/", body.clone())).await.unwrap();
        assert_eq!(answer.response.body().size_hint().exact(), Some(body.len() as u64));
        let answered = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(answered.iter().rev().eq(&body));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let recording = record.recording().unwrap();
    let bodies: Vec<_> = recording.exchanges.iter().map(|exchange| exchange.request.body.clone()).collect();
    assert_eq!(bodies[0], text.replace(SECRET, "[redacted]").as_bytes());
    assert_eq!((bodies[1].last(), &bodies[2][..], &bodies[3][..]), (Some(&0xff), &b""[..], &b"short"[..]));
    let mut written = Vec::new();
    record.write(&mut written).unwrap();
    let written = String::from_utf8(written).unwrap();
    assert!(written == recording.write(), "what is written by parts is what is written whole");
    assert!(!written.contains(SECRET));
    assert!(Recording::read(&written).unwrap().write() == written);
}

#[tokio::test]
async fn a_recording_that_is_full_lets_nothing_leave() {
    let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let record = Record::new(Arc::new(Backwards(sent.clone())), Secrets::default()).with_limit(64 << 10);
    let body = "x".repeat(20 << 10);
    for sent_then in [1, 2, 2, 2] {
        let result = record.send(post("http://h/?token=x", body.clone())).await;
        assert_eq!((result.is_ok(), sent.load(std::sync::atomic::Ordering::Relaxed)), (sent_then == 1, sent_then));
        if let Err(error) = result {
            let words = "POST http://h/?token=%5Bredacted%5D: a recording keeps no more than 64.0 KiB";
            assert_eq!(error.to_string(), words);
        }
    }
    assert_eq!(record.recording().unwrap().exchanges.len(), 1);
}
