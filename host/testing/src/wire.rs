//! A server that answers with whatever bytes it likes, for as long as it likes.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server on a port of this machine, until the test's process ends.
pub struct Wire {
    /// Its base URL.
    pub url: String,
    /// Its port.
    pub port: u16,
    requests: Arc<AtomicUsize>,
}

impl Wire {
    /// Answers every request for as long as this writes.
    pub fn answering(answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::answering_head(move |_, stream| answer(stream))
    }

    /// The same by what the request's head is.
    pub fn answering_head(answer: impl Fn(&str, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (requests, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
        let seen = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answer, seen) = (stream.expect("a connection"), answer.clone(), seen.clone());
                std::thread::spawn(move || {
                    // Clients that hang up are no matter of the test's.
                    while let Ok(Some(head)) = head(&mut stream) {
                        seen.fetch_add(1, Ordering::Relaxed);
                        if answer(&head, &mut stream).is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { url: format!("http://127.0.0.1:{port}"), port, requests }
    }

    /// Says yes.
    pub fn yes() -> Self {
        Self::answering(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes"))
    }

    /// How many requests have arrived.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// Reads to the end of a request that has no body, if there is one.
fn head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

/// Keeps a connection open without a word until the client goes.
pub fn silent(stream: &mut TcpStream) -> io::Result<()> {
    stream.read_exact(&mut [0])?;
    Err(io::ErrorKind::ConnectionAborted.into())
}
