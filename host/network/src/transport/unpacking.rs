//! A body that is packed with gzip, unpacked as it comes.

use super::Received;
use crate::net_error::{NetError, NetErrorKind};
use crate::turns::Turns;
use bytes::{Buf as _, Bytes, BytesMut};
use flate2::bufread::GzDecoder;
use http_body::{Body as HttpBody, Frame};
use std::io::{self, BufRead, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// So many bytes are unpacked and given on at once, and fewer at the end alone: in what parts the packed bytes come says
/// how well they could be packed, and so whether what a component had repeated is like a credential beside it.
const PART: usize = 32 * 1024;

/// After so much work others have their turn, counted in packed bytes: they may be around nothing, without an end.
const TURN: u64 = 64 * 1024;
/// So many packed bytes are worked through before that is looked at again.
const STEP: usize = 4 * 1024;
/// What it takes to begin a member, or to take a part of the body however short, as packed bytes.
const MEMBER: u64 = 4 * 1024;
const FRAME: u64 = 64;

/// So many bytes more than four times what they were unpacked to are no packed content. Honest ones are hardly larger than
/// what is in them, or two or three times if a server sends each word by itself; the header of a member has at most 64 KiB
/// three times.
const MOST_EMPTY: u64 = 256 * 1024;
const MOST_TIMES: u64 = 4;

/// What comes first in each member.
const MAGIC: u8 = 0x1f;

/// A body, unpacked as it comes.
pub(super) struct Unpacking<B> {
    body: B,
    decoder: GzDecoder<Fed>,
    place: Place,
    members: u64,
    part: BytesMut,
    /// How much of the part there is.
    filled: usize,
    /// How many bytes were unpacked.
    unpacked: u64,
    received: Received,
    turns: Turns,
}

/// Where in the packed bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing has come.
    Start,
    Member,
    /// Behind a member: another one, zeros or the end.
    Behind,
    /// In the zeros with which some fill up a block.
    Zeros,
    /// All was given, or an error.
    Over,
}

/// Packed bytes that have come.
#[derive(Default)]
struct Fed {
    bytes: Bytes,
    /// No more will come.
    ended: bool,
    /// So many of them may be read in this step.
    may: usize,
    /// So many have been read.
    taken: u64,
}

impl BufRead for Fed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let now = self.bytes.len().min(self.may);
        match now {
            0 if !self.bytes.is_empty() || !self.ended => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(&self.bytes[..now]),
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.bytes.advance(bytes);
        self.may -= bytes;
        self.taken += bytes as u64;
    }
}

impl Read for Fed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(into)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

impl<B> Unpacking<B> {
    pub(super) fn new(body: B, received: Received) -> Self {
        Self {
            body,
            decoder: GzDecoder::new(Fed::default()),
            place: Place::Start,
            members: 0,
            part: BytesMut::new(),
            filled: 0,
            unpacked: 0,
            received,
            turns: Turns::new(TURN),
        }
    }

    fn fed(&mut self) -> &mut Fed {
        self.decoder.get_mut()
    }

    /// Works through some of what has come.
    fn step(&mut self) -> Result<(), NetError> {
        let next = self.fed().bytes.first().copied();
        self.place = match (self.place, next) {
            (Place::Start | Place::Behind | Place::Zeros, None) => Place::Over,
            (Place::Start, Some(MAGIC)) => Place::Member,
            (Place::Start, Some(_)) => return Err(broken("which it is not: what came is no gzip")),
            (Place::Behind, Some(MAGIC)) => {
                let fed = std::mem::take(self.fed());
                self.decoder.reset(fed);
                self.turns.took(MEMBER);
                Place::Member
            }
            (Place::Behind | Place::Zeros, Some(0)) => {
                let fed = self.fed();
                fed.may = STEP;
                let zeros = fed.bytes.iter().take(STEP).take_while(|byte| **byte == 0).count();
                fed.consume(zeros);
                Place::Zeros
            }
            (Place::Behind | Place::Zeros, Some(_)) => return Err(behind()),
            (Place::Member, _) => self.inflate()?,
            (Place::Over, _) => Place::Over,
        };
        Ok(())
    }

    fn inflate(&mut self) -> Result<Place, NetError> {
        if self.part.is_empty() {
            self.part = BytesMut::zeroed(PART);
        }
        self.fed().may = STEP;
        match self.decoder.read(&mut self.part[self.filled..]) {
            Ok(0) => {
                self.members += 1;
                Ok(Place::Behind)
            }
            Ok(bytes) => {
                self.filled += bytes;
                self.unpacked += bytes as u64;
                Ok(Place::Member)
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => Ok(Place::Member),
                io::ErrorKind::UnexpectedEof => Err(broken("which ends too early")),
                _ if self.members > 0 && self.decoder.header().is_none() => Err(behind()),
                _ => Err(broken(&format!("which is broken: {error}"))),
            },
        }
    }

    /// Fails if nearly nothing is in what was worked through.
    fn holds_something(&mut self) -> Result<(), NetError> {
        let (taken, unpacked) = (self.fed().taken, self.unpacked);
        if taken > unpacked.saturating_mul(MOST_TIMES).saturating_add(MOST_EMPTY) {
            return Err(broken(&format!("which is around next to nothing: {unpacked} bytes in {taken}")));
        }
        Ok(())
    }

    /// What there is of a part.
    fn give(&mut self) -> Option<Result<Frame<Bytes>, NetError>> {
        self.part.truncate(self.filled);
        self.filled = 0;
        let part = self.part.split().freeze();
        (!part.is_empty()).then_some(Ok(Frame::data(part)))
    }
}

impl<B: HttpBody<Data = Bytes, Error = NetError> + Unpin> Unpacking<B> {
    /// Works until a part is full or the end is reached, or for as long as a turn is.
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NetError>> {
        while self.filled < PART && self.place != Place::Over {
            ready!(self.turns.poll(context));
            self.holds_something()?;
            if self.fed().bytes.is_empty() && !self.fed().ended {
                match ready!(Pin::new(&mut self.body).poll_frame(context)).transpose()? {
                    None => self.fed().ended = true,
                    Some(frame) => {
                        self.turns.took(FRAME);
                        let bytes = frame.into_data().unwrap_or_default();
                        self.received.add(bytes.len() as u64);
                        self.fed().bytes = bytes;
                    }
                }
                continue;
            }
            let before = self.fed().taken;
            self.step()?;
            let took = self.fed().taken - before;
            self.turns.took(took);
        }
        Poll::Ready(Ok(()))
    }
}

impl<B: HttpBody<Data = Bytes, Error = NetError> + Unpin> HttpBody for Unpacking<B> {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        if let Err(error) = ready!(self.poll_part(context)) {
            self.place = Place::Over;
            self.filled = 0;
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Ready(self.give())
    }

    fn is_end_stream(&self) -> bool {
        self.place == Place::Over && self.filled == 0
    }
}

/// What is said of bytes that are not what they should be.
fn broken(how: &str) -> NetError {
    NetErrorKind::HttpResponseContentCoding(Some(format!("gzip, {how}"))).into()
}

fn behind() -> NetError {
    broken("with other bytes behind the gzip stream")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http_body_util::StreamBody;
    use proptest::prelude::*;
    use std::io::Write;
    use std::task::Waker;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// The beginning of a body, and what comes again and again: members, blocks, a name, an extra field's zeros and what
    /// is in it, padding, a member of one letter, content.
    fn endless() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        let header = |flags: u8| [&[0x1f, 0x8b, 8, flags][..], &[0; 6]].concat();
        prop_oneof![
            Just((Vec::new(), packed(b""))),
            Just((header(0), b"\0\0\0\xff\xff".to_vec())),
            Just((header(8), b"name".to_vec())),
            Just((header(4), vec![0])),
            Just((packed(b"x"), vec![0])),
            Just((Vec::new(), packed(b"x"))),
            Just((header(0), [&b"\0\x01\0\xfe\xff"[..], b"x"].concat())),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Time is not looked at: what takes it is counted, and that has a bound.
        #[test]
        fn a_poll_does_no_more_than_a_turn((begin, again) in endless(), size in 1usize..400_000) {
            let part = Bytes::from(again.repeat(size.div_ceil(again.len())));
            let first = std::iter::once(Bytes::from(begin)).filter(|first| !first.is_empty());
            let frames = first.chain(std::iter::repeat(part)).map(|part| Ok(Frame::data(part)));
            let body = StreamBody::new(futures_util::stream::iter(frames));
            let mut body = Unpacking::new(body, Received::default());
            for _ in 0..4 {
                let work = |body: &mut Unpacking<_>| body.fed().taken + body.members * MEMBER;
                let before = work(&mut body);
                let polled = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
                prop_assert!(work(&mut body) - before <= TURN + STEP as u64 + MEMBER);
                if let Poll::Ready(Some(Err(_))) = polled {
                    break;
                }
            }
        }
    }
}
