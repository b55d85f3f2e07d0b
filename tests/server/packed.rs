//! Answers that are packed, or say that they are.

use super::bodies::{over, team};
use crate::support::wire::Wire;
use crate::support::{call, calls, world};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

fn json() -> Vec<u8> {
    world::team("panw").to_string().into_bytes()
}

/// Answers each request with these headers and this body, in chunks: how long it is, is not said before.
fn chunked(status: u16, headers: &str, body: Vec<u8>) -> Wire {
    let headers = headers.to_owned();
    Wire::answering(move |stream| {
        write!(stream, "HTTP/1.1 {status} So\r\n{headers}transfer-encoding: chunked\r\n\r\n")?;
        for part in body.chunks(1000) {
            write!(stream, "{:x}\r\n", part.len())?;
            stream.write_all(part)?;
            stream.write_all(b"\r\n")?;
        }
        stream.write_all(b"0\r\n\r\n")
    })
}

/// That a team is read from this answer.
#[track_caller]
fn read(headers: &str, body: Vec<u8>) {
    let wire = chunked(200, headers, body);
    if let Err(failure) = call(&over(&wire), "mattermost-get-team", &[("team_name", "panw")]) {
        panic!("{headers:?}: {failure} {:?}", failure.to_json());
    }
}

/// That this answer is refused, at once and with these words.
#[track_caller]
fn refused(headers: &str, body: Vec<u8>, words: &str) {
    let wire = chunked(200, headers, body);
    let failure = team(&wire);
    assert_eq!((failure.kind(), wire.requests()), ("network", 1), "{headers:?}: {failure}");
    let fields = failure.fields();
    let cause = fields.get("cause").and_then(|cause| cause.as_str()).unwrap_or_default();
    assert!(failure.message().contains(words) && cause.contains(words), "{words:?}: {failure} {cause}");
}

const GZIP: &str = "content-encoding: gzip\r\n";

#[test]
fn nothing_that_is_said_to_be_packed_is_nothing() {
    for coding in ["gzip", "x-gzip", "br", "zstd", "deflate"] {
        for (status, kind) in
            [(401, "unexpected_answer"), (403, "unexpected_answer"), (404, "unexpected_answer"), (500, "server")]
        {
            let failure = team(&chunked(status, &format!("content-encoding: {coding}\r\n"), Vec::new()));
            assert_eq!(failure.kind(), kind, "{coding} {status}: {failure}");
            assert!(failure.message().contains(&status.to_string()), "{failure}");
        }
    }
    // Repeated for its status alone.
    let failure = team(&chunked(502, GZIP, Vec::new()));
    assert_eq!((failure.kind(), &failure.fields()["status"]), ("server", &502.into()), "{failure}");
}

#[test]
fn a_write_that_is_answered_with_nothing_is_done_once() {
    let wire = Wire::answering_head(|head, stream| {
        let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
        if line.starts_with("DELETE") {
            return write!(stream, "HTTP/1.1 200 OK\r\n{GZIP}transfer-encoding: chunked\r\n\r\n0\r\n\r\n");
        }
        let body = world::json(&line).to_string();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    });
    let arguments = calls::arguments("mattermost-remove-channel-member");
    let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let failure = call(&over(&wire), "mattermost-remove-channel-member", &arguments).expect_err("nothing was said");
    assert!(failure.message().contains("DELETE") && failure.message().contains("an empty body"), "{failure}");
    // The team, the channel, and this.
    assert_eq!(wire.requests(), 3, "{failure}");
}

#[test]
fn zeros_behind_what_is_packed_are_padding_and_other_bytes_are_not() {
    read(GZIP, [packed(&json()), vec![0; 10_000]].concat());
    let (start, end) = (json()[..20].to_vec(), json()[20..].to_vec());
    read(GZIP, [packed(&start), packed(b""), packed(&end), vec![0]].concat());
    for more in [&b"\r\n"[..], b"more", b"\0\0more", b"\0\x1f\x8b", b"\n", &[0xff; 5000]] {
        refused(GZIP, [packed(&json()), more.to_vec()].concat(), "bytes behind the gzip stream");
    }
    // A whole answer of padding is none.
    refused(GZIP, vec![0; 100], "no gzip");
    refused(GZIP, json(), "no gzip");
}

#[test]
fn what_is_no_coding_is_ignored() {
    for names in [
        "utf-8",
        "UTF-8",
        "utf8",
        "none",
        "None",
        "identity",
        "",
        " ",
        ",",
        "aws-chunked",
        "chunked",
        "binary",
        "text/html",
        "json",
        "UTF-8;q=1",
        "iso-8859-1",
        "identity, identity",
        "whatever",
    ] {
        read(&format!("Content-Encoding: {names}\r\n"), json());
    }
    for names in [
        "gzip",
        "GZIP",
        "x-gzip",
        "X-GZip",
        "gzip, identity",
        "identity, gzip",
        "gzip,",
        ",gzip",
        " gzip ,, ",
        "none, gzip",
        "gzip, utf-8",
        "gzip, aws-chunked",
        "aws-chunked,gzip",
        "gzip, whatever",
    ] {
        read(&format!("Content-Encoding: {names}\r\n"), packed(&json()));
    }
    read("content-encoding:\r\ncontent-encoding: gzip\r\n", packed(&json()));
    read("content-encoding: gzip\r\ncontent-encoding: identity\r\n", packed(&json()));
}

#[test]
fn another_coding_is_refused_by_name() {
    for names in
        ["br", "BR", "zstd", "deflate", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm"]
    {
        refused(&format!("content-encoding: {names}\r\n"), json(), names);
    }
    for names in ["gzip, br", "br, gzip", "utf-8, br", "gzip, gzip"] {
        refused(&format!("content-encoding: {names}\r\n"), packed(&json()), names);
    }
    refused("content-encoding: gzip\r\ncontent-encoding: gzip\r\n", packed(&json()), "gzip, gzip");
}

/// What nobody here unpacks is not looked through for credentials. Under a name that nobody knows only text is taken as it
/// is: what is packed is no text.
#[test]
fn what_is_packed_under_a_made_up_name_is_refused() {
    for names in ["zip", "bzip2", "whatever", "gzip2"] {
        refused(&format!("content-encoding: {names}\r\n"), packed(&json()), names);
    }
    // Twice, and so much as was told has been undone.
    refused("content-encoding: gzip, whatever\r\n", packed(&packed(&json())), "whatever");
    // What is told has the names as they were sent: a credential among them would not be found in another case.
    refused("content-encoding: gzip, What; ever\r\n", packed(&packed(&json())), "gzip, What; ever");
    // Also where that is seen late, or between two parts.
    let late = [&json()[..], &[b' '; 2000], b"\xc3\xbc", "ü".repeat(1000).as_bytes(), b"\xbc"].concat();
    refused("content-encoding: whatever\r\n", late, "whatever");
    read("content-encoding: whatever\r\n", [&json()[..], &[b' '; 2001]].concat());
}

/// The inside of one member is bounded as their number is.
#[test]
fn what_is_packed_around_nothing_has_an_end() {
    let mut named = packed(&json());
    named[3] = 0x08;
    named.truncate(10);
    for endless in [packed(b""), b"\0\0\0\xff\xff".to_vec(), b"name".to_vec(), vec![0]] {
        let begin = match endless[..] {
            [0x1f, ..] => Vec::new(),
            [0, 0, ..] => packed(b"")[..10].to_vec(),
            [0] => packed(&json()),
            _ => named.clone(),
        };
        let wire = Wire::answering(move |stream| {
            write!(stream, "HTTP/1.1 200 OK\r\n{GZIP}\r\n")?;
            stream.write_all(&begin)?;
            let part = endless.repeat(1000);
            loop {
                stream.write_all(&part)?;
            }
        });
        let failure = team(&wire);
        assert_eq!((failure.kind(), wire.requests()), ("network", 1), "{failure}");
        assert!(failure.message().contains("gzip"), "{failure}");
    }
}
