//! A connection on which all that comes is counted.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::stream::Stream;
use super::uses::Uses;

/// An HTTP/2 connection, which is read from whether or not anybody waits for something.
pub(super) struct Counted {
    stream: Stream,
    uses: Uses,
    frames: Frames,
}

/// A frame costs as much as so many bytes that come, about what h2 keeps beside what is in it.
const FRAME: usize = 256;

impl Counted {
    pub fn new(stream: Stream, uses: Uses) -> Counted {
        Counted { stream, uses, frames: Frames::default() }
    }
}

/// Where frames begin: each has a head of nine bytes, the first three of which are the length of what follows.
#[derive(Default)]
struct Frames {
    head: [u8; HEAD],
    /// How much of the head came.
    come: usize,
    /// How much of a frame is still to come after its head.
    left: usize,
}

const HEAD: usize = 9;

impl Frames {
    /// How many begin in what came.
    fn begin(&mut self, mut bytes: &[u8]) -> usize {
        let mut begun = 0;
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            self.left -= skipped;
            bytes = &bytes[skipped..];
            let now = (HEAD - self.come).min(bytes.len());
            self.head[self.come..self.come + now].copy_from_slice(&bytes[..now]);
            self.come += now;
            bytes = &bytes[now..];
            if self.come == HEAD {
                begun += 1;
                self.come = 0;
                self.left = u32::from_be_bytes([0, self.head[0], self.head[1], self.head[2]]) as usize;
            }
        }
        begun
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let come = &buffer.filled()[before..];
        let cost = come.len() + self.frames.begin(come) * FRAME;
        match self.uses.got(cost) {
            true => Poll::Ready(Ok(())),
            false => Poll::Ready(Err(io::Error::other("the server sends what nobody waits for"))),
        }
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_are_counted_however_they_come(
            lengths in prop::collection::vec(0_usize..600, 0..20),
            cuts in prop::collection::vec(1_usize..700, 1..20),
        ) {
            let mut bytes = Vec::new();
            for length in &lengths {
                bytes.extend([0, (length >> 8) as u8, *length as u8, 0xfe, 0, 0, 0, 0, 0]);
                bytes.resize(bytes.len() + length, 7);
            }
            let (mut frames, mut rest, mut begun) = (Frames::default(), &bytes[..], 0);
            for cut in cuts.iter().cycle() {
                let (part, after) = rest.split_at(rest.len().min(*cut));
                begun += frames.begin(part);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(begun, lengths.len());
        }
    }
}
