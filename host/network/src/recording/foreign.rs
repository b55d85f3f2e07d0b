//! Files of other kinds, which are told what they are and how to come to a recording.

use serde_json::{Map, Value};

use super::error::RecordingError;

/// How a recording is made.
const SAVE: &str = "expected a HAR file, such as a browser's developer tools save (Network, Save all as HAR with content) or --record makes";

/// By the bytes with which they begin.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first: zstd -d FILE"),
    (b"\xfd7zXZ\0", "packed with xz", "unpack it first: xz -d FILE"),
    (b"BZh", "packed with bzip2", "unpack it first: bzip2 -d FILE"),
    (b"\x04\x22\x4d\x18", "packed with lz4", "unpack it first: lz4 -d FILE"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first, or pack it as zip or gzip"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first, or pack it as zip or gzip"),
    (b"WARC/", "a web archive (WARC)", SAVE),
    (b"\xd4\xc3\xb2\xa1", "a capture of packets (pcap)", SAVE),
    (b"\xa1\xb2\xc3\xd4", "a capture of packets (pcap)", SAVE),
    (b"\x0a\x0d\x0d\x0a", "a capture of packets (pcapng)", SAVE),
    (b"SQLite format 3\0", "an SQLite database", SAVE),
    (b"%PDF", "a PDF", SAVE),
    (b"\x89PNG", "a picture", SAVE),
    (b"\xff\xd8\xff", "a picture", SAVE),
    (b"\x7fELF", "a program", SAVE),
    (b"\0asm", "a WebAssembly component", SAVE),
    (b"<!DOCTYPE", "a web page (HTML), such as a login or an error in place of a download", SAVE),
    (b"<html", "a web page (HTML), such as a login or an error in place of a download", SAVE),
    (b"<?xml", "XML", SAVE),
    (b"HTTP/", "an answer of HTTP as it goes over the wire", SAVE),
    (b"openapi:", "a description of an API (OpenAPI)", SAVE),
    (b"swagger:", "a description of an API (OpenAPI)", SAVE),
    (b"curl ", "a command line of curl", SAVE),
];

/// Where the name of a tar file's format stands.
const TAR: usize = 257;

fn foreign(what: &str, how: &str) -> RecordingError {
    RecordingError::Foreign { what: what.into(), how: how.into() }
}

pub(super) fn brotli() -> RecordingError {
    foreign("packed with brotli", "unpack it first: brotli -d FILE")
}

/// What a file is by its beginning, if it is known and no recording.
pub(super) fn by_its_beginning(bytes: &[u8]) -> Option<RecordingError> {
    let text = bytes.trim_ascii_start();
    if text.is_empty() || bytes.iter().all(|byte| *byte == 0) {
        let what = if text.is_empty() { "empty" } else { "nothing but zero bytes, as a crash can leave it" };
        return Some(foreign(what, SAVE));
    }
    if bytes.get(TAR..).is_some_and(|at| at.starts_with(b"ustar")) {
        return Some(foreign("a tar archive", "unpack it first, or pack it as zip or gzip"));
    }
    if is_flows(bytes) {
        let how = "make a HAR file of it: mitmdump -nr FILE --set hardump=OUT.har";
        return Some(foreign("a file of mitmproxy's flows", how));
    }
    let begins = |magic: &[u8]| {
        let letters = magic.is_ascii() && !magic.iter().any(u8::is_ascii_control);
        let start = if letters { text.get(..magic.len()) } else { bytes.get(..magic.len()) };
        start.is_some_and(|start| if letters { start.eq_ignore_ascii_case(magic) } else { start == magic })
    };
    MAGIC.iter().find(|(magic, ..)| begins(magic)).map(|(_, what, how)| foreign(what, how))
}

/// What is no JSON, and may be known by more than its first letters.
pub(super) fn by_its_text(text: &[u8]) -> Option<RecordingError> {
    let start = &text[..text.len().min(4096)];
    let start = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
    let is_request = ["get ", "post ", "put ", "delete "].iter().any(|method| start.starts_with(method));
    if is_request && start.contains(" http/") {
        return Some(foreign("a request of HTTP as it goes over the wire", SAVE));
    }
    (start.starts_with('<')).then(|| match start.contains("<html") || start.contains("<head") {
        true => foreign("a web page (HTML), such as a login or an error in place of a download", SAVE),
        false => foreign("XML", SAVE),
    })
}

/// What JSON is by its fields.
pub(super) fn by_its_fields(fields: &Map<String, Value>) -> Option<RecordingError> {
    let has = |name: &str| fields.contains_key(name);
    let info = |name: &str| fields.get("info").is_some_and(|info| info.get(name).is_some());
    let what = match () {
        () if has("item") && (info("_postman_id") || info("schema")) => {
            "a collection of Postman, which has requests and few or no recorded answers"
        }
        () if has("openapi") || has("swagger") => "a description of an API (OpenAPI)",
        () if has("constants") && has("events") => "a log of Chrome's network stack (netlog)",
        () if has("traceEvents") => "a performance trace",
        () if has("__export_format") => "an export of Insomnia, which has requests and no recorded answers",
        () if has("suites") => "a report of tests",
        () => return None,
    };
    Some(foreign(what, SAVE))
}

/// Lengths in digits before each value: `1234:9:websocket;…`.
fn is_flows(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let outer = digits(bytes);
    let Some(inner) = bytes.get(outer + 1..).filter(|_| outer > 0 && bytes[outer] == b':') else { return false };
    let length = digits(inner);
    length > 0 && inner.get(length) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::super::Recording;

    fn told(file: impl AsRef<[u8]>) -> String {
        Recording::read(file).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_recording_is_called_what_it_is() {
        let mut tar = vec![b'x'; 600];
        tar[257..262].copy_from_slice(b"ustar");
        for (file, what) in [
            (&b""[..], "it is empty, and no recording; expected a HAR file"),
            (b" \n", "it is empty"),
            (&[0; 100], "nothing but zero bytes"),
            (b"\x28\xb5\x2f\xfd....", "it is packed with zstd, and no recording; unpack it first: zstd -d FILE"),
            (b"\xfd7zXZ\0", "packed with xz"),
            (b"BZh91AY", "packed with bzip2"),
            (&tar, "a tar archive"),
            (b"WARC/1.0\r\nWARC-Type: warcinfo", "a web archive (WARC)"),
            (b"1234:9:websocket;0:~8:response;", "mitmdump -nr FILE --set hardump=OUT.har"),
            (b"\n<!doctype html><html>", "a web page (HTML)"),
            (b"<HTML>", "a web page (HTML)"),
            (b"<!-- x --><html>", "a web page (HTML)"),
            (b"<?xml version=\"1.0\"?>", "it is XML"),
            (b"<session/>", "it is XML"),
            (b"GET /a HTTP/1.1\r\n", "a request of HTTP"),
            (b"HTTP/1.1 200 OK", "an answer of HTTP"),
            (b"curl 'http://h/' -H 'a: b'", "a command line of curl"),
            (b"openapi: 3.0.0", "OpenAPI"),
            (br#"{"info": {"_postman_id": "1", "schema": "x"}, "item": []}"#, "a collection of Postman"),
            (br#"{"openapi": "3.0.0", "info": {"title": "x"}, "paths": {}}"#, "OpenAPI"),
            (br#"{"swagger": "2.0"}"#, "OpenAPI"),
            (br#"{"constants": {}, "events": []}"#, "netlog"),
            (br#"{"traceEvents": []}"#, "a performance trace"),
            (b"1234", "the file is a number; an object was expected"),
            (b"12:34", "the file is a number; an object was expected"),
            (b"junk", "the recording is not JSON"),
        ] {
            let told = told(file);
            assert!(told.contains(what), "{}: {told}", String::from_utf8_lossy(file));
        }
        // A recording may have any fields besides.
        let both = br#"{"openapi": 1, "item": [], "info": {"schema": 1}, "log": {"entries": []}}"#;
        assert!(Recording::read(both).is_ok());
    }
}
