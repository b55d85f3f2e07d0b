//! A connection has its time, with its name, its addresses, a proxy's tunnel and TLS; and nothing was sent before there is one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use soar_network::transport::{NetErrorKind, Proxy, Timeouts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use soar_testing::odd::{Names, PONG, Swallowing, one_request, serve_each, silence};

/// Little time for a connection, and much for all else.
fn hasty() -> LiveOptions {
    let long = Duration::from_secs(86_400);
    LiveOptions::new().with_connect(Duration::from_millis(100)).with_first_byte(long).with_between_bytes(long)
}

/// That there was no connection in time, and what was waited for.
async fn is_late(options: LiveOptions, url: &str, expected: &str) {
    let (error, words) = failed(live(options).send(post(url, "{}")).await);
    assert!(matches!(error, NetErrorKind::ConnectionTimeout), "{error:?} {words}");
    assert!(words.ends_with(expected), "{words}");
}

#[tokio::test]
async fn a_silent_tls_handshake_ends_with_the_time_for_a_connection() {
    let (address, _listener) = silence().await;
    is_late(hasty(), &format!("https://{address}/"), ": the TLS handshake did not end within 0.1 s").await;
}

/// Those that wait for what another one opens don't wait one after the other.
#[tokio::test]
async fn many_requests_to_a_silent_server_end_as_soon_as_one() {
    let (address, _listener) = silence().await;
    let (live, url) = (live(hasty()), format!("https://{address}/"));
    let all = futures_util::future::join_all((0..40).map(|_| live.send(post(&url, "{}"))));
    // One after the other would take 4 s.
    for answer in tokio::time::timeout(Duration::from_secs(2), all).await.expect("all at once") {
        assert!(matches!(failed(answer).0, NetErrorKind::ConnectionTimeout));
    }
}

#[tokio::test]
async fn a_silent_proxy_ends_with_the_time_for_a_connection() {
    let (proxy, _listener) = silence().await;
    let proxy = Proxy::new(None, Some(&format!("http://{proxy}")), "").unwrap();
    let options = hasty().with_proxy(proxy);
    is_late(options, "https://chat.test/", ": the proxy's answer to CONNECT did not end within 0.1 s").await;
}

/// A component may want to wait for less.
#[tokio::test]
async fn a_component_may_give_a_connection_less_time() {
    let (address, _listener) = silence().await;
    let mut request = post(&format!("https://{address}/"), "{}");
    let connect = Some(Duration::from_millis(50));
    request.timeouts = Timeouts { connect, ..Timeouts::default() };
    let (error, words) = failed(live(LiveOptions::default()).send(request).await);
    assert!(matches!(error, NetErrorKind::ConnectionTimeout), "{error:?}");
    assert!(words.ends_with(": no connection within 0.05 s"), "{words}");
}

#[tokio::test]
async fn what_breaks_before_the_first_byte_is_told_as_not_sent() {
    // In the TLS handshake, and before it.
    for reads in [true, false] {
        let address = serve_each(move |mut stream, _| async move {
            if reads {
                stream.read_exact(&mut [0; 5]).await.unwrap();
            }
        })
        .await;
        let (error, words) =
            failed(live(LiveOptions::default()).send(post(&format!("https://{address}/"), "{}")).await);
        assert!(matches!(error, NetErrorKind::DestinationUnavailable), "{error:?} {words}");
    }
}

#[tokio::test]
async fn an_address_that_swallows_everything_is_passed_over_and_not_tried_first_again() {
    let tried = Arc::new(Mutex::new(0));
    let counted = tried.clone();
    let good = serve_each(move |mut stream, _| {
        *counted.lock().unwrap() += 1;
        async move {
            one_request(&mut stream).await.unwrap();
            stream.write_all(PONG.as_bytes()).await.unwrap();
        }
    })
    .await;
    let silent = Swallowing::at(([127, 0, 0, 9], good.port()).into());
    let options = LiveOptions::new().with_connect(Duration::from_secs(86_400));
    let names = Names::new(&[&[&silent.address.ip().to_string(), &good.ip().to_string()]]);
    let live = Live::with_resolver(options, names).unwrap();
    for count in 1..4 {
        let answer = live.send(get(&format!("http://localhost:{}/", good.port()))).await.unwrap();
        assert_eq!(answer.peer, Some(good));
        assert_eq!(text(answer).await.unwrap(), "pong");
        assert_eq!(*tried.lock().unwrap(), count);
    }
}
