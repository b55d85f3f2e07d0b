//! Servers of some lines: each connection is handed to whoever says what happens on it.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Reads one request: its head and as many bytes as it announces. Nothing if the peer is done.
pub async fn one_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).await.ok()?;
        if length == 0 {
            return None;
        }
        read.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
        });
        if body.len() >= announced.unwrap_or(0) {
            return Some(text);
        }
    }
}

/// A server that says `answer` to each request on its only connection, then closes it after `uses`.
pub async fn serve(answer: &'static str, uses: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // A second connection would be refused.
        drop(listener);
        for _ in 0..uses {
            if one_request(&mut stream).await.is_none() {
                return;
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

/// A server that does `each` with every connection; they are counted from 0.
pub async fn serve_each<F, Fut>(each: F) -> SocketAddr
where
    F: Fn(TcpStream, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(each(stream, number));
        }
    });
    address
}

/// A server that takes connections and says nothing.
pub async fn silence() -> (SocketAddr, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener.local_addr().unwrap(), listener)
}

/// An answer.
pub const PONG: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong";

/// A port on which something happens with each connection, on a thread of its own, until this is dropped.
pub struct Listening {
    pub address: SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Listening {
    pub fn start<F, Fut>(each: F) -> Listening
    where
        F: Fn(TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                tokio::spawn(each(stream));
            }
        });
        Listening { address, runtime: Some(runtime) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Without waiting for anybody.
        self.runtime.take().into_iter().for_each(tokio::runtime::Runtime::shutdown_background);
    }
}
