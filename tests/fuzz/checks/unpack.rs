//! What a server packs is unpacked as it was, in parts that say nothing of how it came, or refused; and a poll is short.
//!
//! An input is a line of sizes, of the parts that the body comes in, the last one again and again; and the body.

use super::Target;
use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderValue, Response};
use http_body::{Body as _, Frame};
use http_body_util::StreamBody;
use soar::transport::{NetError, unpacked};
use std::cell::Cell;
use std::io::{Read, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

pub const TARGET: Target = Target {
    name: "unpack",
    check,
    seeds,
    words: &["\0", "\0\0\0\0\0", "\u{1f}", "\u{8}", "1 ", " 4000", "\n", "more"],
};

/// What a part has, but for the last one.
const PART: usize = 32 * 1024;
/// After so many bytes others have their turn.
const TURN: usize = 64 * 1024;

pub fn check(input: &[u8]) {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else { return };
    let (line, body) = (String::from_utf8_lossy(&input[..end]), &input[end + 1..]);
    let sizes: Vec<usize> = line.split(' ').filter_map(|size| size.parse().ok()).filter(|size| *size < 5000).collect();
    // Of parts without anything in them there would be no end.
    let last = sizes.last().copied().unwrap_or(usize::MAX).max(1);
    match (reference(body), outcome(body, sizes, last)) {
        (Some(content), Ok(parts)) => {
            assert!(parts.concat() == content, "something else was unpacked");
            assert!(parts.iter().rev().skip(1).all(|part| part.len() == PART), "the parts say something");
        }
        (None, Err(_)) => {}
        (Some(_), Err(error)) => panic!("it can be unpacked, and was refused: {error}"),
        (None, Ok(_)) => panic!("it can't be unpacked, and was taken"),
    }
}

/// What is in it, if all of it is gzip: members, and perhaps zeros behind.
fn reference(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let is_empty = body.is_empty();
    for member in 0.. {
        if body.is_empty() || member > 0 && body.iter().all(|byte| *byte == 0) {
            return (member > 0 || is_empty).then_some(content);
        }
        let mut decoder = GzDecoder::new(body);
        decoder.read_to_end(&mut content).ok()?;
        body = decoder.into_inner();
    }
    None
}

/// The parts that come of it; each of its own parts is there at once.
fn outcome(body: &[u8], sizes: Vec<usize>, last: usize) -> Result<Vec<Bytes>, NetError> {
    let taken = Arc::new(AtomicUsize::new(0));
    let (count, mut rest, mut sizes) = (taken.clone(), Bytes::copy_from_slice(body), sizes.into_iter());
    let frames = std::iter::from_fn(move || {
        let size = sizes.next().unwrap_or(last).min(rest.len());
        count.fetch_add(size, Ordering::Relaxed);
        let part = rest.split_to(size);
        (!part.is_empty() || !rest.is_empty()).then(|| Ok(Frame::data(part)))
    });
    let mut response = Response::new(StreamBody::new(futures_util::stream::iter(frames)));
    response.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    let response = unpacked(response);
    let received = response.received.clone().expect("it is unpacked on its way");
    let (mut unpacked, mut parts) = (response.into_body(), Vec::new());
    let polls = Cell::new(0);
    loop {
        let before = taken.load(Ordering::Relaxed);
        polls.set(polls.get() + 1);
        assert!(polls.get() < 1000 + body.len(), "it goes on and on");
        let polled = Pin::new(&mut unpacked).poll_frame(&mut Context::from_waker(Waker::noop()));
        let worked = taken.load(Ordering::Relaxed) - before;
        assert!(worked <= TURN + 5000.max(last.min(body.len())), "{worked} bytes in one poll");
        match polled {
            Poll::Pending => {}
            Poll::Ready(Some(frame)) => parts.push(frame?.into_data().expect("data")),
            Poll::Ready(None) => {
                assert_eq!(received.get(), body.len() as u64, "all of it was counted");
                return Ok(parts);
            }
        }
    }
}

fn packed(content: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

fn named(content: &[u8]) -> Vec<u8> {
    let builder = flate2::GzBuilder::new().filename("name").comment("comment").extra("extra");
    let mut encoder = builder.write(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

fn seeds(_: &Path) -> Vec<Vec<u8>> {
    let long: Vec<u8> = (0..70_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let bodies = [
        Vec::new(),
        packed(b"", 6),
        packed(b"pong", 6),
        packed(&long, 9),
        packed(&long, 0),
        packed(&vec![b'x'; 200_000], 9),
        named(b"pong"),
        [packed(b"pi", 6), packed(b"", 1), named(b"ng"), vec![0; 20]].concat(),
        [packed(b"pong", 6), b"more".to_vec()].concat(),
        packed(b"", 6).repeat(300),
        vec![0; 30],
    ];
    let sizes = ["", "1", "1000 1 0 0 3", "4999"];
    bodies.iter().flat_map(|body| sizes.map(|sizes| [sizes.as_bytes(), b"\n", body].concat())).collect()
}
