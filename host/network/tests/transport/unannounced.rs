//! Servers that end connections without a word: what reads is asked again, what writes is sent by a connection that will stay.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::*;
use soar_testing::odd::{PONG, one_request, serve_each};

/// Answers so many requests of each connection and ends it after a while, without a word.
async fn ending(uses: usize, after: Duration) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    let address = serve_each(move |mut stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            for _ in 0..uses {
                if one_request(&mut stream).await.is_none() {
                    return;
                }
                stream.write_all(PONG.as_bytes()).await.unwrap();
            }
            tokio::time::sleep(after).await;
        }
    });
    (address.await, connections)
}

#[tokio::test]
async fn each_write_arrives_at_a_server_that_ends_each_connection() {
    for after in [Duration::ZERO, Duration::from_micros(300), Duration::from_millis(3)] {
        let (address, _) = ending(1, after).await;
        for _ in 0..20 {
            // What is known of a server is known to this alone.
            let (live, url) = (live(LiveOptions::default()), format!("http://{address}/"));
            for _ in 0..3 {
                assert_eq!(ask(&live, &url).await, "pong");
                assert_eq!(text(live.send(post(&url, "{}")).await.unwrap()).await.unwrap(), "pong");
            }
        }
    }
}

#[tokio::test]
async fn writes_use_a_connection_again_that_is_kept() {
    let (address, connections) = ending(usize::MAX, Duration::ZERO).await;
    let (live, url) = (live(LiveOptions::default()), format!("http://{address}/"));
    for _ in 0..20 {
        assert_eq!(text(live.send(post(&url, "{}")).await.unwrap()).await.unwrap(), "pong");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// What reads may be asked twice, and the server is asked as often as it ends connections that were kept.
#[tokio::test]
async fn what_reads_is_asked_again_by_another_connection() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let address = serve_each(move |mut stream, number| {
        let counted = counted.clone();
        async move {
            one_request(&mut stream).await.unwrap();
            stream.write_all(PONG.as_bytes()).await.unwrap();
            // The first one takes a second request and ends.
            if number == 0 {
                one_request(&mut stream).await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
    })
    .await;
    let (live, url) = (live(LiveOptions::default()), format!("http://{address}/"));
    for _ in 0..2 {
        assert_eq!(ask(&live, &url).await, "pong");
    }
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}
