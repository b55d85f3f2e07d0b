//! The bytes of a connection, as HTTP has them, counted.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::frames::Frames;
use super::link::Link;
use super::quota::Quota;
use super::stream::Stream;
use super::uses::Kept;

/// A request counts as so many bytes that were sent: its answer has a head or two.
const REQUEST: u64 = 512;

/// A connection that requests go by.
pub(super) struct Carried {
    stream: Stream,
    link: Link,
    /// Until hyper has it.
    kept: Option<Kept>,
    is_proxied: bool,
    frames: Frames,
    /// Those that are sent.
    sends: Frames,
    quota: Quota,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    /// One of those that may be open.
    _turn: OwnedSemaphorePermit,
}

impl Carried {
    /// A new connection, whose requests name their whole URL if a proxy takes them.
    pub fn new(stream: Stream, link: Link, is_proxied: bool, turn: OwnedSemaphorePermit) -> Self {
        let kept = Some(Kept::new(link.clone()));
        let cut = Box::pin(link.cutting().cancelled_owned());
        Self {
            stream,
            link,
            kept,
            is_proxied,
            frames: Frames::default(),
            sends: Frames::of_client(),
            quota: Quota::new(),
            cut,
            _turn: turn,
        }
    }

    /// Fails if it was cut. Whoever moves it is told when it is.
    fn whole(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::Error::new(io::ErrorKind::ConnectionAborted, "nobody uses the connection")),
            Poll::Pending => Ok(()),
        }
    }

    /// Takes note of what is about to be sent, before it is looked whether it was cut: whoever cuts it knows then what can
    /// have been sent.
    fn sends<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) {
        if self.link.is_shared() {
            let mut sends = self.sends.clone();
            let heads = parts.into_iter().map(|part| sends.come(part, |_, _| {}).heads).sum();
            self.link.requests().begin(heads);
        }
    }

    /// Takes note of what was sent.
    fn sent(&mut self, bytes: &[u8]) {
        self.link.sent(bytes.len());
        if self.link.is_shared() {
            self.sends.come(bytes, |_, _| {});
        }
    }

    /// Takes note of what came, and fails if it is more than may come.
    fn came(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.link.is_shared() {
            if self.link.came(bytes.len()) {
                return Ok(());
            }
            self.link.cut_for("the server sends heads of answers, one after the other, and no answer");
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let come = {
            let mut says = self.link.says();
            self.frames.come(bytes, |kind, part| says.part(kind, part))
        };
        let sent = self.link.written() + REQUEST * self.link.requests().begun() as u64;
        if come.control > 0 && !self.quota.take(come.control, sent, Instant::now()) {
            self.link.cut_for("the server sends HTTP/2 frames without an answer in them, and without an end");
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if !self.link.got(come.cost) {
            self.link.cut();
        }
        Ok(())
    }
}

impl Connection for Carried {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.is_proxied);
        let connected = if self.link.is_shared() { connected.negotiated_h2() } else { connected };
        match &self.kept {
            Some(kept) => connected.extra(kept.clone()),
            None => connected,
        }
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        self.link.give_up();
    }
}

impl AsyncRead for Carried {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.whole(context)?;
        // From now on the client's pool says who may use it.
        this.kept = None;
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(context, buffer));
        let come = &buffer.filled()[before..];
        if read.is_err() || come.is_empty() {
            this.link.ended();
            return Poll::Ready(read);
        }
        Poll::Ready(this.came(come))
    }
}

impl AsyncWrite for Carried {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.sends([bytes]);
        self.whole(context)?;
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.sent(&bytes[..*written.as_ref().unwrap_or(&0)]);
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.sends(parts.iter().map(|part| &**part));
        self.whole(context)?;
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, parts));
        let mut left = *written.as_ref().unwrap_or(&0);
        for part in parts {
            let now = left.min(part.len());
            self.sent(&part[..now]);
            left -= now;
        }
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
