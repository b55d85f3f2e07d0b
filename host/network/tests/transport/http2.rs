//! One HTTP/2 connection for all, and servers that speak it as no honest one does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::BodyExt as _;
use rustls::ServerConfig;
use soar_network::transport::{LiveOptions, NetErrorKind, Transport as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::{failed, get, live, post, text};
use soar_testing::odd::{Authority, BOTH, serve_counting, serve_each, serve_tls};

/// What a server begins with.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// Takes HTTP/2 connections and speaks each as it likes.
pub async fn serve_raw<F>(
    authority: &Authority,
    speak: impl Fn(TlsStream<TcpStream>) -> F + Send + Sync + 'static,
) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut config: ServerConfig = authority.server(&["127.0.0.1"]);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (acceptor, speak) = (TlsAcceptor::from(Arc::new(config)), Arc::new(speak));
    serve_each(move |stream, _| {
        let (acceptor, speak) = (acceptor.clone(), speak.clone());
        async move { speak(acceptor.accept(stream).await.unwrap()).await }
    })
    .await
}

/// Reads to the end of a request's head.
pub async fn read_head(stream: &mut TlsStream<TcpStream>) {
    const HEADERS: u8 = 1;
    // What every client begins with.
    stream.read_exact(&mut [0; 24]).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await.unwrap();
        if head[3] == HEADERS {
            return;
        }
    }
}

/// Takes HTTP/2 connections, counts them, and says nothing.
async fn serve_silence(authority: &Authority) -> (SocketAddr, Arc<AtomicUsize>) {
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = accepted.clone();
    let address = serve_raw(authority, move |stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            std::future::pending::<()>().await;
            drop(stream);
        }
    });
    (address.await, accepted)
}

#[tokio::test]
async fn http_2_is_one_connection_for_all() {
    let authority = Authority::new();
    let (address, connections) = serve_counting(authority.server(&["127.0.0.1"]), BOTH, 8).await;
    // A limit for connections is none for requests that share one.
    let live = live(LiveOptions::new().with_ca(authority.file()).with_connections(1));
    let asking: Vec<_> = (0..8)
        .map(|number| {
            let live = live.clone();
            tokio::spawn(async move {
                let request = post(&format!("https://{address}/a?b={number}"), vec![b'x'; 100_000]);
                live.send(request).await.unwrap()
            })
        })
        .collect();
    for (number, asked) in asking.into_iter().enumerate() {
        let response = asked.await.unwrap();
        assert_eq!(response.response.version(), http::Version::HTTP_2);
        assert_eq!(response.headers()["x-url"], format!("https://{address}/a?b={number}"));
        assert!(!response.headers().contains_key("x-host"));
        assert_eq!(response.peer, Some(address));
        assert_eq!(text(response).await.unwrap(), "pong 100000");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn answers_that_nobody_reads_keep_no_others_away() {
    let authority = Authority::new();
    let address = serve_tls(authority.server(&["127.0.0.1"]), BOTH).await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    let mut unread = Vec::new();
    for _ in 0..32 {
        unread.push(live.send(get(&format!("https://{address}/?size=2000000"))).await.unwrap());
    }
    let read = async {
        let response = live.send(get(&format!("https://{address}/?size=3000000"))).await.unwrap();
        text(response).await.unwrap().len()
    };
    let read = tokio::time::timeout(Duration::from_secs(60), read).await;
    assert_eq!(read.expect("it is not kept away"), 3_000_000);
    for response in unread {
        assert_eq!(text(response).await.unwrap().len(), 2_000_000);
    }
}

/// Whoever gives up sooner than `first_byte` leaves no dead connection to the next.
#[tokio::test]
async fn a_silent_http_2_connection_is_not_used_again_by_who_comes_after() {
    let authority = Authority::new();
    let (address, accepted) = serve_silence(&authority).await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    // What ends the handshake may come within a request, which has then heard something.
    for _ in 0..100 {
        let request = get(&format!("https://{address}/"));
        let asked = tokio::time::timeout(Duration::from_millis(100), live.send(request)).await;
        assert!(asked.is_err(), "there is no answer");
        if accepted.load(Ordering::SeqCst) == 3 {
            return;
        }
    }
    panic!("each asked the same");
}

/// What can't be written to a server that reads nothing can't be ended in good order, and ends all the same.
#[tokio::test]
async fn a_server_that_reads_nothing_keeps_no_connection_of_who_has_gone() {
    // It takes as much as there is, so that the client goes on sending.
    const ALL: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff];
    const MORE: &[u8] = &[0, 0, 4, 8, 0, 0, 0, 0, 0, 0x70, 0, 0, 0];
    const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    let authority = Authority::new();
    let (begun, hung_up) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (beginning, ended) = (begun.clone(), hung_up.clone());
    let address = serve_raw(&authority, move |mut stream| {
        let (begun, ended) = (beginning.clone(), ended.clone());
        async move {
            stream.write_all(&[ALL, MORE].concat()).await.unwrap();
            read_head(&mut stream).await;
            begun.add_permits(1);
            while stream.write_all(PING).await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            ended.add_permits(1);
        }
    })
    .await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    let stuck = async {
        begun.acquire().await.unwrap().forget();
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    tokio::select! {
        _ = live.send(post(&format!("https://{address}/"), vec![b'x'; 64 << 20])) => panic!("there is no answer"),
        () = stuck => {}
    }
    drop(live);
    let hung_up = tokio::time::timeout(Duration::from_secs(60), hung_up.acquire()).await;
    assert!(hung_up.is_ok(), "the connection is still there");
}

/// What a server sends while no call is under way costs time all the same.
#[tokio::test]
async fn a_server_that_sends_what_nobody_waits_for_is_hung_up_on() {
    // `:status: 200`, and that is all.
    const ANSWER: &[u8] = &[0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88];
    const UNKNOWN: &[u8] = &[0, 0, 0, 0xfe, 0, 0, 0, 0, 0];
    let authority = Authority::new();
    let (answered, hung_up) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (rest, ended) = (answered.clone(), hung_up.clone());
    let address = serve_raw(&authority, move |mut stream| {
        let (rest, ended) = (rest.clone(), ended.clone());
        async move {
            stream.write_all(SETTINGS).await.unwrap();
            read_head(&mut stream).await;
            stream.write_all(ANSWER).await.unwrap();
            rest.acquire().await.unwrap().forget();
            while stream.write_all(&UNKNOWN.repeat(1_000)).await.is_ok() {}
            ended.add_permits(1);
        }
    })
    .await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    let response = live.send(get(&format!("https://{address}/"))).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "");
    answered.add_permits(1);
    let hung_up = tokio::time::timeout(Duration::from_secs(60), hung_up.acquire()).await;
    assert!(hung_up.is_ok(), "it was read from to no end");
}

/// Each costs time, and wants to be answered.
#[tokio::test]
async fn a_server_that_sends_what_is_no_answer_is_hung_up_on_in_a_call_too() {
    const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    const SETTING: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100];
    const UNKNOWN: &[u8] = &[0, 0, 0, 0xfe, 0, 0, 0, 0, 0];
    const EMPTY: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 0, 1];
    // `:status: 103`
    const INTERIM: &[u8] = &[0, 0, 5, 1, 4, 0, 0, 0, 1, 8, 3, b'1', b'0', b'3'];
    for frame in [PING, SETTING, UNKNOWN, EMPTY, INTERIM] {
        let authority = Authority::new();
        let address = serve_raw(&authority, move |stream| async move {
            let (mut reads, mut writes) = tokio::io::split(stream);
            writes.write_all(SETTINGS).await.unwrap();
            // What the client says must be taken, or it could not say more.
            let taking = async { while reads.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {} };
            let sending = async { while writes.write_all(&frame.repeat(1_000)).await.is_ok() {} };
            tokio::join!(taking, sending);
        })
        .await;
        let long = Duration::from_secs(86_400);
        let live = live(LiveOptions::new().with_ca(authority.file()).with_first_byte(long));
        let answer =
            tokio::time::timeout(Duration::from_secs(60), live.send(post(&format!("https://{address}/"), "{}")));
        let (error, words) = failed(answer.await.expect("it is hung up on"));
        assert!(matches!(error, NetErrorKind::InternalError(_) | NetErrorKind::HttpProtocolError), "{error:?} {words}");
    }
}

#[tokio::test]
async fn an_http_2_connection_that_answers_nothing_is_given_up() {
    let authority = Authority::new();
    let (address, accepted) = serve_silence(&authority).await;
    let first_byte = Duration::from_millis(100);
    let live = live(LiveOptions::new().with_ca(authority.file()).with_first_byte(first_byte));
    for count in 1..3 {
        let (error, words) = failed(live.send(get(&format!("https://{address}/"))).await);
        assert!(matches!(error, NetErrorKind::HttpResponseTimeout), "{error:?} {words}");
        assert_eq!(accepted.load(Ordering::SeqCst), count);
    }
}

/// A part that lies there may keep all that came with it in memory, whatever that was.
#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up_when_much_comes_meanwhile() {
    const MUCH: usize = 80 << 20;
    let authority = Authority::new();
    let came = Arc::new(Semaphore::new(0));
    let all = came.clone();
    let address = serve_raw(&authority, move |mut stream| {
        let all = all.clone();
        async move {
            stream.write_all(SETTINGS).await.unwrap();
            // The head of an answer, some bytes of it one by one, and then what has no meaning.
            let answer =
                [&[0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88][..], &[0, 0, 1, 0, 0, 0, 0, 0, 1, b'x'].repeat(9)].concat();
            let junk = [&[0, 0x40, 0, 0xfe, 0, 0, 0, 0, 0][..], &[0; 1 << 14]].concat();
            read_head(&mut stream).await;
            stream.write_all(&answer).await.unwrap();
            for _ in 0..MUCH / junk.len() {
                // When the answer is given up, nobody waits for anything.
                if stream.write_all(&junk).await.is_err() {
                    break;
                }
            }
            all.add_permits(1);
            std::future::pending().await
        }
    })
    .await;
    let live = live(LiveOptions::new().with_ca(authority.file()));
    let mut body = live.send(get(&format!("https://{address}/"))).await.unwrap().into_body();
    tokio::time::timeout(Duration::from_secs(60), came.acquire()).await.expect("it comes").unwrap().forget();
    let read = async {
        while let Some(frame) = body.frame().await {
            frame.map_err(|error| error.kind)?;
        }
        Ok(())
    };
    let read: Result<(), NetErrorKind> = tokio::time::timeout(Duration::from_secs(60), read).await.expect("it ends");
    assert!(matches!(read, Err(NetErrorKind::ConnectionTerminated)), "{read:?}");
}
