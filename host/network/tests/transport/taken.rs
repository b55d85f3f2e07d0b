//! What a server did not take is sent again, whatever it is, and nothing else is.

use soar_network::transport::NetErrorKind;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::http2::{read_head, serve_raw};
use super::*;
use soar_testing::odd::{Authority, serve_each};

/// What a server begins with: it takes as much of all bodies as there is.
const SETTINGS: &[u8] =
    &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x70, 0, 0, 0];
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS_FRAME: u8 = 4;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;

/// What a server does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// Answers 200 without a body.
    Answers,
    /// Says that it took none from this one on, and drops the connection when all that was taken is answered.
    GoesAway(u32),
    /// Resets its stream, for this reason.
    Resets(u32),
    /// Answers with this block of headers beside the status.
    AnswersWith(&'static [u8]),
    /// Drops the connection.
    Drops,
}

/// What a server saw: how often each method was taken, by the protocol.
type Seen = Arc<Mutex<BTreeMap<&'static str, usize>>>;

fn frame(kind: u8, flags: u8, stream: u32, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), content].concat()
}

/// Reads a frame: its type, its flags, its stream.
async fn next_frame(stream: &mut TlsStream<TcpStream>) -> std::io::Result<(u8, u8, u32)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    stream.read_exact(&mut vec![0; length as usize]).await?;
    Ok((head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]])))
}

/// A server over TLS which does to each request, counted over all connections, what `does` says, and which takes HTTP/1.1, too.
async fn serve_frames(
    authority: &Authority,
    does: impl Fn(usize) -> Does + Send + Sync + 'static,
) -> (std::net::SocketAddr, Seen) {
    let mut config = authority.server(&["127.0.0.1"]);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (does, seen) = (Arc::new(does), Seen::default());
    let (noted, counted) = (seen.clone(), Arc::new(Mutex::new(0)));
    let address = serve_each(move |stream, _| {
        let (acceptor, does, noted, counted) = (acceptor.clone(), does.clone(), noted.clone(), counted.clone());
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                drop(speak(&mut stream, &*does, &noted, &counted).await);
            } else {
                drop(speak_1(&mut stream, &noted).await);
            }
        }
    });
    (address.await, seen)
}

fn note(seen: &Seen, what: &'static str) {
    *seen.lock().unwrap().entry(what).or_default() += 1;
}

async fn speak_1(stream: &mut TlsStream<TcpStream>, seen: &Seen) -> std::io::Result<()> {
    let mut part = vec![0; 65536];
    while stream.read(&mut part).await? > 0 {
        note(seen, "HTTP/1.1");
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").await?;
    }
    Ok(())
}

async fn speak(
    stream: &mut TlsStream<TcpStream>,
    does: &(dyn Fn(usize) -> Does + Send + Sync),
    seen: &Seen,
    counted: &Mutex<usize>,
) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 24]).await?;
    stream.write_all(SETTINGS).await?;
    let mut is_going = false;
    loop {
        let (kind, flags, id) = next_frame(stream).await?;
        let is_request = (kind == HEADERS || kind == DATA) && flags & END_STREAM != 0;
        if !is_request || is_going {
            continue;
        }
        let number = {
            let mut counted = counted.lock().unwrap();
            *counted += 1;
            *counted - 1
        };
        match does(number) {
            Does::Answers => {
                note(seen, "taken");
                stream.write_all(&frame(HEADERS, 5, id, &[0x88])).await?;
            }
            Does::AnswersWith(block) => {
                note(seen, "taken");
                stream.write_all(&frame(HEADERS, 5, id, &[&[0x88], block].concat())).await?;
            }
            Does::GoesAway(reason) => {
                is_going = true;
                let content = [id.saturating_sub(2).to_be_bytes(), reason.to_be_bytes()].concat();
                stream.write_all(&frame(7, 0, 0, &content)).await?;
            }
            Does::Resets(reason) => stream.write_all(&frame(3, 0, id, &reason.to_be_bytes())).await?,
            Does::Drops => {
                note(seen, "taken");
                return Ok(());
            }
        }
    }
}

fn trusting(authority: &Authority) -> Live {
    live(LiveOptions::new().with_ca(authority.file()))
}

const NO_ERROR: u32 = 0;
const ENHANCE_YOUR_CALM: u32 = 11;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const HTTP_1_1_REQUIRED: u32 = 13;

/// As nginx with `keepalive_requests 3`.
#[tokio::test]
async fn what_comes_after_the_last_request_of_a_connection_is_sent_by_another_one() {
    for reason in [NO_ERROR, INTERNAL_ERROR] {
        let authority = Authority::new();
        let does = move |number: usize| if number % 4 == 3 { Does::GoesAway(reason) } else { Does::Answers };
        let (address, seen) = serve_frames(&authority, does).await;
        let live = trusting(&authority);
        let url = format!("https://{address}/");
        let writes = (0..30).map(|number| live.send(post(&url, vec![b'x'; number * 1_000 + 1])));
        for answer in futures_util::future::join_all(writes).await {
            assert_eq!(answer.unwrap().status(), 200);
        }
        assert_eq!(seen.lock().unwrap()["taken"], 30, "each is taken once");
    }
}

#[tokio::test]
async fn a_server_that_takes_one_request_by_each_connection_gets_all_of_them() {
    let authority = Authority::new();
    let does = |number: usize| if number % 2 == 1 { Does::GoesAway(NO_ERROR) } else { Does::Answers };
    let (address, seen) = serve_frames(&authority, does).await;
    let live = trusting(&authority);
    let url = format!("https://{address}/");
    for answer in futures_util::future::join_all((0..20).map(|_| live.send(post(&url, "{}")))).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    assert_eq!(seen.lock().unwrap()["taken"], 20);
}

#[tokio::test]
async fn a_refused_stream_is_sent_again_with_its_body() {
    let authority = Authority::new();
    let does = |number: usize| if number < 3 { Does::Resets(REFUSED_STREAM) } else { Does::Answers };
    let (address, seen) = serve_frames(&authority, does).await;
    let answer = trusting(&authority).send(post(&format!("https://{address}/"), vec![b'x'; 60_000])).await;
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(seen.lock().unwrap()["taken"], 1);
}

/// It ends, and the error says that nothing was done.
#[tokio::test]
async fn a_server_that_refuses_for_ever_is_told_of_as_one_that_took_nothing() {
    let authority = Authority::new();
    let (address, seen) = serve_frames(&authority, |_| Does::Resets(REFUSED_STREAM)).await;
    let (error, words) = failed(trusting(&authority).send(post(&format!("https://{address}/"), "{}")).await);
    assert!(matches!(error, NetErrorKind::DestinationUnavailable), "{error:?}");
    assert!(words.ends_with("refused the request before it looked at it (HTTP/2's REFUSED_STREAM)"), "{words}");
    assert!(seen.lock().unwrap().is_empty());
}

/// Who says that it is too much is left alone for a while: that is for the component to decide.
#[tokio::test]
async fn a_server_that_wants_calm_is_not_asked_again_at_once() {
    let authority = Authority::new();
    let asked = Arc::new(Mutex::new(0));
    let counted = asked.clone();
    let does = move |_| {
        *counted.lock().unwrap() += 1;
        Does::GoesAway(ENHANCE_YOUR_CALM)
    };
    let (address, _) = serve_frames(&authority, does).await;
    let (error, words) = failed(trusting(&authority).send(post(&format!("https://{address}/"), "{}")).await);
    assert!(matches!(error, NetErrorKind::DestinationUnavailable), "{error:?}");
    assert!(words.ends_with("before it took the request (HTTP/2's GOAWAY, ENHANCE_YOUR_CALM)"), "{words}");
    assert_eq!(*asked.lock().unwrap(), 1);
}

/// What waits in the client for its turn was not sent, whatever becomes of it.
#[tokio::test]
async fn a_server_that_takes_no_streams_is_told_of_as_one_that_took_nothing() {
    const NO_STREAMS: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0];
    for ends in [false, true] {
        let authority = Authority::new();
        let (heads, connections) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let (counted, accepted) = (heads.clone(), connections.clone());
        let address = serve_raw(&authority, move |mut stream| {
            let counted = counted.clone();
            let is_first = {
                let mut accepted = accepted.lock().unwrap();
                *accepted += 1;
                *accepted == 1
            };
            async move {
                stream.read_exact(&mut [0; 24]).await.unwrap();
                stream.write_all(SETTINGS).await.unwrap();
                while let Ok((kind, flags, id)) = next_frame(&mut stream).await {
                    if kind == HEADERS && is_first {
                        *counted.lock().unwrap() += 1;
                        // The first answer says that there will be no more.
                        stream.write_all(&[NO_STREAMS, &frame(HEADERS, 5, id, &[0x88])].concat()).await.unwrap();
                    }
                    // When the client has taken note of that.
                    if ends && is_first && *counted.lock().unwrap() == 1 && (kind, flags) == (SETTINGS_FRAME, ACK) {
                        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                        return;
                    }
                }
            }
        })
        .await;
        let first_byte = std::time::Duration::from_millis(300);
        let live = live(LiveOptions::new().with_ca(authority.file()).with_first_byte(first_byte));
        let url = format!("https://{address}/");
        assert_eq!(live.send(get(&url)).await.unwrap().status(), 200);
        let (error, words) = failed(live.send(post(&url, "{}")).await);
        match ends {
            // Sent by the next connection, which says nothing.
            true => assert!(matches!(error, NetErrorKind::HttpResponseTimeout), "{error:?} {words}"),
            false => {
                assert!(matches!(error, NetErrorKind::DestinationUnavailable), "{error:?} {words}");
                assert!(words.ends_with("the server took no request within 0.3 s: nothing was sent"), "{words}");
            }
        }
        assert_eq!(*heads.lock().unwrap(), 1);
    }
}

/// hyper takes it for the end of the answer.
#[tokio::test]
async fn an_answer_that_is_reset_without_a_fault_broke_off() {
    const BEGUN: &[u8] = &[0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88, 0, 0, 2, 0, 0, 0, 0, 0, 1, b'[', b']'];
    for reason in [NO_ERROR, 8] {
        let authority = Authority::new();
        let address = serve_raw(&authority, move |mut stream| async move {
            read_head(&mut stream).await;
            let answer = [SETTINGS, BEGUN, &frame(3, 0, 1, &reason.to_be_bytes())].concat();
            stream.write_all(&answer).await.unwrap();
            while next_frame(&mut stream).await.is_ok() {}
        })
        .await;
        let answer = trusting(&authority).send(get(&format!("https://{address}/"))).await.unwrap();
        let error = text(answer).await.unwrap_err();
        assert!(matches!(error, NetErrorKind::HttpResponseIncomplete), "{reason}: {error:?}");
    }
}

#[tokio::test]
async fn a_write_that_was_taken_is_not_sent_again() {
    for does in [Does::Drops, Does::Resets(INTERNAL_ERROR)] {
        let authority = Authority::new();
        let (address, seen) = serve_frames(&authority, move |_| does).await;
        let (error, words) = failed(trusting(&authority).send(post(&format!("https://{address}/"), "{}")).await);
        assert!(
            matches!(error, NetErrorKind::ConnectionTerminated | NetErrorKind::HttpProtocolError),
            "{error:?} {words}"
        );
        assert!(seen.lock().unwrap().values().sum::<usize>() <= 1, "{does:?}");
    }
}

#[tokio::test]
async fn a_server_that_wants_http_1_1_gets_it_from_then_on() {
    for does in [Does::Resets(HTTP_1_1_REQUIRED), Does::GoesAway(HTTP_1_1_REQUIRED)] {
        let authority = Authority::new();
        let (address, seen) = serve_frames(&authority, move |_| does).await;
        let live = trusting(&authority);
        for _ in 0..3 {
            let answer = live.send(post(&format!("https://{address}/"), "{}")).await.unwrap();
            assert_eq!(answer.response.version(), http::Version::HTTP_11, "{does:?}");
        }
        assert_eq!(*seen.lock().unwrap(), [("HTTP/1.1", 3)].into());
    }
}

/// A literal header with a new name, as HPACK writes it without Huffman's code.
const CONNECTION: &[u8] = b"\x00\x0aconnection\x0akeep-alive";
const UPGRADE: &[u8] = b"\x00\x07upgrade\x06h2,h2c";

#[tokio::test]
async fn an_answer_with_headers_that_http_2_forbids_is_read_by_http_1_1() {
    for (block, name) in [(CONNECTION, "connection"), (UPGRADE, "upgrade")] {
        let authority = Authority::new();
        let (address, seen) = serve_frames(&authority, move |_| Does::AnswersWith(block)).await;
        let (live, url) = (trusting(&authority), format!("https://{address}/"));
        // What was taken is not sent again if it may have changed something.
        let (error, words) = failed(live.send(post(&url, "{}")).await);
        assert!(matches!(error, NetErrorKind::HttpProtocolError), "{error:?}");
        let expected = format!("the answer has a header that HTTP/2 forbids ({name}): HTTP/1.1 is spoken from now on");
        assert!(words.ends_with(&expected), "{words}");
        assert_eq!(live.send(post(&url, "{}")).await.unwrap().status(), 200);
        assert_eq!(*seen.lock().unwrap(), [("HTTP/1.1", 1), ("taken", 1)].into());
        // What reads is asked again at once.
        let (address, _) = serve_frames(&authority, move |_| Does::AnswersWith(block)).await;
        assert_eq!(trusting(&authority).send(get(&format!("https://{address}/"))).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn http_2_can_be_left_alone() {
    let authority = Authority::new();
    let (address, seen) = serve_frames(&authority, |_| Does::Answers).await;
    let live = live(LiveOptions::new().with_ca(authority.file()).with_http2(false));
    live.send(get(&format!("https://{address}/"))).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [("HTTP/1.1", 1)].into());
}
