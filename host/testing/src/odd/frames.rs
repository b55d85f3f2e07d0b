//! What a server's HTTP/2 connection writes, frame by frame: between the frames of a library come others, and headers that it would refuse.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::sync::{mpsc, oneshot, watch};

use super::behaviour::Frame;

type Headers = &'static [(&'static str, &'static str)];

/// Writes frames, in the order in which they are given.
#[derive(Clone)]
pub struct Frames {
    to: mpsc::UnboundedSender<Message>,
    shared: Arc<Shared>,
}

struct Shared {
    /// Headers to come in the head of an answer, by its stream.
    beside: Mutex<HashMap<u32, Headers>>,
    written: watch::Sender<Written>,
    /// Whether what comes is read by nobody.
    is_deaf: AtomicBool,
}

/// What the library has written.
#[derive(Default)]
struct Written {
    /// How many answers to their end.
    answers: usize,
    /// How many bytes of a body, by its stream, as soon as there is the answer's head.
    bodies: HashMap<u32, usize>,
}

enum Message {
    Frames(Vec<u8>, Option<oneshot::Sender<()>>),
    End,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const END_STREAM: u8 = 1;
const GOAWAY: u8 = 7;

/// A frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Headers of HPACK that go into no table: of less than 127 bytes, as they are.
fn literals(headers: Headers) -> Vec<u8> {
    let text = |text: &str| {
        let length = u8::try_from(text.len()).ok().filter(|length| *length < 127).expect("a short text");
        [&[length], text.as_bytes()].concat()
    };
    headers.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

impl Frames {
    /// For this half of a connection, and what must run for as long as it is there.
    pub fn to(mut stream: impl AsyncWrite + Unpin) -> (Frames, impl Future<Output = ()>) {
        let (to, mut messages) = mpsc::unbounded_channel();
        let (beside, written, is_deaf) = (Mutex::default(), watch::Sender::default(), AtomicBool::new(false));
        let writing = async move {
            while let Some(Message::Frames(bytes, done)) = messages.recv().await {
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
                // Whoever waited may have gone.
                done.map(|done| done.send(()).is_ok());
            }
            drop(stream.shutdown().await);
        };
        (Frames { to, shared: Arc::new(Shared { beside, written, is_deaf }) }, writing)
    }

    /// Sends these headers in the head of a stream's answer.
    pub fn beside(&self, stream: u32, headers: Headers) {
        self.shared.beside.lock().expect("no panic").insert(stream, headers);
    }

    /// Says that streams above this one were not taken, and why.
    pub fn go_away(&self, last: u32, reason: u32) {
        let payload = [last.to_be_bytes(), reason.to_be_bytes()].concat();
        drop(self.to.send(Message::Frames(frame(GOAWAY, 0, 0, &payload), None)));
    }

    /// Ends the connection after all that was given.
    pub fn end(&self) {
        drop(self.to.send(Message::End));
    }

    /// Waits until so many answers were given to the end.
    pub async fn answered(&self, many: usize) {
        drop(self.shared.written.subscribe().wait_for(|written| written.answers >= many).await);
    }

    /// Waits until there is an answer on a stream, and so many bytes of its body.
    pub async fn written(&self, stream: u32, bytes: usize) {
        let is_written = |written: &Written| written.bodies.get(&stream).is_some_and(|body| *body >= bytes);
        drop(self.shared.written.subscribe().wait_for(is_written).await);
    }

    /// Ends a stream before its time.
    pub fn reset(&self, stream: u32, reason: u32) {
        drop(self.to.send(Message::Frames(frame(RST_STREAM, 0, stream, &reason.to_be_bytes()), None)));
    }

    /// Sends frames until the client has gone, and reads what it says no more.
    pub async fn flood(&self, of: Frame) {
        self.shared.is_deaf.store(true, Ordering::SeqCst);
        let one = match of {
            Frame::Ping => frame(6, 0, 0, b"odd ping"),
            Frame::Settings => frame(4, 0, 0, &[]),
            Frame::Unknown => frame(0xfe, 0, 0, &[]),
        };
        let many = one.repeat(1000);
        loop {
            let (done, is_done) = oneshot::channel();
            if self.to.send(Message::Frames(many.clone(), Some(done))).is_err() || is_done.await.is_err() {
                return;
            }
        }
    }

    /// A frame of the library, as it leaves.
    fn pass(&self, mut frame: Vec<u8>) -> io::Result<()> {
        let (kind, flags, length) = (frame[3], frame[4], frame.len() - 9);
        let stream = u32::from_be_bytes(frame[5..9].try_into().expect("four bytes"));
        if kind == HEADERS
            && let Some(headers) = self.shared.beside.lock().expect("no panic").remove(&stream)
        {
            frame.extend(literals(headers));
            let length = u32::try_from(frame.len() - 9).expect("a short frame").to_be_bytes();
            frame[..3].copy_from_slice(&length[1..]);
        }
        let sent = self.to.send(Message::Frames(frame, None)).map_err(|_| io::ErrorKind::BrokenPipe.into());
        if kind == DATA || kind == HEADERS {
            self.shared.written.send_modify(|written| {
                *written.bodies.entry(stream).or_default() += if kind == DATA { length } else { 0 };
                written.answers += usize::from(flags & END_STREAM != 0);
            });
        }
        sent
    }
}

/// The connection as the library has it.
pub struct Wire<R> {
    pub read: R,
    pub frames: Frames,
    /// Less than a frame.
    pub begun: Vec<u8>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Wire<R> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        loop {
            let before = to.filled().len();
            ready!(Pin::new(&mut wire.read).poll_read(context, to))?;
            if to.filled().len() == before || !wire.frames.shared.is_deaf.load(Ordering::SeqCst) {
                return Poll::Ready(Ok(()));
            }
            to.set_filled(before);
        }
    }
}

impl<R: Unpin> AsyncWrite for Wire<R> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        wire.begun.extend_from_slice(bytes);
        while let [a, b, c, _, _, _, _, _, _, ..] = wire.begun[..] {
            let length = 9 + u32::from_be_bytes([0, a, b, c]) as usize;
            if wire.begun.len() < length {
                break;
            }
            let rest = wire.begun.split_off(length);
            wire.frames.pass(std::mem::replace(&mut wire.begun, rest))?;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.frames.end();
        Poll::Ready(Ok(()))
    }
}
