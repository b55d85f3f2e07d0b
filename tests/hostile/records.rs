//! What a server does to the records of a call.

use crate::attack::Attack;
use crate::support::wire::Wire;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use soar::transport::Live;
use std::io::Write;

/// The record of the one request that the component makes to this server.
fn recorded(wire: &Wire) -> Value {
    let attack = Attack::new(hostile_components::PACKED_ANSWER).at(wire.url.as_str());
    let records = attack.audited(Live::new(Default::default()).expect("defaults are right"));
    let events: Vec<_> = records.iter().map(|record| record["event"].as_str().unwrap_or_default()).collect();
    assert_eq!(events, ["sending", "request", "call"], "{records:?}");
    assert_eq!(records[0]["request"], records[1]["request"]);
    records[1].clone()
}

#[test]
fn an_answer_that_is_refused_is_recorded_as_it_came() {
    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 3\r\n\r\nyes")
    });
    let record = recorded(&wire);
    assert_eq!((&record["status"], &record["address"]), (&200.into(), &format!("127.0.0.1:{}", wire.port).into()));
    assert!(record["error"].as_str().is_some_and(|error| error.contains("(br)")), "{record}");
}

#[test]
fn where_a_request_went_is_recorded_though_no_answer_came() {
    let wire = Wire::answering(|_| Err(std::io::ErrorKind::ConnectionAborted.into()));
    let record = recorded(&wire);
    assert_eq!(record["status"], Value::Null);
    assert_eq!(record["address"], format!("127.0.0.1:{}", wire.port));
}

#[test]
fn of_a_servers_words_the_beginning_is_recorded() {
    let wire = Wire::answering(|stream| {
        let long = "x".repeat(60_000);
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-encoding: br, {long}\r\ncontent-length: 3\r\n\r\nyes")
    });
    let record = recorded(&wire);
    let error = record["error"].as_str().expect("an error");
    assert!(error.len() < 1200 && error.contains("[… ") && error.contains("bytes more]"), "{error}");
}

#[test]
fn what_came_packed_is_counted_as_it_came() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&[b'y'; 10_000]).expect("memory");
    let packed = encoder.finish().expect("memory");
    let length = packed.len();
    let wire = Wire::answering(move |stream| {
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n")?;
        stream.write_all(&packed)
    });
    let record = recorded(&wire);
    assert_eq!((&record["received_bytes"], &record["error"]), (&length.into(), &Value::Null));
}

#[test]
fn what_came_and_held_nothing_is_counted_and_bounded() {
    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n")?;
        let empty = GzEncoder::new(Vec::new(), Compression::default()).finish()?.repeat(1000);
        loop {
            stream.write_all(&empty)?;
        }
    });
    let record = recorded(&wire);
    assert!(record["error"].as_str().is_some_and(|error| error.contains("next to nothing")), "{record}");
    let received = record["received_bytes"].as_u64().expect("a number");
    // And what lay there already of what came.
    assert!((256 << 10..2 << 20).contains(&received), "{record}");
}
