//! The content of a file on its way into a component or past it: read ahead, in large parts.

use bytes::Bytes;
use futures_core::Stream;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::AsyncRead;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::io::ReaderStream;
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{InputStream, StreamError, StreamResult};

/// How much is read at once, in bytes: reading a file takes a turn of another thread, which costs as much as copying
/// this much.
const PART: usize = 512 * 1024;

type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// A stream of a file's bytes. While one part is sent, the next one is read; before anybody asks, none is.
pub(crate) struct Content {
    unread: Option<(Reader, Sender<io::Result<Bytes>>)>,
    parts: Receiver<io::Result<Bytes>>,
    part: Bytes,
    ended: Option<End>,
    reading: Option<AbortOnDropJoinHandle<()>>,
    /// Counts among the files that are open.
    _open: Arc<()>,
}

/// How the file has ended.
enum End {
    Whole,
    /// And nobody has been told.
    Failed(io::Error),
}

impl Content {
    pub(crate) fn new(reader: Reader, open: Arc<()>) -> Self {
        let (sender, parts) = mpsc::channel(1);
        let unread = Some((reader, sender));
        Self { unread, parts, part: Bytes::new(), ended: None, reading: None, _open: open }
    }

    /// Starts to read, once.
    fn start(&mut self) {
        let Some((reader, sender)) = self.unread.take() else { return };
        self.reading = Some(spawn(async move {
            let mut read = ReaderStream::with_capacity(reader, PART);
            while let Some(part) = poll_fn(|context| Pin::new(&mut read).poll_next(context)).await {
                // Whoever reads has gone, or has been told why there is no more.
                if part.is_err() | sender.send(part).await.is_err() {
                    return;
                }
            }
        }));
    }

    fn take(&mut self, part: Option<io::Result<Bytes>>) {
        match part {
            Some(Ok(part)) => self.part = part,
            Some(Err(error)) => self.ended = Some(End::Failed(error)),
            None => self.ended = Some(End::Whole),
        }
    }
}

#[wasmtime_wasi_io::async_trait]
impl Pollable for Content {
    async fn ready(&mut self) {
        if self.part.is_empty() && self.ended.is_none() {
            self.start();
            let part = self.parts.recv().await;
            self.take(part);
        }
    }
}

#[wasmtime_wasi_io::async_trait]
impl InputStream for Content {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.part.is_empty() && self.ended.is_none() {
            self.start();
            match self.parts.try_recv() {
                Err(mpsc::error::TryRecvError::Empty) => return Ok(Bytes::new()),
                Err(mpsc::error::TryRecvError::Disconnected) => self.take(None),
                Ok(part) => self.take(Some(part)),
            }
        }
        if !self.part.is_empty() {
            return Ok(self.part.split_to(size.min(self.part.len())));
        }
        match self.ended.replace(End::Whole) {
            Some(End::Failed(error)) => Err(StreamError::LastOperationFailed(error.into())),
            _ => Err(StreamError::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(reader: impl AsyncRead + Send + Unpin + 'static) -> Content {
        Content::new(Box::new(reader), Arc::default())
    }

    /// Reads to the end in parts of `size`, waiting where there is nothing.
    async fn all(mut content: Content, size: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        loop {
            match content.read(size) {
                Ok(part) if part.is_empty() => content.ready().await,
                Ok(part) => {
                    assert!(part.len() <= size);
                    bytes.extend_from_slice(&part);
                }
                Err(StreamError::Closed) => return Ok(bytes),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[tokio::test]
    async fn all_comes_in_order_however_it_is_read() {
        let bytes: Vec<u8> = (0..PART * 2 + 17).map(|at| (at % 251) as u8).collect();
        for size in [1000, PART, PART * 3] {
            let reader = std::io::Cursor::new(bytes.clone());
            assert!(all(content(reader), size).await.unwrap() == bytes, "{size}");
        }
        assert_eq!(all(content(tokio::io::empty()), 10).await.unwrap(), b"");
    }

    /// Gives a little, then fails.
    struct Broken(bool);

    impl AsyncRead for Broken {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            buffer: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            if std::mem::replace(&mut self.0, true) {
                return std::task::Poll::Ready(Err(io::Error::other("the disk is gone")));
            }
            buffer.put_slice(b"a little");
            std::task::Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn a_failure_is_told_once_and_nothing_comes_after_it() {
        let error = all(content(Broken(false)), 100).await.unwrap_err();
        assert!(error.contains("the disk is gone"), "{error}");
    }
}
