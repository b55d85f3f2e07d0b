//! Through a proxy.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use wasmtime_wasi_http::Error as HttpError;

use soar::transport::{LiveOptions, Peer, Proxy, Transport as _, TransportError};

use crate::support::odd::{Authority, PONG, one_request, serve, serve_each, serve_tls, silence};
use crate::{ask, failed, get, live, text};

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
    LiveOptions { proxy: Some(proxy), ..LiveOptions::default() }
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let server = serve_tls(authority.server(&["chat.test"]), &[b"http/1.1"]).await;
    let (proxy, mut asks) = proxy(server).await;
    let options =
        LiveOptions { ca: Some(authority.file().into()), ..through(&format!("http://us:hunter2@{proxy}"), "") };
    let live = live(options);
    for _ in 0..2 {
        // Only the proxy knows the name.
        let response = live.send(get("https://chat.test/a")).await.unwrap();
        assert_eq!(response.extensions().get::<Peer>(), None, "the proxy is not the server");
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
    assert_eq!(response.extensions().get(), Some(&Peer(server)));
    assert!(asks.try_recv().is_err());
}

#[tokio::test]
async fn the_proxy_refuses() {
    for (answer, expected) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "the proxy wants other credentials",
        ),
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "the proxy answered 502 Bad Gateway"),
    ] {
        let proxy = serve(answer, 1).await;
        let live = live(through(&format!("http://us:hunter2@{proxy}"), ""));
        let (error, words) = failed(live.send(get("https://chat.test/")).await);
        assert!(matches!(error, HttpError::DestinationUnavailable), "{error:?}");
        let place = format!("https://chat.test:443 through the proxy http://{proxy}: ");
        assert!(words.starts_with(&place) && words.contains(expected), "{words}");
        assert!(!words.contains("hunter2"));
    }
    let (proxy, listener) = silence().await;
    drop(listener);
    let (error, words) = failed(live(through(&format!("{proxy}"), "")).send(get("http://chat.test/")).await);
    assert!(matches!(error, HttpError::ConnectionRefused) && words.contains("through the proxy"), "{words}");
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
