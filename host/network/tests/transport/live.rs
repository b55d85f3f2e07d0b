//! One request, and all that can become of it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::io::AsyncWriteExt as _;

use soar_network::transport::{Body, Live, LiveOptions, NetError, NetErrorKind, Transport as _};

use crate::{failed, get, post, text};
use soar_testing::odd::{PONG, one_request, serve, silence};

#[tokio::test]
async fn a_connection_is_used_again() {
    let address = serve(PONG, 2).await;
    let live = Live::new(LiveOptions::default()).unwrap();
    for _ in 0..2 {
        let url = format!("http://{address}/a?b=c");
        let response = live.send(post(&url, "{}")).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(text(response).await.unwrap(), "pong");
    }
    assert!(!live.virtual_time());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n";
    let address = serve(redirect, 1).await;
    let live = Live::new(LiveOptions::default()).unwrap();
    let response = live.send(get(&format!("http://{address}/a"))).await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "/b");
}

#[tokio::test]
async fn nothing_listens() {
    let (address, listener) = silence().await;
    drop(listener);
    let live = Live::new(LiveOptions::default()).unwrap();
    let (error, words) = failed(live.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::ConnectionRefused), "{error:?}");
    let expected = format!("http://{address}: connection refused: nothing listens there");
    assert_eq!(words, expected);
}

#[tokio::test]
async fn the_name_is_unknown() {
    let live = Live::new(LiveOptions::default()).unwrap();
    // Too long for a name: nobody is asked.
    let name = "n".repeat(64);
    let (error, words) = failed(live.send(get(&format!("http://{name}/"))).await);
    assert!(matches!(error, NetErrorKind::DnsError), "{error:?}");
    let expected = format!("http://{name}:80: the name can't be resolved: ");
    assert!(words.starts_with(&expected), "{words}");
}

#[tokio::test]
async fn the_server_closes_at_once() {
    let address = serve("", 1).await;
    let live = Live::new(LiveOptions::default()).unwrap();
    let (error, words) = failed(live.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::ConnectionTerminated), "{error:?}");
    let expected = format!("http://{address}: the connection was closed before an answer came");
    assert_eq!(words, expected);
}

#[tokio::test]
async fn the_answer_is_cut() {
    let address = serve("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npong", 1).await;
    let live = Live::new(LiveOptions::default()).unwrap();
    let response = live.send(get(&format!("http://{address}/"))).await.unwrap();
    let error = text(response).await.unwrap_err();
    assert!(matches!(error, NetErrorKind::HttpResponseIncomplete), "{error:?}");
}

#[tokio::test]
async fn the_answer_is_not_http() {
    let address = serve("SSH-2.0-OpenSSH_9.6\r\n\r\n", 1).await;
    let live = Live::new(LiveOptions::default()).unwrap();
    let (error, words) = failed(live.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::HttpProtocolError), "{error:?}");
    assert!(words.contains("what was answered is not HTTP"), "{words}");
}

#[tokio::test]
async fn no_answer_comes() {
    let (address, _listener) = silence().await;
    let live = Live::new(LiveOptions::new().with_first_byte(Duration::from_millis(50))).unwrap();
    let (error, words) = failed(live.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::HttpResponseTimeout), "{error:?}");
    assert_eq!(words, format!("http://{address}: no answer within 0.05 s"));
}

#[tokio::test]
async fn the_answer_stands_still() {
    let (address, listener) = silence().await;
    let live = Live::new(LiveOptions::new().with_between_bytes(Duration::from_millis(50))).unwrap();
    let sending = tokio::spawn(async move {
        let response = live.send(get(&format!("http://{address}/"))).await;
        text(response.unwrap()).await
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    one_request(&mut stream).await.unwrap();
    let beginning = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npong";
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let error = sending.await.unwrap().unwrap_err();
    assert!(matches!(error, NetErrorKind::ConnectionReadTimeout), "{error:?}");
}

/// A body that fails after its first part.
struct Failing {
    is_begun: bool,
}

impl http_body::Body for Failing {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        Poll::Ready(Some(match std::mem::replace(&mut self.is_begun, true) {
            false => Ok(Frame::data(Bytes::from_static(b"x"))),
            true => Err(NetErrorKind::HttpRequestBodySize(Some(5)).into()),
        }))
    }
}

#[tokio::test]
async fn the_requests_body_fails() {
    let (address, listener) = silence().await;
    tokio::spawn(async move {
        let mut accepted = listener.accept().await.unwrap();
        one_request(&mut accepted.0).await
    });
    let mut request = post(&format!("http://{address}/"), "x");
    *request.request.body_mut() = Body::new(Failing { is_begun: false });
    let live = Live::new(LiveOptions::default()).unwrap();
    let (error, words) = failed(live.send(request).await);
    assert!(matches!(error, NetErrorKind::HttpRequestBodySize(Some(5))), "{error:?}");
    assert!(words.contains("sending the request's body"), "{words}");
}

/// As old gateways write them.
#[tokio::test]
async fn folded_headers_and_blanks_before_a_colon_are_read() {
    let answer =
        "HTTP/1.1 200 OK\r\nX-Way: by a proxy\r\n\tand another\r\nX-Server : old\r\nContent-Length : 4\r\n\r\npong";
    let live = Live::new(LiveOptions::default()).unwrap();
    let response = live.send(get(&format!("http://{}/", serve(answer, 1).await))).await.unwrap();
    assert_eq!(response.headers()["x-server"], "old");
    let way = response.headers()["x-way"].to_str().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(way, ["by", "a", "proxy", "and", "another"]);
    assert_eq!(text(response).await.unwrap(), "pong");
}

#[tokio::test]
async fn heads_that_only_say_that_it_will_take_a_while_have_an_end() {
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
        format!("HTTP/1.1 102 Processing\r\n{}\r\n", "a: b\r\n".repeat(90)),
    ] {
        let address = soar_testing::odd::serve_each(move |mut stream, _| {
            let interim = interim.repeat(100);
            async move {
                one_request(&mut stream).await.unwrap();
                while stream.write_all(interim.as_bytes()).await.is_ok() {}
            }
        })
        .await;
        let live = Live::new(LiveOptions::new().with_first_byte(Duration::from_secs(86_400))).unwrap();
        let asked = tokio::time::timeout(Duration::from_secs(60), live.send(get(&format!("http://{address}/"))));
        let (error, words) = failed(asked.await.expect("it has an end"));
        assert!(matches!(error, NetErrorKind::InternalError(_)), "{error:?}");
        assert!(words.ends_with("the server sends heads of answers, one after the other, and no answer"), "{words}");
    }
}

#[tokio::test]
async fn some_of_them_are_passed_over() {
    let answer: &'static str = format!("{}{PONG}", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(200)).leak();
    let live = Live::new(LiveOptions::default()).unwrap();
    assert_eq!(crate::ask(&live, &format!("http://{}/", serve(answer, 1).await)).await, "pong");
}
