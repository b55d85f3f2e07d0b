use super::super::attached::Nowhere;
use super::*;
use crate::recording::samples;
use serde_json::{Value, json};

fn read(response: Value) -> Answer {
    let request = samples::exchange("GET", "http://h/", "", b"").request;
    let fields = response.as_object().unwrap();
    answer(Fields(fields), failure(Fields(fields)), &request, &mut Attached::new(&Nowhere)).unwrap()
}

fn why(response: Value) -> String {
    let mut exchange = samples::exchange("GET", "http://h/", "", b"");
    exchange.answer = read(response.clone());
    exchange.unplayable().unwrap_or_else(|| panic!("{response}")).into_owned()
}

#[test]
fn what_was_never_answered_says_so() {
    for status in [json!(-1), json!(0), json!("0"), json!("error"), json!(null), json!([])] {
        assert_eq!(why(json!({"status": status})), "it was never answered");
    }
    assert_eq!(
        why(json!({"status": 0, "_error": "net::ERR_ABORTED", "content": {"text": "x"}})),
        "it was never answered (net::ERR_ABORTED)"
    );
    assert_eq!(why(json!({"status": 1000})), "its status is 1000; one of three digits was expected");
    assert_eq!(why(json!({"status": 99.5})), "its status is 99.5; one of three digits was expected");
    assert_eq!(read(json!({"status": "200"})).status, 200);
}

#[test]
fn what_was_broken_off_says_so() {
    let whole = json!({"status": 200, "_failureText": "net::ERR_ABORTED", "content": {"size": 2, "text": "{}"}});
    assert_eq!(read(whole).content, Content::Kept("{}".into()));
    let none = json!({"status": 200, "_failureText": "net::ERR_ABORTED", "content": {"size": -1}});
    assert_eq!(why(none), "it was broken off (net::ERR_ABORTED), and its body is not in the file");
    let part = json!({"status": 200, "_failureText": "x", "content": {"size": -1, "text": "{\"a"}});
    assert_eq!(why(part), "it was broken off (x): 3 bytes of its body are in the file");
}

#[test]
fn a_body_that_is_not_there_is_lost_and_one_that_never_was_is_empty() {
    for (response, content) in [
        (json!({"status": 200}), Content::Kept(Bytes::new())),
        (json!({"status": 200, "content": {"size": 0}}), Content::Kept(Bytes::new())),
        (json!({"status": 200, "content": {"size": 0}, "bodySize": 20}), Content::Kept(Bytes::new())),
        (json!({"status": 200, "content": {"size": 7}}), Content::Lost(7)),
        (json!({"status": 200, "content": {"size": "7"}}), Content::Lost(7)),
        (json!({"status": 200, "content": {"size": 7, "text": ""}}), Content::Lost(7)),
        (json!({"status": 200, "content": {"size": -1}}), Content::Lost(0)),
        (json!({"status": 200, "content": {}, "bodySize": 7}), Content::Lost(7)),
        (json!({"status": 200, "headers": {"Content-Length": 7}}), Content::Lost(7)),
        (json!({"status": 200, "headers": {"content-length": 7, "content-encoding": "gzip"}}), Content::Lost(0)),
        (json!({"status": 204, "content": {"size": -1}}), Content::Kept(Bytes::new())),
        (json!({"status": 302, "content": {"size": -1}}), Content::Kept(Bytes::new())),
        (json!({"status": 101, "content": {"size": -1}}), Content::Kept(Bytes::new())),
    ] {
        assert_eq!(read(response.clone()).content, content, "{response}");
    }
}

/// Sizes are written before and after packing, in bytes and in characters, with and without a mark of byte order.
#[test]
fn only_what_is_surely_cut_was_cut() {
    for (text, size) in [("[1, 2]", 2_000), ("[1, 2]", 3), ("{\"ä\": 1}\n", 8), ("pong", 7), ("<html>", 5_000)] {
        for kind in ["application/json", "text/plain"] {
            let response = json!({"status": 200, "content": {"size": size, "text": text, "mimeType": kind}});
            assert_eq!(read(response).content, Content::Kept(Bytes::copy_from_slice(text.as_bytes())), "{text} {size}");
        }
    }
    assert_eq!(why(json!({"status": 200, "content": {"size": 9, "text": "[1, "}})), "4 of 9 bytes are in the file");
    // A server can have answered so.
    let broken = json!({"status": 200, "content": {"size": 4, "text": "[1, "}});
    assert_eq!(read(broken).content, Content::Kept("[1, ".into()));
    let unsaid = json!({"status": 200, "content": {"text": "[1, "}});
    assert_eq!(read(unsaid).content, Content::Kept("[1, ".into()));
}

#[test]
fn what_the_cache_had_is_the_answer() {
    let with = read(json!({"status": 304, "statusText": "Not Modified", "content": {"size": 2, "text": "{}"}}));
    assert_eq!((with.status, &*with.reason, with.content), (200, "OK", Content::Kept("{}".into())));
    for content in [json!({}), json!({"size": 0, "text": ""}), json!({"size": 5}), json!(null)] {
        assert!(why(json!({"status": 304, "content": content})).contains("record with the cache disabled"));
    }
}

#[test]
fn a_body_that_is_still_packed_is_unpacked_or_told() {
    use base64::Engine as _;
    use std::io::Write as _;
    let packed = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let of = |coding: &str, bytes: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        let content = json!({"text": text, "encoding": "base64", "mimeType": "application/json", "size": bytes.len()});
        json!({"status": 200, "headers": {"Content-Encoding": coding}, "content": content})
    };
    let gzip = packed(b"{\"a\": 1}");
    assert_eq!(read(of("gzip", &gzip)).content, Content::Kept("{\"a\": 1}".into()));
    // Undone, as browsers do.
    assert_eq!(read(of("br", b"{\"a\": \"\xc3\xa4\"}")).content, Content::Kept("{\"a\": \"ä\"}".into()));
    assert_eq!(why(of("gzip", &gzip[..12])), "its body is still packed (gzip), and can't be unpacked");
    assert_eq!(why(of("br", b"\x8b\x03\x80{}\x03")), "its body is still packed (br), and can't be unpacked");
    assert_eq!(why(of("zstd", b"\x28\xb5\x2f\xfd\0")), "its body is still packed (zstd), and can't be unpacked");
    // It is a bomb.
    let bomb = packed(&vec![b' '; crate::recording::UNPACKED as usize + 1]);
    assert_eq!(why(of("gzip", &bomb)), "its body is still packed (gzip), and can't be unpacked");
}
