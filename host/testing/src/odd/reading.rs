//! Requests of HTTP/1.1, as they are read.

use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A connection that requests come by, and what was read of it too early.
pub struct Reading<S> {
    pub stream: S,
    read: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Reading<S> {
    pub fn new(stream: S) -> Reading<S> {
        Reading { stream, read: Vec::new() }
    }

    async fn more(&mut self) -> Option<()> {
        let mut part = [0; 16 * 1024];
        let length = self.stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        self.read.extend_from_slice(&part[..length]);
        Some(())
    }

    /// What stands before `end` and this end.
    async fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(end.len()).position(|bytes| bytes == end) {
                let rest = self.read.split_off(at + end.len());
                return Some(std::mem::replace(&mut self.read, rest));
            }
            self.more().await?;
        }
    }

    /// So many bytes.
    pub async fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.read.len() < length {
            self.more().await?;
        }
        let rest = self.read.split_off(length);
        Some(std::mem::replace(&mut self.read, rest))
    }

    /// What was read too early.
    pub fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.read)
    }

    /// A request's head as it came; nothing if the client is done.
    pub async fn head(&mut self) -> Option<String> {
        Some(String::from_utf8_lossy(&self.until(b"\r\n\r\n").await?).into_owned())
    }

    /// A request's body, if it comes whole.
    pub async fn body(&mut self, parts: &Parts) -> Option<Bytes> {
        if parts.headers.get(TRANSFER_ENCODING).is_some_and(|coding| coding == "chunked") {
            return self.chunks().await;
        }
        Some(self.exactly(announced(parts)).await?.into())
    }

    async fn chunks(&mut self) -> Option<Bytes> {
        let mut body = Vec::new();
        loop {
            let line = self.until(b"\r\n").await?;
            let size = String::from_utf8_lossy(&line);
            let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
            let chunk = self.exactly(size + 2).await?;
            body.extend_from_slice(&chunk[..size]);
            if size == 0 {
                return Some(body.into());
            }
        }
    }
}

/// How long a body is said to be.
pub fn announced(parts: &Parts) -> usize {
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

/// A head's parts. It is a client's of ours: another one is a fault of the test.
pub fn parts(head: &str) -> Parts {
    let (first, lines) = head.split_once("\r\n").expect("a line");
    let words: Vec<&str> = first.split(' ').collect();
    let [method, target, "HTTP/1.1"] = words[..] else { panic!("{first} is no line of a request") };
    let fields = lines.split("\r\n").take_while(|line| !line.is_empty());
    let fields = fields.map(|line| line.split_once(':').expect("a header"));
    let start = Request::builder().method(method).uri(target);
    let request = fields.fold(start, |request, (name, value)| request.header(name, value.trim()));
    request.body(()).expect("a request").into_parts().0
}
