use super::*;

fn file(entries: impl Iterator<Item = Value>) -> String {
    let entries: Vec<String> = entries.map(|entry| entry.to_string()).collect();
    format!(r#"{{"log": {{"entries": [{}]}}}}"#, entries.join(","))
}

fn entry(url: &str) -> Value {
    json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200 } })
}

#[test]
fn entries_and_headers_are_counted() {
    let urls = |count: usize| (0..count).map(|index| entry(&format!("http://h/{index}")));
    assert_eq!(Recording::read(file(urls(ENTRIES))).unwrap().exchanges.len(), ENTRIES);
    let headers = |count: usize| {
        let mut entry = entry("http://h/");
        entry["response"]["headers"] = (0..count).map(|_| json!({ "name": "a" })).collect();
        entry
    };
    assert_eq!(Recording::read(file([headers(1000)].into_iter())).unwrap().exchanges[0].answer.headers.len(), 1000);
    // What is over is left out, and told.
    for (file, count, expected) in [
        (file(urls(20_000)), ENTRIES, "the file has more than 10000 entries, and those after that were not read"),
        (
            file([headers(1), headers(1001), headers(1000)].into_iter()),
            2,
            "1 entry could not be read: entry 1: response.headers has more than 1000 items, the most that are read of it",
        ),
        (
            file((0..1003).map(|_| headers(1000))),
            1000,
            "3 entries could not be read; the first: entry 1000: it is the one that makes more than 1000000 headers, the \
             most that are read of a file",
        ),
    ] {
        let read = Recording::read(file).unwrap();
        assert_eq!((read.exchanges.len(), read.left_out().as_deref()), (count, Some(expected)));
    }
    let error = Recording::read(file([headers(1001)].into_iter())).unwrap_err().to_string();
    assert!(
        error.starts_with("its only entry could not be read: response.headers has more than 1000 items"),
        "{error}"
    );
}

/// Everything that a reader has no use for, in every place, costs nothing: not even the error is another one.
#[test]
fn what_nobody_reads_is_no_part_of_it() {
    let junk = format!("[{}]", vec![r#"{"a": [[], {}, "b"]}"#; 1000].join(","));
    let with = |junk: &str| {
        format!(
            r#"{{"x": {junk}, "log": {{"x": {junk}, "entries": [{{"x": {junk}, "time": 1,
                "request": {{"x": {junk}, "method": "GET", "url": "http://h/", "headers": [{{"name": "a", "x": {junk}}}]}},
                "response": {{"x": {junk}, "status": 200, "content": {{"x": {junk}, "text": "b"}}}}}}]}}}}"#
        )
    };
    assert_eq!(Recording::read(with(&junk)).unwrap(), Recording::read(with("null")).unwrap());
    let error = Recording::read(with(&junk).replace("\"http://h/\"", &junk)).unwrap_err().to_string();
    assert_eq!(error, "its only entry could not be read: request.url is a list; a text was expected");
}

#[test]
fn a_url_that_no_request_can_have_is_cut() {
    let long = format!("data:image/png;base64,{}", "ä".repeat(1 << 20));
    let recording = Recording::read(file([entry(&long)].into_iter())).unwrap();
    assert!(recording.exchanges[0].request.url.len() < 1 << 16);
    assert_eq!(
        Recording::read(recording.write()).unwrap().exchanges[0].request.url,
        recording.exchanges[0].request.url
    );
}

#[test]
fn the_closest_of_many_long_paths_is_found() {
    let path = |index: usize| format!("http://h/{}/{index}", "long/".repeat(100));
    let urls = (0..ENTRIES - 1).map(path).chain(["http://h/api/teams/name/soc".into()]);
    let matcher = Matcher::new(Recording::read(file(urls.map(|url| entry(&url)))).unwrap());
    for (url, expected) in [("http://h/api/teams/name/panw", ENTRIES - 1), (&path(10_000), 0)] {
        let miss = take(&matcher, &asked("GET", url, "", b""), &[]).unwrap_err();
        assert_eq!(miss.closest.unwrap().entry, expected);
    }
}

#[test]
fn a_long_body_is_the_same_letter_by_letter() {
    let body = |space: &str| format!("[{}{space}]", vec!["[]"; 2 << 20].join(","));
    let matcher = matcher([exchange("POST", "http://h/", JSON, body("").as_bytes())]);
    assert!(take(&matcher, &asked("POST", "http://h/", JSON, body(" ").as_bytes()), &[]).is_err());
    assert!(take(&matcher, &asked("POST", "http://h/", JSON, body("").as_bytes()), &[]).is_ok());
}
