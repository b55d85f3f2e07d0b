//! A HAR file is read or refused, and what is written of it is read as the same. What can't be played says why.
//!
//! An input is the file: plain, or packed as people have them.

use super::Target;
use super::seeds;
use flate2::Compression;
use flate2::write::GzEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use soar::recording::{Recording, Redactor};
use soar::text;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

pub const TARGET: Target = Target {
    name: "har",
    check,
    seeds,
    words: &[
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "1e999",
        "base64",
        "\"encoding\":\"base64\"",
        "\"text\":",
        "\"params\":[]",
        "\"_encoding\":\"base64\"",
        "%",
        "%ff",
        "+",
        "&",
        "=",
        "token=",
        "password",
        "Authorization",
        "cookie",
        "\\n",
        "\\u0000",
        "\\ud83d\\ude00",
        "http://",
        "://",
        "@",
        "#",
        "?",
        "9999-12-31T23:59:59.999Z",
        "-009999-01-01T00:00:00Z",
        "application/x-www-form-urlencoded",
        "application/json",
        "[redacted]",
        "\"_file\":\"1a.json\"",
        "\"_unplayable\":\"x\"",
        "\"_error\":\"x\"",
        "\"size\":358",
        "\"status\":0",
        "\"status\":304",
        "\"status\":204",
        "\\ud83d",
        "NaN",
        "../",
        "base64url",
        "content-encoding",
        "\u{feff}",
    ],
};

pub fn check(input: &[u8]) {
    let Ok(recording) = Recording::read(input) else { return };
    let written = recording.write();
    let again = Recording::read(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    // What could not be read is not written.
    assert_eq!(again.exchanges, recording.redacted(&Redactor::default()).exchanges, "{written}");
    assert_eq!(again.left_out(), None, "{written}");
    assert_eq!(again.write(), written);
    let whys = recording.exchanges.iter().filter_map(|exchange| Some(exchange.unplayable()?.into_owned()));
    for words in whys.chain(recording.left_out()) {
        assert!(!words.is_empty() && !words.contains(text::is_hidden), "{words}");
    }
    let entries = (0..recording.exchanges.len()).map(|exchange| recording.entry(exchange));
    let entries: Vec<usize> = entries.chain(recording.unreadable.iter().map(|unreadable| unreadable.entry)).collect();
    let different: BTreeSet<usize> = entries.iter().copied().collect();
    assert_eq!(different, (0..entries.len()).collect());
}

/// The recordings themselves, the short ones; one of them as others write it, and packed.
fn seeds(fixtures: &Path) -> Vec<Vec<u8>> {
    let files = seeds::cases(fixtures).into_iter().map(|case| case.bytes);
    let mut files: Vec<Vec<u8>> = files.filter(|bytes| bytes.len() < 4096).collect();
    files.sort();
    files.dedup();
    files.extend(OTHERS.iter().map(|other| other.as_bytes().to_vec()));
    let attached = OTHERS[0].as_bytes();
    files.push(OTHERS[0].encode_utf16().flat_map(u16::to_le_bytes).collect());
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(attached).expect("memory");
    files.push(packed.finish().expect("memory"));
    files.push(archive(&[("har.har", attached), ("1a.json", b"{}")]));
    files
}

/// Not packed: a damage shall reach what is in it.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let file = archive.new_file(*path).compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().expect("memory");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).expect("memory");
        let (_, descriptor) = writer.finish().expect("memory");
        entry.finish(descriptor).expect("memory");
    }
    archive.finish().expect("memory")
}

/// As other tools write them.
const OTHERS: [&str; 3] = [
    r#"{"log": {"version": 2, "entries": [{"request": {"method": "GET", "url": "http://h/a", "headers": {"a": [1, "b"]}},
        "response": {"status": "200", "content": {"size": -1, "_file": "1a.json", "mimeType": "application/json"}}}]}}"#,
    r#"{"log": {"entries": [{"request": {"method": "POST", "url": "http://h/a", "postData": {"mimeType": "application/x-www-form-urlencoded",
        "params": [["a", 1], "b: c"]}}, "response": {"status": -1, "_failureText": "net::ERR_ABORTED"}, "time": "1.5"}, {"request": {}},
        {"request": {"method": "GET", "url": "http://h/a"}, "response": {"status": 304, "content": {"text": "{}", "encoding": "base64", "size": 2}}}]}}"#,
    r#"{"log": {"entries": [{"request": {"method": "GET", "url": "http://h/\ud83d"}, "time": NaN,
        "response": {"status": 200, "content": {"size": 358, "text": "{\"a\": ", "mimeType": "application/json"}}},]}}"#,
];
