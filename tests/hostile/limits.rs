//! Taking more than there is: time of the processor, memory, handles, requests, answers.

use crate::attack::{Attack, assert_denied, assert_over, failure, script};
use crate::support::Counting;
use crate::support::wire::Wire;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Response;
use soar::transport::{Answering, Body, Outbound, Transport};
use soar::{Amount, Limit};
use std::io::Write;
use std::time::Duration;

#[test]
pub fn endless_loop() {
    let attack = Attack::new(hostile_components::ENDLESS_LOOP).limit(Limit::Cpu, Duration::from_millis(200));
    assert_over(&attack.stopped(script()), Limit::Cpu);
}

#[test]
pub fn memory_growth() {
    let attack = Attack::new(hostile_components::MEMORY_GROWTH).limit(Limit::Memory, 16 << 20);
    assert_over(&attack.stopped(script()), Limit::Memory);
}

#[test]
pub fn table_growth() {
    let attack = Attack::new(hostile_components::TABLE_GROWTH).limit(Limit::TableElements, 5000);
    assert_over(&attack.stopped(script()), Limit::TableElements);
}

#[test]
fn in_a_pool_they_end_as_they_do_without_one() {
    for (component, limit, amount) in [
        (hostile_components::ENDLESS_LOOP, Limit::Cpu, Amount::Time(Duration::from_millis(200))),
        (hostile_components::MEMORY_GROWTH, Limit::Memory, Amount::Number(16 << 20)),
        (hostile_components::TABLE_GROWTH, Limit::TableElements, Amount::Number(5000)),
        (hostile_components::RESOURCE_FLOOD, Limit::Resources, Amount::Number(100)),
    ] {
        // More often than there are places: what was stopped gives its place back.
        for _ in 0..3 {
            let attack = Attack::pooled(component).limit(limit, amount);
            assert_over(&attack.stopped(script()), limit);
        }
    }
}

#[test]
pub fn resource_flood() {
    let attack = Attack::new(hostile_components::RESOURCE_FLOOD).limit(Limit::Resources, 100);
    assert_over(&attack.stopped(script()), Limit::Resources);
}

#[test]
pub fn pollable_flood() {
    let attack = Attack::new(hostile_components::POLLABLE_FLOOD).limit(Limit::Resources, 100);
    assert_over(&attack.stopped(script()), Limit::Resources);
}

#[test]
pub fn request_flood() {
    let script = script();
    let attack = Attack::new(hostile_components::REQUEST_FLOOD).limit(Limit::Requests, 10);
    assert_over(&attack.stopped(script.clone()), Limit::Requests);
    assert_eq!(script.requests().len(), 10);
}

#[test]
pub fn denied_flood() {
    let script = script();
    let attack = Attack::new(hostile_components::DENIED_FLOOD).limit(Limit::Requests, 10);
    assert_over(&attack.stopped(script.clone()), Limit::Requests);
    assert!(script.requests().is_empty());
}

#[test]
pub fn concurrent_flood() {
    let counting = Counting::new(script());
    let attack = Attack::new(hostile_components::CONCURRENT_FLOOD).limit(Limit::ConcurrentRequests, 4);
    assert_eq!(attack.told(counting.clone()), "50 answered");
    assert_eq!(counting.most(), 4);
}

#[test]
pub fn response_bomb() {
    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
        loop {
            stream.write_all(b"4000\r\n")?;
            stream.write_all(&[b'x'; 0x4000])?;
            stream.write_all(b"\r\n")?;
        }
    });
    let attack = Attack::new(hostile_components::RESPONSE_BOMB).at(wire.url.as_str());
    assert_over(&failure(attack.limit(Limit::ResponseBody, 1 << 20).live()), Limit::ResponseBody);
}

#[test]
pub fn gzip_bomb() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&vec![0; 64 << 20]).expect("memory");
    let packed = encoder.finish().expect("memory");
    assert!(packed.len() < 1 << 20, "it is small on the wire");
    let wire = Wire::answering(move |stream| {
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len())?;
        stream.write_all(&packed)
    });
    let attack = Attack::new(hostile_components::GZIP_BOMB).at(wire.url.as_str());
    assert_over(&failure(attack.limit(Limit::ResponseBody, 1 << 20).live()), Limit::ResponseBody);
}

/// Answers with very many headers.
struct ManyHeaders;

impl Transport for ManyHeaders {
    fn send(&self, _: Outbound) -> Answering {
        let mut response = Response::builder();
        for number in 0..5000 {
            response = response.header(format!("x-{number}"), "x");
        }
        Box::pin(async move { Ok(response.body(Body::empty()).expect("an answer").into()) })
    }
}

#[test]
pub fn header_bomb() {
    let bomb = hostile_components::HEADER_BOMB;
    let attack = Attack::new(bomb).limit(Limit::HeaderBytes, 10 << 20);
    assert_over(&attack.stopped(ManyHeaders), Limit::HeaderCount);
    let attack = Attack::new(bomb).limit(Limit::HeaderCount, 100_000).limit(Limit::HeaderBytes, 1000);
    assert_over(&attack.stopped(ManyHeaders), Limit::HeaderBytes);

    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"x-more: x\r\n")?;
        }
    });
    // Endless, and stopped before all of it is there.
    let failure = failure(Attack::new(bomb).at(wire.url.as_str()).live());
    assert!(matches!(failure.kind(), "limit" | "network"), "{failure}");
}

#[test]
pub fn huge_method() {
    let script = script();
    let failure = Attack::new(hostile_components::HUGE_METHOD).stopped(script.clone());
    assert_over(&failure, Limit::HeaderBytes);
    assert!(failure.to_json().to_string().len() < 5000, "what is told of it is short");
    assert!(script.requests().is_empty());
}

#[test]
pub fn huge_authority() {
    let script = script();
    let failure = Attack::new(hostile_components::HUGE_AUTHORITY).stopped(script.clone());
    assert_over(&failure, Limit::HeaderBytes);
    assert!(script.requests().is_empty());
}

#[test]
pub fn huge_path() {
    let script = script();
    let failure = Attack::new(hostile_components::HUGE_PATH).stopped(script.clone());
    assert_denied(&failure, "/api/xxx");
    assert!(failure.to_json().to_string().len() < 5000, "what is told of it is short");
    assert!(script.requests().is_empty());
}

#[test]
pub fn file_flood() {
    let attack = Attack::new(hostile_components::FILE_FLOOD).given(crate::support::calls::ENTRY);
    assert_over(&attack.stopped(script()), Limit::OpenFiles);
}

#[test]
pub fn huge_header() {
    let script = script();
    assert_over(&Attack::new(hostile_components::HUGE_HEADER).stopped(script.clone()), Limit::HeaderBytes);
    assert!(script.requests().is_empty());
}

#[test]
pub fn many_headers() {
    let script = script();
    let attack = Attack::new(hostile_components::MANY_HEADERS).limit(Limit::HeaderBytes, 10 << 20);
    assert_over(&attack.stopped(script.clone()), Limit::HeaderCount);
    assert!(script.requests().is_empty());
}

#[test]
pub fn huge_entry_id() {
    assert_over(&Attack::new(hostile_components::HUGE_ENTRY_ID).stopped(script()), Limit::Output);
}
