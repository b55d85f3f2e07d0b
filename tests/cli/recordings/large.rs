//! Recordings that are large, in bytes or in entries, or become so when they are unpacked.

use super::others::{Case, plays};
use super::packed::{gzip, zip};
use serde_json::{Value, json};

/// Of other requests with the same path, as many, and then the one that is asked for.
fn of_one_path(others: usize) -> Case {
    let mut case = Case::new();
    let entry = case.har["log"]["entries"][0].clone();
    let other = |index: usize| {
        let mut other = json!({ "request": entry["request"], "response": { "status": 200 } });
        other["request"]["url"] = format!("{}?page={index}", entry["request"]["url"].as_str().expect("text")).into();
        other
    };
    case.har["log"]["entries"] = (0..others).map(other).chain([entry.clone()]).collect();
    case
}

#[test]
fn ten_thousand_entries_of_one_path_are_looked_through() {
    of_one_path(9_999).plays();
    // One more than that is not read, and told.
    let words = "the file has more than 10000 entries, and those after that were not read";
    let ran = of_one_path(10_000).misses(words);
    assert!(ran.err.contains(words), "{ran:?}");
}

#[test]
fn ten_thousand_repetitions_of_one_request_play_once_each() {
    let mut case = Case::new();
    let entry = case.har["log"]["entries"][0].clone();
    case.har["log"]["entries"] = vec![entry; 10_000].into();
    case.plays();
}

#[test]
fn fifty_megabytes_are_read() {
    let mut case = Case::new();
    let mut large = case.har["log"]["entries"][0].clone();
    large["request"]["url"] = "http://127.0.0.1:8065/static/main.js".into();
    large["response"]["content"]["text"] = "x".repeat(1 << 20).into();
    let entries: Vec<Value> = std::iter::repeat_n(large, 50).chain([case.har["log"]["entries"][0].clone()]).collect();
    case.har["log"]["entries"] = entries.into();
    let text = case.har.to_string();
    assert!(text.len() > 50 << 20);
    plays(case.replay_as("x.har", &text));
    // One letter that is none makes it all be gone through again, and no more than that.
    plays(case.replay_as("odd.har", text.replacen("xxx", "\\ud83d", 1)));
    plays(case.replay_as("x.har.gz", gzip(text.as_bytes())));
}

#[test]
fn fifty_megabytes_of_nothing_but_broken_entries_are_refused() {
    let case = Case::new();
    let broken = json!({ "request": { "method": "x".repeat(5_000) }, "response": {} }).to_string();
    let file = format!("{{\"log\": {{\"entries\": [{}{broken}]}}}}", format!("{broken},").repeat(9_999));
    assert!(file.len() > 50_000_000);
    case.refused("x.har", file, "none of its 10000 entries could be read; the first: entry 0: request.url is missing");
}

#[test]
fn a_bomb_ends_where_no_more_is_read() {
    let case = Case::new();
    let blanks = vec![b' '; (256 << 20) + 1];
    let words = "unpacked it has more than 256.0 MiB, the most that is read of it";
    case.refused("x.har.gz", gzip(&blanks), words);
    case.refused("x.zip", zip(&[("har.har", &blanks)]), words);
    let many: Vec<String> = (0..=21_000).map(|index| index.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    case.refused("x.zip", zip(&many), "more than 21000 files, the most that are read of one");
}
