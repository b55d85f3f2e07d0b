//! What people have reported of the recordings of other tools: a recording of ours, with one thing changed to that.

use super::text;
use crate::cli::program::Ran;
use crate::cli::soar;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

/// A recorded call in a file, for one thing in it to be changed.
pub struct Case {
    pub har: Value,
    folder: TempDir,
}

impl Case {
    pub fn new() -> Self {
        let file = crate::support::root().join("fixtures/mattermost-get-team/panw/exchanges.har");
        let har = serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON");
        Self { har, folder: tempfile::tempdir().expect("a folder") }
    }

    /// With something changed in its only entry.
    pub fn with(change: impl FnOnce(&mut Value)) -> Self {
        let mut case = Self::new();
        change(&mut case.har["log"]["entries"][0]);
        case
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another file beside the recording.
    pub fn beside(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder().join(name), content).expect("written");
        self
    }

    /// The body of the only answer.
    pub fn body(&self) -> String {
        self.har["log"]["entries"][0]["response"]["content"]["text"].as_str().expect("text").to_owned()
    }

    pub fn replay(&self) -> Ran {
        self.replay_as("x.har", self.har.to_string())
    }

    /// Replays this as the file of this name.
    pub fn replay_as(&self, name: &str, file: impl AsRef<[u8]>) -> Ran {
        let path = self.folder().join(name);
        std::fs::write(&path, file).expect("written");
        replay(&path)
    }

    pub fn plays(&self) -> Ran {
        plays(self.replay())
    }

    /// That nothing answers, for this reason.
    pub fn misses(&self, words: &str) -> Ran {
        let ran = self.replay().ends(1);
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], "replay_miss", "{ran:?}");
        assert!(error["message"].as_str().expect("text").contains(words), "{words}: {ran:?}");
        ran
    }

    /// That the file is refused, for this reason.
    pub fn refused(&self, name: &str, file: impl AsRef<[u8]>, words: &str) {
        let ran = self.replay_as(name, file).ends(2);
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], "recording", "{ran:?}");
        let message = error["message"].as_str().expect("text");
        assert!(message.contains(words) && message.contains(name), "{words}: {ran:?}");
    }
}

fn replay(path: &Path) -> Ran {
    let call = ["run", "mattermost-get-team", "team_name=panw", "--set", "team_name=panw", "--json"];
    soar(&[&call[..], &["--replay", text(path)]].concat())
}

pub fn plays(ran: Ran) -> Ran {
    let ran = ran.ends(0);
    assert_eq!(ran.object()["context"]["Mattermost"]["Team"]["name"], "panw");
    ran
}

/// The same request that was never answered, or broken off.
fn aborted(entry: &Value, status: i64) -> Value {
    let mut entry = entry.clone();
    entry["response"]["status"] = status.into();
    entry["response"]["headers"] = json!([]);
    entry["response"]["content"] = json!({ "size": -1, "mimeType": "x-unknown" });
    entry["response"]["_failureText"] = "net::ERR_ABORTED".into();
    entry
}

#[test]
fn a_request_that_was_never_answered_is_in_nobodys_way() {
    let mut case = Case::new();
    let mut entry = aborted(&case.har["log"]["entries"][0], -1);
    entry["request"]["url"] = "http://127.0.0.1:8065/static/main.js".into();
    case.har["log"]["entries"].as_array_mut().expect("a list").insert(0, entry);
    let ran = case.plays();
    assert_eq!(ran.err.matches("warning").count(), 0, "nothing is amiss: {ran:?}");
    for status in [json!(-1), json!(0), json!("error"), json!(null)] {
        Case::with(|entry| entry["response"] = json!({ "status": status }))
            .misses("entry 0 is this request, and can't answer it: it was never answered");
    }
}

#[test]
fn a_request_that_was_broken_off_is_answered_by_its_repetition() {
    let mut case = Case::new();
    let entry = aborted(&case.har["log"]["entries"][0], 200);
    case.har["log"]["entries"].as_array_mut().expect("a list").insert(0, entry.clone());
    case.plays();
    Case::with(|only| *only = entry).misses("it was broken off (net::ERR_ABORTED), and its body is not in the file");
}

fn attached(name: &str) -> Case {
    Case::with(|entry| {
        entry["response"]["content"] = json!({ "size": -1, "mimeType": "application/json", "_file": name });
    })
}

#[test]
fn a_body_beside_the_recording_is_read() {
    let body = Case::new().body();
    attached("0123abcd.json").beside("0123abcd.json", &body).plays();
    attached("0123abcd.json").misses("its body is in the file \"0123abcd.json\", which is not beside the recording");
}

#[test]
fn a_body_that_leads_elsewhere_is_not_read() {
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("body.json");
    std::fs::write(&secret, Case::new().body()).expect("written");
    for name in ["../body.json", text(&secret), "a/body.json", "..", ".", ".netrc", "a\\body.json", "\u{0}"] {
        let case = attached(name);
        std::fs::create_dir(case.folder().join("a")).expect("a folder");
        std::fs::write(case.folder().join("a/body.json"), Case::new().body()).expect("written");
        case.misses("which is not the name of a file beside the recording, and nothing else is read");
    }
    #[cfg(unix)]
    {
        let case = attached("body.json");
        std::os::unix::fs::symlink(&secret, case.folder().join("body.json")).expect("a link");
        case.misses("\"body.json\", which can't be read: it is a link, and none is followed here; expected a file");
    }
    let case = attached("body.json");
    std::fs::create_dir(case.folder().join("body.json")).expect("a folder");
    case.misses("which can't be read: it is a folder; expected a file");
}

#[test]
fn times_of_any_kind_decide_nothing() {
    for time in [json!("2026-01-13T15:41:11.497000"), json!("13.01.2026 15:41"), json!(1_768_318_871), json!({})] {
        Case::with(|entry| {
            entry["startedDateTime"] = time.clone();
            entry["time"] = time;
        })
        .plays();
    }
}

#[test]
fn what_is_said_to_be_base64_and_is_plain_plays() {
    Case::with(|entry| entry["response"]["content"]["encoding"] = "base64".into()).plays();
    Case::with(|entry| {
        let content = &mut entry["response"]["content"];
        content["encoding"] = "base64".into();
        content["text"] = "!?".into();
        content["mimeType"] = "image/png".into();
    })
    .misses("its body is said to be base64, and is not");
}

#[test]
fn what_the_browser_had_in_its_cache_plays() {
    Case::with(|entry| entry["response"]["status"] = 304.into()).plays();
    Case::with(|entry| {
        entry["response"]["status"] = 304.into();
        entry["response"]["content"] = json!({ "size": 0, "mimeType": "x-unknown" });
    })
    .misses("record with the cache disabled");
}

#[test]
fn half_a_pair_of_surrogates_and_other_odd_letters_are_read() {
    let file = |comment: &str| {
        let mut case = Case::with(|entry| entry["comment"] = "COMMENT".into());
        case.har["log"]["comment"] = "COMMENT".into();
        let file = case.har.to_string().replace("COMMENT", comment);
        plays(case.replay_as("x.har", file))
    };
    for comment in ["\\ud83d", "\\ud83d x", "\\udd25\\ud83d", "\\u0000", "\u{feff}", "\t", "a\nb", "\u{0}"] {
        file(comment);
    }
    let mut bytes = Case::with(|entry| entry["comment"] = "COMMENT".into()).har.to_string().into_bytes();
    let at = bytes.windows(7).position(|at| at == b"COMMENT").expect("there");
    bytes[at] = 0xe4;
    plays(Case::new().replay_as("latin1.har", bytes));
}

#[test]
fn headers_are_read_however_they_are_written() {
    let all = [
        json!([{ "name": "Content-Type", "value": "application/json" }, { "name": "X-Count", "value": 5 }]),
        json!([{ "name": "X-Count", "value": true }, { "name": "X-None", "value": null }, { "value": "x" }, 5]),
        json!({ "Content-Type": "application/json", "X-Count": [5, 6] }),
        json!([["Content-Type", "application/json"]]),
        json!(["Content-Type: application/json"]),
        json!(null),
    ];
    for headers in all {
        Case::with(|entry| {
            entry["request"]["headers"] = headers.clone();
            entry["response"]["headers"] = headers;
            entry["request"].as_object_mut().expect("an object").remove("httpVersion");
        })
        .plays();
    }
    Case::with(|entry| entry["response"]["status"] = "200".into()).plays();
}

#[test]
fn a_body_that_the_browser_cut_is_told() {
    let cut = |size: Value| {
        Case::with(|entry| {
            let content = &mut entry["response"]["content"];
            content["text"] = content["text"].as_str().expect("text")[..200].into();
            content["size"] = size;
        })
    };
    cut(json!(358)).misses("entry 0 is this request, and can't answer it: 200 of 358 bytes are in the file");
    // Other tools say how large it was on the wire, packed, or do not say.
    for size in [json!(120), json!(100_000), json!(-1), json!(null)] {
        Case::with(|entry| entry["response"]["content"]["size"] = size).plays();
    }
}

#[test]
fn the_version_of_the_file_decides_nothing() {
    for version in [json!("1.1"), json!("2.0"), json!(1.2), json!(null), json!([])] {
        let mut case = Case::new();
        case.har["log"]["version"] = version;
        case.plays();
    }
}

#[test]
fn a_form_that_is_there_by_its_fields_alone_plays() {
    let case = Case::with(|entry| {
        entry["request"]["postData"] = json!({ "mimeType": "application/x-www-form-urlencoded", "params": [] });
    });
    case.plays();
}

#[test]
fn entries_that_can_not_be_read_are_told_and_the_rest_plays() {
    let mut case = Case::new();
    let entries = case.har["log"]["entries"].as_array_mut().expect("a list");
    entries.insert(0, json!({ "request": { "method": "GET" } }));
    entries.insert(1, json!(null));
    entries.push(json!("x"));
    let words = "3 entries could not be read; the first: entry 0: request.url is missing; a text was expected";
    let ran = case.plays();
    assert!(ran.err.contains(words), "{ran:?}");
    // As a miss has it, too.
    case.har["log"]["entries"][2]["request"]["url"] = "http://127.0.0.1:8065/api/v4/teams/name/soc".into();
    let ran = case.misses(words);
    assert!(ran.out.contains("(entry 2)"), "{ran:?}");
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_refused() {
    let case = Case::new();
    let broken = json!({ "log": { "entries": vec![json!({ "request": {} }); 500] } });
    case.refused(
        "x.har",
        broken.to_string(),
        "none of its 500 entries could be read; the first: entry 0: request.url is missing",
    );
    case.refused("x.har", r#"{"log": {"entries": [1]}}"#, "its only entry could not be read: it is a number");
    case.refused("x.har", r#"{"log": {"entries": 1}}"#, "log.entries is a number; a list was expected");
}

#[test]
fn a_recording_that_fits_nothing_says_where_its_requests_go() {
    let mut case = Case::new();
    let mut entry = case.har["log"]["entries"][0].clone();
    entry["request"]["url"] = "https://cdn.example/static/main.js".into();
    let mut other = entry.clone();
    other["request"]["url"] = "https://www.example/".into();
    case.har["log"]["entries"] = json!([entry, entry, other]);
    case.misses("the recording has 3 requests to https://cdn.example, https://www.example, and none like this one");
    case.har["log"]["entries"] = json!([]);
    case.misses("the recording is empty");
}

#[test]
fn a_rehearsal_says_why_a_recording_can_not_answer() {
    let mut case = Case::with(|entry| {
        let content = &mut entry["response"]["content"];
        content["text"] = content["text"].as_str().expect("text")[..200].into();
    });
    case.har["log"]["entries"].as_array_mut().expect("a list").push(json!(5));
    let path = case.folder().join("x.har");
    std::fs::write(&path, case.har.to_string()).expect("written");
    let ran =
        soar(&["run", "mattermost-get-team", "team_name=panw", "--set", "team_name=panw", "--rehearse", text(&path)]);
    let ran = ran.ends(1);
    assert!(ran.err.contains("200 of 358 bytes are in the file"), "{ran:?}");
    assert_eq!(
        ran.err.matches("warning: not all of the recording was read: 1 entry could not be read").count(),
        1,
        "{ran:?}"
    );
}
