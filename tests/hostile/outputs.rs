//! What a component gives that is no plain result: too deep, too much, or nothing because it stopped.

use crate::attack::{Attack, assert_over, script};
use crate::support::{Answer, Script};
use serde_json::Value;
use soar::Limit;
use std::io::Read;
use std::net::TcpListener;

#[test]
pub fn huge_output() {
    let failure = Attack::new(hostile_components::HUGE_OUTPUT).limit(Limit::Memory, 512 << 20).stopped(script());
    assert_over(&failure, Limit::Output);
}

#[test]
pub fn aliased_output() {
    let failure = Attack::new(hostile_components::ALIASED_OUTPUT).stopped(script());
    assert_over(&failure, Limit::Output);
}

#[test]
pub fn list_of_flags() {
    let failure = Attack::new(hostile_components::LIST_OF_FLAGS).stopped(script());
    assert_over(&failure, Limit::Output);
}

#[test]
pub fn copied_output() {
    let attack = || Attack::new(hostile_components::COPIED_OUTPUT);
    assert_over(&attack().limit(Limit::Output, 64 << 20).stopped(script()), Limit::Output);
    assert_eq!(attack().told(script()), "let through", "what fits is no attack");
}

#[test]
pub fn deep_json() {
    let body = "[".repeat(100_000) + &"]".repeat(100_000);
    let script = Script::new().on("GET /api/ok", Answer::Bytes(200, "application/json", body.into_bytes()));
    let told = Attack::new(hostile_components::DEEP_JSON).told(script);
    assert!(told.starts_with("not parsed: recursion limit exceeded"), "{told}");
}

#[test]
pub fn deep_output() {
    let entry = Attack::new(hostile_components::DEEP_OUTPUT).on(script()).unwrap_or_else(|failure| panic!("{failure}"));
    let read: Value = serde_json::from_str(&entry.to_json().to_string()).expect("it is JSON that can be read");
    assert_eq!(read["readable"].as_str().map(str::len), Some(200_000));
}

#[test]
pub fn stack_overflow() {
    let failure = Attack::new(hostile_components::STACK_OVERFLOW).stopped(script());
    assert_eq!(failure.kind(), "trap");
    assert!(failure.message().contains("stack"), "{failure}");
}

#[test]
pub fn trap_after_write() {
    let script = script();
    let failure = Attack::new(hostile_components::TRAP_AFTER_WRITE).stopped(script.clone());
    assert_eq!(failure.kind(), "trap");
    assert!(failure.message().contains("POST /api/write") && failure.message().contains("perhaps done"), "{failure}");
    assert_eq!(script.lines(), ["POST /api/write"]);
}

#[test]
pub fn trap_in_chunks() {
    for _ in 0..20 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let mut request = Vec::new();
            // Until the connection is closed, one way or the other.
            let ended = listener.accept().and_then(|(mut stream, _)| stream.read_to_end(&mut request));
            drop(ended);
            String::from_utf8_lossy(&request).into_owned()
        });
        let failure = Attack::new(hostile_components::TRAP_IN_CHUNKS).at(url).threads();
        assert_eq!(failure.kind(), "trap", "{failure}");
        assert!(failure.message().contains("perhaps done"), "{failure}");
        let request = server.join().expect("no panic");
        assert!(!request.ends_with("0\r\n\r\n"), "it looks whole: {request:?}");
    }
}

#[test]
pub fn trap_during_write() {
    // A transport of a script waits for the whole body, which never comes.
    let failure = Attack::new(hostile_components::TRAP_DURING_WRITE).stopped(script());
    assert_eq!(failure.kind(), "trap");
    assert!(failure.message().contains("POST /api/write") && failure.message().contains("perhaps done"), "{failure}");
}
