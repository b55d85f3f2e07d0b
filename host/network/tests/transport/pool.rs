//! Which connection a request goes by.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Semaphore, mpsc};

use soar_network::transport::{Body, LiveOptions, NetError, NetErrorKind, Timeouts, Transport as _};

use crate::{ask, failed, get, live, post, text};
use soar_testing::odd::{one_request, serve, serve_each, silence};

/// An answer that says which connection it came by.
fn numbered(number: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}")
}

/// Answers each request with the number of its connection, and hangs up after `uses`.
async fn numbers(uses: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let address = serve_each(move |mut stream, number| {
        let counted = counted.clone();
        async move {
            for _ in 0..uses {
                if one_request(&mut stream).await.is_none() {
                    return;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                stream.write_all(numbered(number).as_bytes()).await.unwrap();
            }
        }
    });
    (address.await, requests)
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let (address, requests) = numbers(1).await;
    let live = live(LiveOptions::default());
    for number in ["0", "1", "2"] {
        let response = live.send(post(&format!("http://{address}/"), "{}")).await.unwrap();
        assert_eq!(text(response).await.unwrap(), number);
        // The server's task gets its turn to hang up.
        tokio::task::yield_now().await;
    }
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_connection_that_was_closed_this_very_moment_is_replaced() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (close, closes) = std::sync::mpsc::channel();
    let (closed, is_closed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for number in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(numbered(number).as_bytes()).unwrap();
            closes.recv().unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let live = live(LiveOptions::default());
    assert_eq!(ask(&live, &url).await, "0");
    close.send(()).unwrap();
    // On purpose without a turn of the event loop, which could tell.
    is_closed.recv().unwrap();
    let response = live.send(post(&url, "{}")).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "1");
    close.send(()).unwrap();
}

#[tokio::test]
async fn a_write_that_may_have_arrived_is_not_sent_again() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let address = serve_each(move |mut stream, number| {
        let counted = counted.clone();
        async move {
            while one_request(&mut stream).await.is_some() {
                if counted.fetch_add(1, Ordering::SeqCst) == 1 {
                    // Taken, and never answered.
                    return;
                }
                stream.write_all(numbered(number).as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let live = live(LiveOptions::default());
    let url = format!("http://{address}/");
    assert_eq!(ask(&live, &url).await, "0");
    let (error, words) = failed(live.send(post(&url, "{}")).await);
    assert!(matches!(error, NetErrorKind::ConnectionTerminated), "{error:?} {words}");
    assert_eq!(requests.load(Ordering::SeqCst), 2);
    assert_eq!(ask(&live, &url).await, "1");
}

/// Sends `beginning` of an answer, then tells when the client hangs up.
async fn beginner(beginning: &'static str) -> (SocketAddr, mpsc::UnboundedReceiver<usize>) {
    let (hung_up, hangs_up) = mpsc::unbounded_channel();
    let address = serve_each(move |mut stream, number| {
        let hung_up = hung_up.clone();
        async move {
            one_request(&mut stream).await.unwrap();
            stream.write_all(beginning.as_bytes()).await.unwrap();
            // A reset is hanging up, too.
            if let Ok(0) | Err(_) = stream.read(&mut [0]).await {
                hung_up.send(number).unwrap();
            }
        }
    });
    (address.await, hangs_up)
}

#[tokio::test]
async fn a_request_that_is_dropped_takes_its_connection_along() {
    let (address, mut hangs_up) = beginner("").await;
    let live = live(LiveOptions::default());
    for number in 0..2 {
        let mut sent = live.send(get(&format!("http://{address}/")));
        let waited = tokio::time::timeout(Duration::from_millis(20), &mut sent).await;
        assert!(waited.is_err());
        drop(sent);
        assert_eq!(hangs_up.recv().await, Some(number));
    }
}

#[tokio::test]
async fn a_body_that_is_dropped_midway_takes_its_connection_along() {
    let (address, mut hangs_up) = beginner("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npong").await;
    let live = live(LiveOptions::default());
    for number in 0..2 {
        let mut response = live.send(get(&format!("http://{address}/"))).await.unwrap();
        response.response.body_mut().frame().await.unwrap().unwrap();
        drop(response);
        assert_eq!(hangs_up.recv().await, Some(number));
    }
}

#[tokio::test]
async fn a_body_that_nobody_reads_but_that_is_there_costs_no_connection() {
    let (address, _) = numbers(2).await;
    let live = live(LiveOptions::default());
    drop(live.send(get(&format!("http://{address}/"))).await.unwrap());
    assert_eq!(ask(&live, &format!("http://{address}/")).await, "0");
}

#[tokio::test]
async fn a_connection_is_not_kept_for_longer_than_told() {
    let (address, _) = numbers(2).await;
    let live = live(LiveOptions::new().with_idle(Duration::ZERO));
    assert_eq!(ask(&live, &format!("http://{address}/")).await, "0");
    assert_eq!(ask(&live, &format!("http://{address}/")).await, "1");
}

#[tokio::test]
async fn requests_at_once_have_a_connection_each_up_to_the_limit() {
    let (seen, mut arrives) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let address = serve_each(move |mut stream, number| {
        let (seen, held) = (seen.clone(), held.clone());
        async move {
            while one_request(&mut stream).await.is_some() {
                seen.send(number).unwrap();
                held.acquire().await.unwrap().forget();
                stream.write_all(numbered(number).as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let live = live(LiveOptions::new().with_connections(2));
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let live = live.clone();
            tokio::spawn(async move { ask(&live, &format!("http://{address}/")).await })
        })
        .collect();
    assert_eq!((arrives.recv().await, arrives.recv().await), (Some(0), Some(1)));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(arrives.try_recv().is_err(), "a third connection");
    gate.add_permits(4);
    let mut answers = Vec::new();
    for asked in asking {
        answers.push(asked.await.unwrap());
    }
    assert!(answers.iter().all(|answer| answer == "0" || answer == "1"), "{answers:?}");
}

/// An upload that says when it is over.
struct Upload {
    left: usize,
    _over: mpsc::Sender<()>,
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 65536])))))
    }
}

#[tokio::test]
async fn an_upload_that_is_answered_early_goes_on_while_nobody_reads_the_answer() {
    const PARTS: usize = 256;
    let address = serve_each(|mut stream, _| async move {
        let mut part = vec![0; 65536];
        // The head begins with one.
        stream.read_exact(&mut part[..1]).await.unwrap();
        let head = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\npo";
        stream.write_all(head).await.unwrap();
        let mut left = PARTS * 65536;
        while left > 0 {
            let read = stream.read(&mut part).await.unwrap();
            // The first part has the head before it.
            let body = part[..read].iter().filter(|byte| **byte == b'x').count();
            left = left.saturating_sub(body.max(1));
        }
        stream.write_all(b"ng").await.unwrap();
    })
    .await;
    let (over, mut is_over) = mpsc::channel(1);
    let mut request = post(&format!("http://{address}/"), "x");
    *request.request.body_mut() = Body::new(Upload { left: PARTS, _over: over });
    let response = live(LiveOptions::default()).send(request).await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(is_over.recv().await, None);
    assert_eq!(text(response).await.unwrap(), "pong");
}

#[tokio::test]
async fn headers_without_end_are_an_error() {
    let address = serve_each(|mut stream, _| async move {
        one_request(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nX: ").await.unwrap();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let live = live(LiveOptions::new().with_max_head(65536));
    let (error, words) = failed(live.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::HttpResponseHeaderSectionSize), "{error:?} {words}");
}

#[tokio::test]
async fn headers_without_number_are_an_error() {
    let many = format!("HTTP/1.1 200 OK\r\n{}Content-Length: 0\r\n\r\n", "A: b\r\n".repeat(200)).leak();
    let address = serve(many, 1).await;
    let response = live(LiveOptions::default()).send(get(&format!("http://{address}/"))).await.unwrap();
    assert_eq!(response.headers().get_all("a").iter().count(), 200);
    let address = serve(many, 1).await;
    let few = live(LiveOptions::new().with_max_headers(100));
    let (error, words) = failed(few.send(get(&format!("http://{address}/"))).await);
    assert!(matches!(error, NetErrorKind::HttpResponseHeaderSectionSize), "{error:?} {words}");
}

#[tokio::test]
async fn the_shorter_time_counts() {
    let (address, _listener) = silence().await;
    let (long, short) = (Duration::from_secs(600), Duration::from_millis(20));
    for (own, wanted) in [(long, short), (short, long)] {
        let live = live(LiveOptions::new().with_first_byte(own));
        let mut request = get(&format!("http://{address}/"));
        request.timeouts = Timeouts { first_byte: Some(wanted), ..Timeouts::default() };
        let (error, words) = failed(live.send(request).await);
        assert!(matches!(error, NetErrorKind::HttpResponseTimeout), "{error:?}");
        assert!(words.ends_with("no answer within 0.02 s"), "{words}");
    }
    let (address, _hangs_up) = beginner("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npong").await;
    let mut request = get(&format!("http://{address}/"));
    request.timeouts = Timeouts { between_bytes: Some(short), ..Timeouts::default() };
    let response = live(LiveOptions::default()).send(request).await.unwrap();
    assert!(matches!(text(response).await.unwrap_err(), NetErrorKind::ConnectionReadTimeout));
}

#[test]
fn a_connection_is_not_used_on_another_runtime() {
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (address, _) = server.block_on(numbers(2));
    let live = live(LiveOptions::default());
    for number in ["0", "1"] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(ask(&live, &format!("http://{address}/"))), number);
    }
}
