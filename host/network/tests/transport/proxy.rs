//! Through a proxy.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::{Barrier, mpsc};

use soar_network::transport::{LiveOptions, NetErrorKind, Proxy, Transport as _, TransportError};

use crate::{ask, failed, get, live, post, text};
use soar_testing::odd::{Authority, PONG, one_request, serve, serve_each, serve_tls, silence};

/// A proxy that digs tunnels to `target`, whatever it is asked for, and answers everything else itself; and the heads
/// of what it was asked.
async fn proxy(target: SocketAddr) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (asked, asks) = mpsc::unbounded_channel();
    let address = serve_each(move |mut stream, _| {
        let asked = asked.clone();
        async move {
            while let Some(request) = one_request(&mut stream).await {
                let is_connect = request.starts_with("CONNECT ");
                asked.send(request).unwrap();
                if is_connect {
                    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                    let mut target = TcpStream::connect(target).await.unwrap();
                    drop(copy_bidirectional(&mut stream, &mut target).await);
                    return;
                }
                stream.write_all(PONG.as_bytes()).await.unwrap();
            }
        }
    });
    (address.await, asks)
}

fn through(http: &str, no: &str) -> LiveOptions {
    let proxy = Proxy::new(Some(http), Some(http), no).unwrap();
    LiveOptions::new().with_proxy(proxy)
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let server = serve_tls(authority.server(&["chat.test"]), &[b"http/1.1"]).await;
    let (proxy, mut asks) = proxy(server).await;
    let options = through(&format!("http://us:hunter2@{proxy}"), "").with_ca(authority.file());
    let live = live(options);
    for _ in 0..2 {
        // Only the proxy knows the name.
        let response = live.send(get("https://chat.test/a")).await.unwrap();
        assert_eq!(response.peer, None, "the proxy is not the server");
        assert_eq!(text(response).await.unwrap(), "pong");
    }
    let request = asks.recv().await.unwrap();
    assert!(request.starts_with("CONNECT chat.test:443 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nproxy-authorization: Basic dXM6aHVudGVyMg==\r\n"), "{request}");
    assert!(!request.contains("s3cr3t"));
    assert!(asks.try_recv().is_err(), "the tunnel is used again");
    let [network] = &live.network()[..] else { panic!("one origin") };
    assert!(network.starts_with(&format!("https://chat.test:443: through the proxy http://{proxy}, which resolves")));
    assert!(!network.contains("hunter2") && !format!("{live:?}").contains("hunter2"));
}

#[tokio::test]
async fn http_is_asked_of_the_proxy() {
    let (proxy, mut asks) = proxy("127.0.0.1:1".parse().unwrap()).await;
    let live = live(through(&format!("http://us:hunter2@{proxy}"), ""));
    assert_eq!(ask(&live, "http://chat.test:8065/a?b=c").await, "pong");
    let request = asks.recv().await.unwrap();
    assert!(request.starts_with("GET http://chat.test:8065/a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nhost: chat.test:8065\r\n"), "{request}");
    assert!(request.contains("\r\nproxy-authorization: Basic dXM6aHVudGVyMg==\r\n"), "{request}");
}

#[tokio::test]
async fn some_hosts_are_reached_without() {
    let (proxy, mut asks) = proxy("127.0.0.1:1".parse().unwrap()).await;
    let server = serve(PONG, 1).await;
    let live = live(through(&format!("http://us:hunter2@{proxy}"), "127.0.0.0/8"));
    let response = live.send(get(&format!("http://{server}/"))).await.unwrap();
    assert_eq!(response.peer, Some(server));
    assert!(asks.try_recv().is_err());
}

/// A proxy that answers each CONNECT so, counts them, and digs no tunnel.
async fn refusing(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let address = serve_each(move |mut stream, _| {
        let count = count.clone();
        async move {
            while one_request(&mut stream).await.is_some() {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    (address.await, asked)
}

#[tokio::test]
async fn the_proxy_refuses() {
    for (answer, expected) in [
        ("407 Proxy Authentication Required", "the proxy wants other credentials (407)"),
        ("407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM", "the proxy takes NTLM alone (407)"),
        ("403 Forbidden", "the proxy answered 403 Forbidden: it does not let this machine"),
        (
            "302 Found\r\nLocation: http://login.test",
            "the proxy answered 302 Found: as a rule it wants somebody to sign in",
        ),
        ("405 Method Not Allowed", "expected an HTTP proxy that allows CONNECT"),
    ] {
        let (proxy, asked) = refusing(answer).await;
        let live = live(through(&format!("http://us:hunter2@{proxy}"), ""));
        // However many there are, and whatever comes after them.
        let together = (0..8).map(|_| live.send(get("https://chat.test/")));
        for refused in join_all(together).await.into_iter().chain([live.send(get("https://chat.test/")).await]) {
            let Err(TransportError::Refused(words)) = refused else { panic!("{answer}: {refused:?}") };
            let place = format!("https://chat.test:443 through the proxy http://{proxy}: ");
            assert!(words.starts_with(&place) && words.contains(expected), "{words}");
            assert!(!words.contains("hunter2"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{answer}");
    }
    let (proxy, listener) = silence().await;
    drop(listener);
    let (error, words) = failed(live(through(&format!("{proxy}"), "")).send(get("http://chat.test/")).await);
    assert!(matches!(error, NetErrorKind::ConnectionRefused) && words.contains("through the proxy"), "{words}");
}

#[tokio::test]
async fn the_proxy_does_not_reach_the_server() {
    for answer in ["502 Bad Gateway", "503 Service Unavailable", "500 Unable to connect"] {
        let (proxy, asked) = refusing(answer).await;
        let live = live(through(&format!("http://us:hunter2@{proxy}"), ""));
        for number in 1..3 {
            let (error, words) = failed(live.send(get("https://chat.test/")).await);
            assert!(matches!(error, NetErrorKind::DestinationUnavailable), "{error:?}");
            assert!(words.contains(&format!("the proxy answered {}", &answer[..3])), "{words}");
            assert_eq!(asked.load(Ordering::SeqCst), number, "{answer}");
        }
    }
}

/// Whatever becomes of CONNECT, nothing of the request was sent.
#[tokio::test]
async fn a_proxy_that_hangs_up_has_sent_nothing_and_what_is_none_is_said() {
    let hanging = serve_each(|mut stream, _| async move {
        one_request(&mut stream).await;
    });
    let live = live(through(&format!("http://us:hunter2@{}", hanging.await), ""));
    let (error, words) = failed(live.send(post("https://chat.test/", "{}")).await);
    assert!(
        matches!(error, NetErrorKind::DestinationUnavailable) && words.contains("did not answer"),
        "{error:?} {words}"
    );
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 200 OK\r\n\r\nhello"] {
        let other = serve(answer, 1).await;
        let live = crate::live(through(&format!("{other}"), ""));
        let refused = live.send(post("https://chat.test/", "{}")).await;
        assert!(matches!(refused, Err(TransportError::Refused(_))), "{answer}: {refused:?}");
    }
}

#[tokio::test]
async fn tunnels_are_dug_side_by_side_once_one_is_there() {
    let authority = Authority::new();
    let server = serve_tls(authority.server(&["chat.test"]), &[b"http/1.1"]).await;
    // From the second on each waits for another one.
    let barrier = Arc::new(Barrier::new(2));
    let address = serve_each(move |mut stream, number| {
        let barrier = barrier.clone();
        async move {
            one_request(&mut stream).await.unwrap();
            if number > 0 {
                barrier.wait().await;
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut target = TcpStream::connect(server).await.unwrap();
            drop(copy_bidirectional(&mut stream, &mut target).await);
        }
    });
    let proxy = address.await;
    let options = through(&format!("http://us:hunter2@{proxy}"), "").with_ca(authority.file());
    let live = live(options);
    // Its answer keeps its connection.
    let _kept = live.send(get("https://chat.test/")).await.unwrap();
    let together = join_all((0..2).map(|_| live.send(get("https://chat.test/"))));
    for answer in together.await {
        assert_eq!(text(answer.unwrap()).await.unwrap(), "pong");
    }
}

#[tokio::test]
async fn a_proxy_that_cant_be_used_is_named_where_it_would_be_asked() {
    let system = |name: &str| (name == "HTTPS_PROXY").then(|| "socks5://us:hunter2@proxy.test".to_owned());
    let server = serve(PONG, 1).await;
    let live = live(LiveOptions::new().with_proxy(Proxy::system(&system)));
    assert_eq!(ask(&live, &format!("http://{server}/")).await, "pong");
    let (error, words) = failed(live.send(get("https://chat.test/")).await);
    assert!(matches!(error, NetErrorKind::ConfigurationError), "{error:?}");
    assert!(
        words.starts_with("HTTPS_PROXY: its scheme is not http; expected") && !words.contains("hunter2"),
        "{words}"
    );
}

#[tokio::test]
async fn addresses_are_judged_before_the_proxy_is_asked() {
    let (proxy, mut asks) = proxy("127.0.0.1:1".parse().unwrap()).await;
    let live = Arc::new(live(through(&format!("{proxy}"), "")));
    for url in ["https://169.254.169.254/", "http://0xa9fea9fe/", "http://[fd00:ec2::254]/"] {
        let error = live.send(get(url)).await.unwrap_err();
        assert!(matches!(error, TransportError::Denied(_)), "{error}");
    }
    assert!(asks.try_recv().is_err());
}
