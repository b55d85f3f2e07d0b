//! Recordings in the form of the programs that write them. What is peculiar in each was taken from a file that this very
//! program wrote, at a server of ours; the answers are world's.

use super::zipped::zip;
use crate::support::program::{self, Ran};
use crate::support::world;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with one recording in it, and what lies beside it.
struct Files {
    folder: TempDir,
    path: PathBuf,
}

impl Files {
    fn new(name: &str, content: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        Self { folder, path }
    }

    fn of(entries: &[Value]) -> Self {
        Self::new("r.har", har(entries).to_string().as_bytes())
    }

    fn beside(self, name: &str, content: &str) -> Self {
        std::fs::write(self.folder.path().join(name), content).expect("written");
        self
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let path = self.path.to_str().expect("text");
        let all = [&["run"], arguments, &["--json", "--replay", path]].concat();
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &all);
        command.env("MATTERMOST_TEAM_NAME", "panw");
        program::run(command, b"")
    }

    fn team(&self, name: &str) -> Ran {
        self.run(&["mattermost-get-team", &format!("team_name={name}")])
    }

    #[track_caller]
    fn plays(&self) {
        let object = self.team("panw").ends(0).object();
        assert_eq!(object["context"]["Mattermost"]["Team"]["name"], "panw", "{object}");
    }

    /// What it has no answer for is a miss, which says why in these words; the server is not to blame.
    #[track_caller]
    fn misses(&self, words: &str) {
        self.says(self.team("panw"), words);
    }

    #[track_caller]
    fn says(&self, ran: Ran, words: &str) {
        let object = ran.ends(1).object();
        let message = object["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(object["error"]["kind"], "replay_miss", "{object}");
        assert!(message.contains(words), "expected {words:?}: {message}");
    }

    #[track_caller]
    fn creates(&self) {
        let call = ["mattermost-create-channel", "name=incident-1", "display_name=Incident 1", "team=panw"];
        let object = self.run(&call).ends(0).object();
        assert_eq!(object["context"]["Mattermost"]["Channel"]["name"], "incident-1", "{object}");
    }
}

fn har(entries: &[Value]) -> Value {
    json!({ "log": { "version": "1.2", "creator": { "name": "a writer", "version": "1" }, "entries": entries } })
}

fn body() -> String {
    world::team("panw").to_string()
}

/// An entry as nearly every writer has it, with these contents.
fn entry(path: &str, status: Value, content: Value) -> Value {
    json!({
        "startedDateTime": "2026-11-26T22:25:13.748Z", "time": 16.1, "cache": {},
        "timings": { "send": 0.1, "wait": 15.0, "receive": 1.0 },
        "request": {
            "method": "GET", "url": format!("http://127.0.0.1:18065/api/v4/{path}"), "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [{ "name": "Accept", "value": "*/*" }], "queryString": [], "headersSize": 673, "bodySize": 0
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
            "headers": [
                { "name": "Content-Type", "value": "application/json" }, { "name": "Content-Encoding", "value": "gzip" },
                { "name": "Content-Length", "value": "248" }
            ],
            "headersSize": 266, "bodySize": 248, "content": content
        }
    })
}

fn team(content: Value) -> Value {
    entry("teams/name/panw", json!(200), content)
}

/// The request that makes a channel, with this body, and its answer.
fn creation(post: Value, content: Value) -> Value {
    let mut created = entry("channels", json!(201), content);
    created["request"]["method"] = json!("POST");
    created["request"]["bodySize"] = json!(99);
    created["request"]["postData"] = post;
    created
}

fn asked() -> Value {
    json!({ "display_name": "Incident 1", "name": "incident-1", "team_id": world::team("panw")["id"], "type": "O" })
}

fn made() -> String {
    world::channel("incident-1").to_string()
}

/// A text of JSON, with its size.
fn text(text: &str) -> Value {
    json!({ "size": text.len(), "mimeType": "application/json", "text": text })
}

fn with(mut entry: Value, pointer: &str, value: Value) -> Value {
    *entry.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    entry
}

/// Chromium's developer tools: any text beyond ASCII is base64; `_error` is null; a request that was broken off has status 0.
#[test]
fn chromiums_developer_tools() {
    let encoded = json!({ "size": body().len(), "mimeType": "application/json", "compression": -19, "text": STANDARD.encode(body()), "encoding": "base64" });
    let mut whole = team(encoded.clone());
    whole["response"]["_error"] = Value::Null;
    whole["request"]["headers"] = json!([{ "name": ":authority", "value": "127.0.0.1:18065" }, { "name": ":path", "value": "/api/v4/teams/name/panw" }]);
    let mut broken = entry("teams/name/panw", json!(0), json!({ "size": 0, "mimeType": "x-unknown" }));
    broken["response"]["_error"] = json!("net::ERR_ABORTED");
    broken["request"]["httpVersion"] = json!("");
    Files::of(&[broken, whole]).plays();
    // What the server called "not modified" the page has from the browser's cache, and the file has it, too.
    Files::of(&[entry("teams/name/panw", json!(304), encoded)]).plays();
}

/// Firefox's: a page's `data:` images are entries; `size` is what went over the wire, packed: less than the text has, or more
/// where there is little; a request that was broken off has next to nothing.
#[test]
fn firefoxs_developer_tools() {
    let mut image =
        with(team(json!({ "mimeType": "image/png", "size": 0, "text": "" })), "/request/url", json!("data:,"));
    image["request"]["httpVersion"] = json!("");
    let mut broken = entry("teams/name/panw", json!(0), json!({ "text": "" }));
    broken["timings"] = json!({});
    broken["response"]["httpVersion"] = json!("");
    for size in [248, 358 + body().len()] {
        let packed = json!({ "mimeType": "application/json", "size": size, "text": body() });
        Files::of(&[image.clone(), broken.clone(), team(packed.clone())]).plays();
        let mut cached = entry("teams/name/panw", json!(304), packed);
        cached["cache"] = json!({ "afterRequest": { "expires": "4294967295", "lastFetched": "", "fetchCount": "", "_dataSize": "" } });
        Files::of(&[cached]).plays();
    }
}

#[test]
fn firefox_leaves_out_what_is_longer_than_its_limit() {
    Files::of(&[team(json!({ "mimeType": "application/json", "size": 248, "text": "" }))]).misses("not in the");
}

#[test]
fn firefox_leaves_out_all_bodies_where_it_is_told() {
    let without =
        json!({ "mimeType": "application/json", "size": 248, "comment": "Response bodies are not included." });
    Files::of(&[team(without.clone())]).misses("not in the");
    Files::of(&[entry("teams/name/panw", json!(304), without)]).misses("304");
}

/// mitmproxy: `size` is packed, `compression` negative where packing made it longer; who was not reached has an empty `content`.
#[test]
fn mitmproxy() {
    let mut unreached = entry("teams/name/panw", json!(0), json!({}));
    unreached["response"]["_error"] = json!("[Errno 111] Connect call failed ('127.0.0.1', 1)");
    unreached["response"]["headers"] = json!([]);
    let packed =
        json!({ "size": body().len() + 19, "compression": -19, "mimeType": "application/json", "text": body() });
    let mut whole = team(packed);
    whole["timings"] = json!({ "connect": 0.59, "ssl": -1.0, "send": 0.66, "receive": 0.46, "wait": 4.2 });
    let har = har(&[unreached, whole]);
    Files::new("r.har", har.to_string().as_bytes()).plays();
    // A file named `….zhar` it packs with zlib.
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(har.to_string().as_bytes()).expect("packed");
    Files::new("r.zhar", &zlib.finish().expect("packed")).plays();
}

/// Playwright: what was broken off has the status -1 and sizes of -1; a HAR of the mode "minimal" has only sizes of -1.
#[test]
fn playwright_with_bodies_embedded() {
    let mut broken = entry("teams/name/panw?late=1", json!(-1), json!({ "size": -1, "mimeType": "x-unknown" }));
    broken["response"]["_failureText"] = json!("net::ERR_ABORTED");
    broken["response"]["bodySize"] = json!(-1);
    broken["timings"] = json!({ "send": -1, "wait": -1, "receive": -1 });
    let minimal = json!({ "size": -1, "mimeType": "application/json", "text": body() });
    Files::of(&[broken, team(minimal)]).plays();
}

fn attached() -> Value {
    let of = |name: &str| json!({ "size": 358, "mimeType": "application/json", "compression": 110, "_file": name });
    let post = json!({ "mimeType": "application/json", "text": "", "params": [], "_file": "asked.json" });
    har(&[team(of("team.json")), creation(post, of("made.json"))])
}

/// With its bodies in files, those of requests have an empty text beside the file's name.
#[test]
fn playwright_with_bodies_beside_the_file() {
    let files = Files::new("r.har", attached().to_string().as_bytes());
    let files =
        files.beside("team.json", &body()).beside("asked.json", &asked().to_string()).beside("made.json", &made());
    files.plays();
    files.creates();
}

/// In a zip the recording is `har.har`; each part is packed, and its sizes stand behind it, not before.
#[test]
fn playwright_with_everything_in_a_zip() {
    let parts = [
        ("har.har", attached().to_string()),
        ("team.json", body()),
        ("asked.json", asked().to_string()),
        ("made.json", made()),
    ];
    let files = Files::new("r.zip", &zip(&parts));
    files.plays();
    files.creates();
}

/// Without bodies a request's is an empty text, of 99 bytes.
#[test]
fn playwright_without_bodies() {
    let without = json!({ "size": 358, "mimeType": "application/json", "compression": 110 });
    let post = json!({ "mimeType": "application/json", "text": "", "params": [] });
    let files = Files::of(&[team(without.clone()), creation(post, text(&made()))]);
    files.misses("not in the");
    // Nor is what was asked: nobody can say that this was it.
    let files = Files::of(&[
        team(text(&body())),
        creation(json!({ "mimeType": "application/json", "text": "", "params": [] }), text(&made())),
    ]);
    let call = ["mattermost-create-channel", "name=incident-1", "display_name=Incident 1", "team=panw"];
    files.says(files.run(&call), "body");
}

/// chrome-har, which sitespeed.io and browsertime use: it counts some bodies twice, knows a size of -16, and takes a body of
/// JSON apart into its names and values.
#[test]
fn chrome_har() {
    let twice = json!({ "mimeType": "application/json", "charset": "", "size": body().len() * 2, "text": body(), "compression": 468 });
    let names: Vec<Value> = asked()
        .as_object()
        .expect("fields")
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let post = json!({ "mimeType": "application/json", "params": names });
    let whole = with(team(twice), "/response/bodySize", json!(-16));
    let files = Files::of(&[whole, creation(post, text(&made()))]);
    files.plays();
    let call = ["mattermost-create-channel", "name=incident-1", "display_name=Incident 1", "team=panw"];
    files.says(files.run(&call), "body");
}

/// axios-har-tracker: methods are small letters, sizes are characters, a header may have no value, a request has a `content`, and
/// who was not reached has a text for a status.
#[test]
fn axios_har_tracker() {
    let mut unreached = entry("x", json!(""), json!({ "size": 0, "mimeType": "text/html", "text": "" }));
    unreached["request"]["headers"] = json!([{ "name": "Content-Type" }]);
    let mut whole = team(text(&body()));
    for one in [&mut unreached, &mut whole] {
        one["request"]["method"] = json!("get");
        one["request"]["content"] = json!({ "size": 0, "mimeType": "text/html", "text": "" });
        one["response"]["timings"] = json!({ "send": 10, "_blocked_queueing": -1 });
        one["response"]["time"] = json!(13_939_618);
    }
    Files::of(&[unreached.clone(), whole.clone()]).plays();
    whole["request"]["headers"] = unreached["request"]["headers"].clone();
    Files::of(&[whole]).plays();
}

/// Polly.JS: a packed answer is called base64 and is a list of pieces in base64, of the bytes as they came.
#[test]
fn polly() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body().as_bytes()).expect("packed");
    let packed = gzip.finish().expect("packed");
    let (first, second) = packed.split_at(30);
    let pieces = json!([STANDARD.encode(first), STANDARD.encode(second)]).to_string();
    let mut whole =
        team(json!({ "encoding": "base64", "mimeType": "application/json", "size": packed.len(), "text": pieces }));
    whole["_id"] = json!("a824861c57d63d941dbc9f585f55a2a4");
    whole["_order"] = json!(0);
    let missing = json!({ "id": "app.team.get_by_name.missing.app_error", "message": "none", "status_code": 404 });
    let plain = entry("teams/name/nosuchteam", json!(404), text(&missing.to_string()));
    let files = Files::of(&[whole, plain]);
    // What is beside it in the file is as good as ever.
    assert_eq!(files.team("nosuchteam").ends(1).object()["error"]["id"], "app.team.get_by_name.missing.app_error");
    files.plays();
}

/// Martian and harlem: every text is base64; times have nine digits; a request without a body has a `postData` without a text.
#[test]
fn martian_and_harlem() {
    let encoded = json!({ "size": body().len(), "mimeType": "application/json", "text": STANDARD.encode(body()), "encoding": "base64" });
    let mut whole = with(team(encoded), "/startedDateTime", json!("2026-11-26T22:27:00.762517957Z"));
    whole["request"]["postData"] = json!({ "mimeType": "text/plain" });
    whole["request"]["bodySize"] = json!(-1);
    Files::of(&[whole]).plays();
}

/// selenium-wire: what was not modified has no body, and stands behind the answer that has.
#[test]
fn selenium_wire() {
    let bare = entry(
        "teams/name/panw",
        json!(304),
        json!({ "size": 0, "compression": 0, "mimeType": "application/json", "text": "" }),
    );
    Files::of(&[team(text(&body())), bare.clone()]).plays();
    Files::of(&[bare.clone(), team(text(&body()))]).plays();
    Files::of(&[bare]).misses("304");
}

/// Nothing is read from elsewhere: not above the folder, not by an absolute name.
#[test]
fn a_body_beside_the_file_is_a_plain_name() {
    let secret = Files::new("secret.json", body().as_bytes());
    let absolute = secret.path.to_str().expect("text").to_owned();
    for name in ["../secret.json", "a/../secret.json", "/etc/hostname", absolute.as_str()] {
        let files = Files::of(&[team(json!({ "size": 358, "mimeType": "application/json", "_file": name }))]);
        let above = files.folder.path().join("inner");
        std::fs::create_dir(&above).expect("a folder");
        std::fs::copy(&files.path, above.join("r.har")).expect("copied");
        std::fs::write(files.folder.path().join("secret.json"), body()).expect("written");
        let inner = Files { path: above.join("r.har"), folder: files.folder };
        inner.misses("");
    }
}

/// What proxies and older browsers write where nothing depends on it: another version, a port in an address, times that are
/// null, and the request that opened the tunnel.
#[test]
fn what_decides_nothing() {
    let mut tunnel = entry("", json!(200), json!({ "size": 0, "mimeType": "" }));
    tunnel["request"]["method"] = json!("CONNECT");
    tunnel["request"]["url"] = json!("127.0.0.1:18065");
    let mut whole = team(text(&body()));
    whole["serverIPAddress"] = json!("113.31.103.132:80");
    whole["timings"] = json!({ "connect": null, "ssl": null, "send": -1000, "wait": 1, "receive": 1 });
    let mut har = har(&[tunnel, whole]);
    har["log"]["version"] = json!("1.1");
    har["log"]["pages"] = Value::Null;
    Files::new("r.har", har.to_string().as_bytes()).plays();
}
