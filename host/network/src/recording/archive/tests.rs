use super::super::Recording;
use super::*;
use rawzip::ZipArchiveWriter;
use std::io::Write;

fn har(content: &str) -> Vec<u8> {
    format!(
        r#"{{"log": {{"entries": [{{"request": {{"method": "GET", "url": "http://h/"}},
            "response": {{"status": 200, "content": {{{content}}}}}}}]}}}}"#
    )
    .into_bytes()
}

fn attached() -> Vec<u8> {
    har(r#""size": -1, "_file": "1a.json""#)
}

/// A zip archive of these files.
fn zip(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let (mut entry, config) = archive.new_file(*path).compression_method(method).start().unwrap();
        let packed: Box<dyn Write> = match method {
            CompressionMethod::DEFLATE => {
                Box::new(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default()))
            }
            _ => Box::new(&mut entry),
        };
        let mut writer = config.wrap(packed);
        writer.write_all(content).unwrap();
        let (packed, descriptor) = writer.finish().unwrap();
        drop(packed);
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(files, CompressionMethod::DEFLATE)
}

fn read(files: &[(&str, &[u8])]) -> super::super::Content {
    Recording::read(packed(files)).unwrap().exchanges[0].answer.content.clone()
}

fn refused(bytes: &[u8], words: &str) {
    let error = Recording::read(bytes).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn a_recording_of_a_test_tool_is_read_with_the_bodies_beside_it() {
    let kept = super::super::Content::Kept("{}".into());
    let (attached, body) = (attached(), &b"{}"[..]);
    for method in [CompressionMethod::STORE, CompressionMethod::DEFLATE] {
        let bytes = zip(&[("1a.json", body), ("har.har", &attached)], method);
        assert_eq!(Recording::read(bytes).unwrap().exchanges[0].answer.content, kept);
    }
    assert_eq!(read(&[("a/b/x.HAR", &attached), ("a/b/1a.json", body), ("1a.json", b"[]")]), kept);
    assert_eq!(read(&[("har.har", &attached), ("other.har", b"x"), ("1a.json", body)]), kept);
    assert_eq!(read(&[("__MACOSX/._x.har", b"x"), ("._y.har", b"x"), ("x.har", &attached), ("1a.json", body)]), kept);
    let inline = har(r#""text": "{}""#);
    assert_eq!(read(&[("export.json", &inline)]), kept);
}

#[test]
fn a_body_that_can_not_be_had_is_that_of_its_entry_alone() {
    let unplayable = |files: &[(&str, &[u8])], words: &str| match read(files) {
        super::super::Content::Unplayable(why) => assert!(why.contains(words), "{why}"),
        other => panic!("{other:?}"),
    };
    let named = |name: &str| har(&format!(r#""_file": "{name}""#));
    unplayable(
        &[("har.har", &attached())],
        "in the file \"1a.json\", which is not beside the recording in the archive",
    );
    unplayable(&[("a/har.har", &attached()), ("1a.json", b"{}")], "not beside the recording");
    for name in ["../1a.json", "/etc/hostname", "a/1a.json", "..", "c:\\\\x", "a\\u0000"] {
        unplayable(
            &[("har.har", &named(name)), ("1a.json", b"{}")],
            "which is not the name of a file beside the recording",
        );
    }
}

#[test]
fn an_archive_without_one_recording_says_what_it_is() {
    refused(&packed(&[("a.txt", b"")]), "a zip archive without a HAR file in it");
    refused(&packed(&[]), "a zip archive without a HAR file in it");
    refused(&packed(&[("b.har", b""), ("a.har", b"")]), "2 recordings (\"a.har\", \"b.har\"); unpack it, and name one");
    refused(&packed(&[("trace.trace", b""), ("trace.network", b"")]), "a trace of a browser test tool");
    refused(&packed(&[("raw/1_c.txt", b""), ("_index.htm", b"")]), "Fiddler");
    refused(&packed(&[("a.har", b"PK\x03\x04")]), "packed twice");
    let whole = packed(&[("har.har", &attached()), ("1a.json", b"{}")]);
    refused(&whole[..whole.len() - 30], "damaged or was cut");
}

#[test]
fn what_is_damaged_encrypted_or_packed_in_another_way_is_told() {
    let whole = zip(&[("har.har", &attached())], CompressionMethod::STORE);
    let mut damaged = whole.clone();
    damaged[60] ^= 1;
    refused(&damaged, "it is damaged");
    let list = whole.windows(4).rposition(|at| at == b"PK\x01\x02").unwrap();
    let changed = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[list + at] = byte;
        bytes
    };
    refused(&changed(8, 1), "it is encrypted");
    refused(&changed(10, 93), "packed with");
    // Made on Unix, with the mode of a link.
    let mut link = changed(5, 3);
    link[list + 40..list + 42].copy_from_slice(&0o120_777u16.to_le_bytes());
    refused(&link, "it is a link");
}

#[test]
fn bombs_end_where_no_more_is_read() {
    let blanks = vec![b' '; (UNPACKED + 1) as usize];
    let bomb = packed(&[("har.har", &blanks)]);
    assert!(bomb.len() < blanks.len() / 100);
    refused(&bomb, "unpacked it has more than 4.0 MiB");
    // Bodies that are not too large by themselves.
    let entries: Vec<String> = (0..5)
        .map(|index| {
            format!(
                r#"{{"request": {{"method": "GET", "url": "http://h/{index}"}},
                    "response": {{"status": 200, "content": {{"_file": "{index}"}}}}}}"#
            )
        })
        .collect();
    let har = format!(r#"{{"log": {{"entries": [{}]}}}}"#, entries.join(","));
    let body = &blanks[..900 << 10];
    let files = [("har.har", har.as_bytes()), ("0", body), ("1", body), ("2", body), ("3", body), ("4", body)];
    let read = Recording::read(packed(&files)).unwrap();
    let playable: Vec<bool> = read.exchanges.iter().map(super::super::Exchange::is_playable).collect();
    assert_eq!(playable, [true, true, true, true, false]);
    let why = read.exchanges[4].unplayable().unwrap().into_owned();
    assert!(why.contains("more than 4.0 MiB together"), "{why}");
    let many: Vec<String> = (0..=FILES).map(|index| index.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    refused(&zip(&many, CompressionMethod::STORE), "more than 21000 files");
}

#[test]
fn a_body_that_many_entries_have_is_in_memory_once() {
    let entry = r#"{"request": {"method": "GET", "url": "http://h/"},
        "response": {"status": 200, "content": {"_file": "1"}}}"#;
    let har = format!(r#"{{"log": {{"entries": [{}]}}}}"#, vec![entry; 1000].join(","));
    let body = vec![b'x'; 1 << 20];
    let read = Recording::read(packed(&[("har.har", har.as_bytes()), ("1", &body)])).unwrap();
    assert_eq!(read.exchanges.iter().filter(|exchange| exchange.is_playable()).count(), 1000);
}
