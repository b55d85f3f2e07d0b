//! Recordings that are packed, in another encoding, cut, or no recordings at all.

use super::others::{Case, plays};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::json;
use std::io::Write;

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let file = archive.new_file(*path).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().expect("packed");
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(content).expect("packed");
        let (packed, descriptor) = writer.finish().expect("packed");
        packed.finish().expect("packed");
        entry.finish(descriptor).expect("packed");
    }
    archive.finish().expect("packed")
}

#[test]
fn a_recording_is_read_in_each_encoding_and_packing() {
    let case = Case::new();
    let text = case.har.to_string();
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for (name, file) in [
        ("little.har", little.clone()),
        ("marked.har", [&b"\xff\xfe"[..], &little].concat()),
        ("big.har", big.clone()),
        ("marked-big.har", [&b"\xfe\xff"[..], &big].concat()),
        ("x.har.gz", gzip(text.as_bytes())),
        ("named-wrongly.har", gzip(&little)),
        ("x.zip", zip(&[("a/b.har", text.as_bytes())])),
    ] {
        plays(case.replay_as(name, file));
    }
}

#[test]
fn a_recording_of_a_browser_test_tool_is_read_from_its_archive() {
    let case = Case::with(|entry| {
        entry["response"]["content"] = json!({ "size": -1, "mimeType": "application/json", "_file": "9f1c.json" });
    });
    let (har, body) = (case.har.to_string(), Case::new().body());
    plays(case.replay_as("x.har.zip", zip(&[("9f1c.json", body.as_bytes()), ("har.har", har.as_bytes())])));
    // Not from beside the archive, nor from another folder in it.
    let case = case.beside("9f1c.json", &body);
    let elsewhere = zip(&[("har.har", har.as_bytes()), ("a/9f1c.json", body.as_bytes())]);
    let ran = case.replay_as("x.zip", elsewhere).ends(1);
    assert!(ran.out.contains("which is not beside the recording in the archive"), "{ran:?}");
    case.refused("x.zip", zip(&[("a.har", b"{}"), ("b.har", b"{}")]), "2 recordings (\"a.har\", \"b.har\"); unpack it");
    case.refused("x.zip", zip(&[("trace.trace", b"{}")]), "a trace of a browser test tool; record a HAR file with it");
}

#[test]
fn what_is_before_the_cut_of_a_file_plays() {
    let mut case = Case::new();
    let entry = case.har["log"]["entries"][0].clone();
    case.har["log"]["entries"] = json!([entry, entry]);
    let text = case.har.to_string();
    let words = "not all of the recording was read: the file was cut: it ends in or after entry 0";
    for (name, file) in [
        ("cut.har", text.as_bytes()[..text.len() - 300].to_vec()),
        ("cut.har.gz", {
            let packed = gzip(&[text.as_bytes(), &noise()].concat());
            packed[..packed.len() / 2].to_vec()
        }),
    ] {
        let ran = case.replay_as(name, file);
        match name {
            "cut.har" => assert!(plays(ran).err.contains(words)),
            // How much of it can be unpacked is up to the packing.
            _ => assert!(plays(ran).err.contains("not all of the recording was read")),
        }
    }
    let ran = plays(case.replay_as("junk.har", format!("{text}<!-- junk -->")));
    assert!(ran.err.contains("the file goes on after the end of the recording"), "{ran:?}");
    let ran = plays(case.replay_as("zeros.har", format!("{text}{}", "\0".repeat(4096))));
    assert!(!ran.err.contains("warning"), "{ran:?}");
    case.refused("early.har", &text[..60], "the recording is not JSON: EOF while parsing");
}

/// What can't be packed.
fn noise() -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (state >> 24) as u8 % 26
    };
    (0..20_000).map(|_| next()).collect()
}

#[test]
fn what_is_no_recording_is_called_what_it_is() {
    let case = Case::new();
    let postman = r#"{"info": {"_postman_id": "1", "schema": "https://schema.example/v2.1.0"}, "item": []}"#;
    for (name, file, words) in [
        ("x.har", &b""[..], "it is empty, and no recording; expected a HAR file"),
        ("x.har.zst", b"\x28\xb5\x2f\xfd\0", "packed with zstd, and no recording; unpack it first"),
        ("x.har.br", b"\x1b\x0b\0\0", "packed with brotli, and no recording; unpack it first"),
        ("x.html", b"<!DOCTYPE html><title>Login</title>", "a web page (HTML), such as a login or an error"),
        ("x.json", postman.as_bytes(), "a collection of Postman"),
        (
            "openapi.json",
            br#"{"openapi": "3.1.0", "paths": {}}"#,
            "a description of an API (OpenAPI), and no recording",
        ),
        ("x.warc", b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", "a web archive (WARC), and no recording"),
        (
            "x.flow",
            b"1234:9:websocket;0:~8:response;",
            "a file of mitmproxy's flows, and no recording; make a HAR file of it",
        ),
    ] {
        case.refused(name, file, words);
    }
}
