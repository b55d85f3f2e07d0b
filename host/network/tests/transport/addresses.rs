//! Where connections go.

use std::sync::Arc;

use soar_network::address::{Private, Resolve, Resolving};
use soar_network::transport::{Inbound, Live, LiveOptions, NetErrorKind, Transport as _, TransportError};

use crate::{ask, failed, get, live, text};
use soar_testing::odd::{Names, PONG, serve, silence};

fn denied(result: Result<Inbound, TransportError>) -> String {
    match result {
        Err(error @ TransportError::Denied(_)) => error.to_string(),
        other => panic!("should have been denied: {other:?}"),
    }
}

#[tokio::test]
async fn a_name_that_moves_inside_is_refused() {
    let (address, _listener) = silence().await;
    let port = address.port();
    // No time to connect: nothing is sent to the public one.
    let answers = Names::new(&[&["1.1.1.1"], &["10.0.0.1"]]);
    let options = LiveOptions::new().with_connect(std::time::Duration::ZERO);
    let live = Live::with_resolver(options, answers).unwrap();
    let url = format!("http://chat.test:{port}/");
    let (_, words) = failed(live.send(get(&url)).await);
    assert!(words.starts_with(&format!("http://chat.test:{port} at 1.1.1.1:{port}: ")), "{words}");
    // Nor by another spelling.
    denied(live.send(get(&format!("http://user@CHAT.test:{port}/"))).await);
    let words = denied(live.send(get(&url)).await);
    let expected = format!("http://chat.test:{port}: chat.test stands for 10.0.0.1, which is in a private network: ");
    assert!(words.starts_with(&expected), "{words}");
    assert_eq!(
        live.network(),
        [format!("http://chat.test:{port}: directly; chat.test is public: private addresses are refused")]
    );
}

#[tokio::test]
async fn only_addresses_that_are_allowed_are_tried() {
    let address = serve(PONG, 1).await;
    let (port, url) = (address.port(), format!("http://localhost:{}/", address.port()));
    // The metadata service is left out, and what refuses is passed over.
    let answers = Names::new(&[&["169.254.169.254", "10.0.0.1", "::1", "127.0.0.1"]]);
    let live = Live::with_resolver(LiveOptions::default(), answers).unwrap();
    let response = live.send(get(&url)).await.unwrap();
    assert_eq!(response.peer, Some(address));
    assert_eq!(text(response).await.unwrap(), "pong");

    for (name, answer, class) in [
        ("chat.test", "127.0.0.1", "loopback"),
        ("chat.test", "::ffff:169.254.169.254", "a cloud metadata service"),
        ("chat.test", "64:ff9b::7f00:1", "loopback"),
        ("localhost", "10.0.0.1", "in a private network"),
    ] {
        let live = Live::with_resolver(LiveOptions::default(), Names::new(&[&[answer]])).unwrap();
        let words = denied(live.send(get(&format!("http://{name}:{port}/"))).await);
        assert!(words.contains(&format!("{name} stands for ")) && words.contains(class), "{words}");
    }
}

#[tokio::test]
async fn literals_are_what_they_are_in_every_spelling() {
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1"] {
        let address = serve(PONG, 1).await;
        // Nobody is asked for its address.
        let live = Live::with_resolver(LiveOptions::default(), Names::new(&[])).unwrap();
        let response = live.send(get(&format!("http://{host}:{}/", address.port()))).await.unwrap();
        assert_eq!(response.peer, Some(address), "{host}");
    }
    for host in ["0xa9fea9fe", "2852039166", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "0.0.0.0", "[::]", "224.0.0.1"] {
        denied(live(LiveOptions::default()).send(get(&format!("http://{host}/"))).await);
    }
    let (error, words) = failed(live(LiveOptions::default()).send(get("http://1.2.3.4.5/")).await);
    assert!(matches!(error, NetErrorKind::HttpRequestUriInvalid), "{error:?}");
    assert!(words.contains("neither a name nor an address"), "{words}");
}

#[tokio::test]
async fn private_networks_can_be_forbidden() {
    let (address, _listener) = silence().await;
    let live = live(LiveOptions::new().with_private(Private::Never));
    let error = live.send(get(&format!("http://{address}/"))).await.unwrap_err();
    assert!(error.to_string().ends_with("private networks are forbidden for this instance"), "{error}");
    assert!(matches!(NetErrorKind::from(error), NetErrorKind::DestinationIpProhibited));
}

#[tokio::test]
async fn a_name_without_an_address() {
    let live = Live::with_resolver(LiveOptions::default(), Names::new(&[&[]])).unwrap();
    let (error, words) = failed(live.send(get("http://chat.test/")).await);
    assert!(matches!(error, NetErrorKind::DnsError), "{error:?}");
    assert_eq!(words, "http://chat.test:80: the name can't be resolved: it has no address");
}

/// A system that never answers, and counts who asks.
struct Silent(std::sync::atomic::AtomicUsize);

impl Resolve for Silent {
    fn resolve(&self, _: &str) -> Resolving {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_system_that_does_not_answer_is_asked_only_so_often_at_once() {
    let silent = Arc::new(Silent(Default::default()));
    let options = LiveOptions::new().with_connect(std::time::Duration::from_millis(50));
    let live = Live::with_resolver(options, silent.clone()).unwrap();
    let send = |number| live.send(get(&format!("http://chat-{number}.test/")));
    for _ in 0..2 {
        for answer in futures_util::future::join_all((0..20).map(send)).await {
            // Those who gave up have left their look-ups behind: nobody asks anew while these go on.
            let (error, words) = failed(answer);
            assert!(matches!(error, NetErrorKind::DnsTimeout), "{error:?}");
            assert!(words.ends_with(": the name was not resolved within 0.05 s"), "{words}");
        }
        assert_eq!(silent.0.load(std::sync::atomic::Ordering::Relaxed), 4);
    }
}

/// What an instance's administrator said stands in its requests, whatever the transport was made with.
#[tokio::test]
async fn a_request_may_be_kept_from_private_networks() {
    let address = serve(PONG, 2).await;
    let url = format!("http://{address}/");
    let live = live(LiveOptions::default());
    assert_eq!(ask(&live, &url).await, "pong");
    let mut request = get(&url);
    request.private = Private::Never;
    let words = denied(live.send(request).await);
    assert!(words.ends_with("private networks are forbidden for this instance"), "{words}");
    // And the connections of those who may are theirs alone.
    assert_eq!(ask(&live, &url).await, "pong");
}
