//! Recording a call, and replaying what was recorded.

use super::{live, program, soar};
use crate::support::{self, BOT_TOKEN, PERSONAL_TOKEN, loopback, world};
use serde_json::{Value, json};
use std::path::Path;

mod large;
mod others;
mod packed;
mod sub_path;

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn assert_no_token(folder: &Path) {
    let files = support::files(folder);
    assert!(!files.is_empty());
    for (name, bytes) in files {
        let content = String::from_utf8_lossy(&bytes);
        for token in [PERSONAL_TOKEN, BOT_TOKEN] {
            let around = |at: usize| content[at.saturating_sub(200)..].chars().take(400).collect::<String>();
            assert_eq!(content.find(token).map(around), None, "{name}");
        }
    }
}

#[test]
fn a_recorded_call_holds_no_token_and_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.har");
    let url = loopback::serve(&world::script());
    let call = ["run", "mattermost-list-channels", "include_private_channels=true", "--json"];
    let recorded = live(&url, &[&call[..], &["--record", text(&path)]].concat()).ends(0);
    assert_no_token(folder.path());
    let har: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
    assert_eq!((&har["log"]["version"], har["log"]["entries"].as_array().map(Vec::len)), (&json!("1.2"), Some(3)));
    let replayed = soar(&[&call[..], &["--replay", text(&path), "--set", "team_name=panw"]].concat()).ends(0);
    assert_eq!(recorded.outcome(), replayed.outcome());
}

#[test]
fn a_failure_is_recorded_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.har");
    let missing = world::error(404, "app.team.get_by_name.missing.app_error");
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", missing));
    let call = ["run", "mattermost-get-team", "team_name=panw", "--json"];
    let recorded = live(&url, &[&call[..], &["--record", text(&path)]].concat()).ends(1);
    let replayed = soar(&[&call[..], &["--replay", text(&path), "--set", "team_name=panw"]].concat()).ends(1);
    assert_eq!(recorded.outcome(), replayed.outcome());
}

#[test]
fn a_recorded_case_is_a_folder_without_tokens_that_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mattermost-get-team/mine");
    std::fs::create_dir(folder.path().join("mattermost-get-team")).expect("a folder");
    let url = loopback::serve(&world::script());
    let call = ["run", "mattermost-get-team", "team_name=panw", "--json"];
    let arguments = [&call[..], &["--record", text(&path), "--about", "A team", "--source", "a test"]].concat();
    let recorded = live(&url, &arguments).ends(0);
    assert_no_token(folder.path());
    let names: Vec<String> = support::files(&path).into_keys().collect();
    assert_eq!(names, ["call.json", "entry.json", "entry.md", "exchanges.har"]);
    let replayed = soar(&[&call[..], &["--replay", text(&path)]].concat()).ends(0);
    assert_eq!(recorded.outcome(), replayed.outcome());
}

#[test]
fn what_is_there_is_not_overwritten_unless_forced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.har");
    std::fs::write(&path, "mine").expect("written");
    let script = world::script();
    let url = loopback::serve(&script);
    let call = ["run", "mattermost-get-team", "team_name=panw", "--record", text(&path)];
    let ran = live(&url, &call).ends(2);
    assert!(ran.err.contains("it exists already") && ran.err.contains("--force"), "{ran:?}");
    assert!(script.requests().is_empty(), "nothing is sent for a recording that can't be kept");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "mine");
    live(&url, &[&call[..], &["--force"]].concat()).ends(0);
    assert!(std::fs::read_to_string(&path).expect("a file").contains("\"log\""));
}

/// As a browser's developer tools save it: with pages, timings, cookies, and headers in their own case.
fn browser() -> Value {
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "WebInspector", "version": "537.36" },
        "pages": [{ "startedDateTime": "2026-01-01T00:00:00.000Z", "id": "page_1", "title": "chat", "pageTimings": { "onLoad": 1.5 } }],
        "entries": [{
            "_initiator": { "type": "script" }, "_resourceType": "fetch", "pageref": "page_1", "connection": "443",
            "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 12.3,
            "cache": {}, "timings": { "blocked": -1, "send": 0.1, "wait": 10, "receive": 2.2, "_queued": 1 },
            "request": {
                "method": "GET", "url": "https://chat.example.org/api/v4/teams/name/panw", "httpVersion": "http/2.0",
                "headers": [header(":authority", "chat.example.org"), header("User-Agent", "Mozilla/5.0"), header("Cookie", "a=b")],
                "queryString": [], "cookies": [{ "name": "a", "value": "b" }], "headersSize": -1, "bodySize": 0
            },
            "response": {
                "status": 200, "statusText": "", "httpVersion": "http/2.0",
                "headers": [header("Content-Type", "application/json"), header("content-encoding", "gzip"), header("content-length", "99")],
                "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 99,
                "content": { "size": 99, "mimeType": "application/json", "text": world::team("panw").to_string() }
            }
        }]
    } })
}

#[test]
fn a_file_saved_by_a_browser_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.example.org.har");
    // Some write a byte order mark.
    for start in ["", "\u{feff}"] {
        std::fs::write(&path, format!("{start}{}", browser())).expect("written");
        let arguments = [
            "run",
            "mattermost-get-team",
            "team_name=panw",
            "--json",
            "--replay",
            text(&path),
            "--set",
            "team_name=panw",
        ];
        let ran = soar(&arguments).ends(0);
        assert_eq!(ran.object()["context"]["Mattermost"]["Team"]["name"], "panw");
    }
}

#[test]
fn a_miss_names_the_closest_request_and_what_differs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.har");
    std::fs::write(&path, browser().to_string()).expect("written");
    let arguments = ["run", "mattermost-get-team", "team_name=soc", "--replay", text(&path), "--set", "team_name=panw"];
    let ran = soar(&arguments).ends(1);
    for words in [
        "no recorded request matches GET https://chat.example.org/api/v4/teams/name/soc",
        "closest: GET https://chat.example.org/api/v4/teams/name/panw",
        "path: is /api/v4/teams/name/soc, recorded /api/v4/teams/name/panw",
    ] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
}

#[test]
fn a_file_that_is_no_recording_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.har");
    for content in ["", "{}", "[]", "{\"log\":{\"entries\":[{}]}}", "\u{0}"] {
        std::fs::write(&path, content).expect("written");
        let ran = soar(&["run", "mattermost-get-team", "team_name=panw", "--replay", text(&path)]).ends(2);
        assert!(ran.err.contains(text(&path)), "{content:?}: {ran:?}");
    }
}

/// The token as a hostile server could write it: each letter as a JSON escape, or in base64.
fn disguised() -> [String; 2] {
    use base64::Engine;
    let escaped = PERSONAL_TOKEN.chars().map(|letter| format!("\\u{:04x}", letter as u32)).collect();
    [escaped, base64::engine::general_purpose::STANDARD.encode(PERSONAL_TOKEN)]
}

#[test]
fn a_token_in_an_argument_or_an_echo_reaches_neither_the_case_nor_the_streams() {
    let folder = tempfile::tempdir().expect("a folder");
    for (index, disguise) in disguised().iter().enumerate() {
        let body = format!(r#"{{"id":"x.y","message":"bad token {disguise}","status_code":404}}"#);
        let missing = support::Answer::Bytes(404, "application/json", body.into_bytes());
        let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", missing));
        let path = folder.path().join(format!("echo-{index}"));
        for json in [&["--json"][..], &[]] {
            let call = ["run", "mattermost-get-team", "team_name=panw", "--force", "--record", text(&path)];
            let ran = live(&url, &[&call[..], json].concat()).ends(1);
            for stream in [&ran.out, &ran.err] {
                assert!(!stream.contains(PERSONAL_TOKEN) && !stream.contains(disguise.as_str()), "{ran:?}");
            }
        }
    }
    let url = loopback::serve(&world::script());
    let path = folder.path().join("argument");
    let message = format!("message=the token is {BOT_TOKEN}");
    live(&url, &["run", "send-notification", "to=anna", &message, "--record", text(&path)]).ends(0);
    assert_no_token(folder.path());
}

/// The administrator's, which a notification does not send.
/// A message is cut after so many characters, and a server can put a token there in a form that only a recording knows.
#[test]
fn a_token_is_not_kept_in_part_where_a_message_was_cut() {
    let escaped = format!("\\u{:04x}{}", u32::from(PERSONAL_TOKEN.as_bytes()[0]), &PERSONAL_TOKEN[1..]);
    let body = |letters: usize| {
        format!(r#"{{"id":"x.y","message":"{}{escaped} more","status_code":403}}"#, "A".repeat(letters))
    };
    for letters in [900, 975, 980, 990] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("case");
        let answer = support::Answer::Bytes(403, "application/json", body(letters).into());
        let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", answer));
        let call = ["run", "mattermost-get-team", "team_name=panw", "--json", "--record", text(&path)];
        let ran = live(&url, &call).ends(1);
        let kept = support::files(folder.path());
        let kept = kept.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect::<String>();
        assert!(kept.contains("AAA"), "{kept}");
        for shown in [&ran.out, &ran.err, &kept] {
            assert!(!shown.contains(&PERSONAL_TOKEN[..8]), "{letters}: {shown}");
        }
    }
}

#[test]
fn a_token_of_the_instance_that_is_not_sent_is_not_recorded_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = loopback::serve(&world::script());
    let case = folder.path().join("case");
    let message = format!("message=mine is {PERSONAL_TOKEN}");
    let call = ["run", "send-notification", "to=anna", &*message, "--record", text(&case)];
    let ran = live(&url, &call).ends(0);
    assert!(!ran.out.contains(PERSONAL_TOKEN), "{ran:?}");
    assert_no_token(&case);
    // From an instance file and a file of it, in what is copied, too.
    let secrets = tempfile::tempdir().expect("a folder");
    std::fs::write(secrets.path().join("token"), PERSONAL_TOKEN).expect("written");
    let report = secrets.path().join("report.txt");
    std::fs::write(&report, format!("secret {PERSONAL_TOKEN}")).expect("written");
    let lines = format!(
        "url = {url:?}\nteam_name = \"panw\"\nbot_access_token = {{ env = \"BOT\" }}\npersonal_access_token = {{ file = \"token\" }}\n"
    );
    let file = secrets.path().join("prod.toml");
    std::fs::write(&file, lines).expect("written");
    let attached = format!("85@109={}", text(&report));
    let call = ["run", "mattermost-send-file", "channel=alerts", &*message, "entry_id=85@109", "--file", &*attached];
    let more = ["--force", "--record", text(&case), "--instance", text(&file), "--trust"];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &[&call[..], &more].concat());
    command.env("BOT", BOT_TOKEN);
    let ran = program::run(command, b"").ends(0);
    assert!(ran.err.contains("credentials in report.txt"), "{ran:?}");
    assert_no_token(&case);
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let precious = folder.path().join("precious");
    std::fs::create_dir(&precious).expect("a folder");
    std::fs::write(precious.join("keep.txt"), "keep").expect("written");
    std::fs::write(folder.path().join("file"), "").expect("written");
    let below_a_file = folder.path().join("file/case");
    for path in [&precious, &below_a_file] {
        let script = world::script();
        let url = loopback::serve(&script);
        let call = ["run", "send-notification", "to=anna", "message=x", "--force", "--record", text(path)];
        let ran = live(&url, &call).ends(2);
        assert!(ran.err.contains("--record"), "{ran:?}");
        assert!(script.requests().is_empty(), "{:?}", script.lines());
    }
    assert_eq!(std::fs::read_to_string(precious.join("keep.txt")).expect("still there"), "keep");
}

#[test]
fn folders_above_a_new_case_are_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fixtures/mattermost-get-team/mine");
    let url = loopback::serve(&world::script());
    live(&url, &["run", "mattermost-get-team", "team_name=panw", "--record", text(&path)]).ends(0);
    assert_eq!(support::files(&path).len(), 4);
}

#[test]
fn a_file_whose_first_entry_is_not_http_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("browser.har");
    let mut har = browser();
    let entries = har["log"]["entries"].as_array_mut().expect("a list");
    for url in ["data:image/png;base64,AAAA", "wss://chat.test/api/v4/websocket"] {
        let mut other = entries.last().expect("one").clone();
        other["request"]["url"] = url.into();
        entries.insert(0, other);
    }
    std::fs::write(&path, har.to_string()).expect("written");
    let call = ["run", "mattermost-get-team", "team_name=panw", "--set", "team_name=panw", "--replay", text(&path)];
    soar(&call).ends(0);
}

#[test]
fn a_message_that_says_redacted_is_that_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("post.har");
    let url = loopback::serve(&world::script());
    let record = |message: &str| {
        let call = ["run", "send-notification", "to=anna", message, "--force", "--record", text(&path)];
        live(&url, &call).ends(0);
    };
    let replay = |message: &str, code: i32| {
        let call = ["run", "send-notification", "to=anna", message, "--replay", text(&path), "--set", "team_name=panw"];
        soar(&call).ends(code)
    };
    record("message=[redacted]");
    replay("message=[redacted]", 0);
    let ran = replay("message=anything else", 1);
    assert!(ran.err.contains("no recorded request matches POST"), "{ran:?}");
    // What was taken out is marked, and stands for anything in its place.
    record(&format!("message=the token is {BOT_TOKEN}"));
    replay("message=the token is another", 0);
    replay("message=the token was another", 1);
}

#[test]
fn a_file_with_a_token_is_copied_without_it_and_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mattermost-send-file/case");
    let report = folder.path().join("report.txt");
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("bot:{BOT_TOKEN}"));
    let content = format!("{}curl -H 'Bearer {BOT_TOKEN}'\n{basic}", "a line\n".repeat(50_000));
    std::fs::write(&report, &content).expect("written");
    let url = loopback::serve(&world::script());
    let file = format!("85@109={}", text(&report));
    let call = ["run", "mattermost-send-file", "channel=alerts", "message=hi", "entry_id=85@109", "--json"];
    let ran = live(&url, &[&call[..], &["--file", &file, "--record", text(&path)]].concat()).ends(0);
    assert!(ran.err.contains("credentials in report.txt"), "{ran:?}");
    assert_no_token(&path);
    let copy = std::fs::read_to_string(path.join("files/report.txt")).expect("a copy");
    assert!(copy.len() == content.len() && !copy.contains(&basic), "{}", copy.len());
    let call_json: Value =
        serde_json::from_slice(&std::fs::read(path.join("call.json")).expect("a file")).expect("JSON");
    assert_eq!(call_json["redacted"]["report.txt"].as_array().map(Vec::len), Some(2), "{call_json}");
    let replayed = soar(&[&call[..], &["--replay", text(&path)]].concat()).ends(0);
    assert_eq!(replayed.outcome(), ran.outcome());
}

/// The program with no more than so many MiB of memory of its own; what a sandbox only sets apart doesn't count.
#[cfg(target_os = "linux")]
fn within(mebibytes: u64, arguments: &[&str]) -> std::process::Command {
    let kibibytes = (mebibytes << 10).to_string();
    let script = ["-c", "ulimit -d \"$1\" && shift && exec \"$@\"", "sh", &kibibytes, env!("CARGO_BIN_EXE_soar")];
    support::program::command("/bin/sh", &[&script[..], arguments].concat())
}

#[cfg(target_os = "linux")]
#[test]
fn a_recording_takes_little_more_memory_than_its_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.har");
    let mut har = browser();
    har["log"]["entries"][0]["_junk"] = "junk".into();
    let junk = format!("[{}0]", "[],{},".repeat(6 << 20));
    std::fs::write(&path, har.to_string().replace("\"junk\"", &junk)).expect("written");
    assert!(std::fs::metadata(&path).expect("a file").len() > 35 << 20);
    let call = ["run", "mattermost-get-team", "team_name=panw", "--set", "team_name=panw", "--replay", text(&path)];
    support::program::run(within(400, &call), b"").ends(0);
}

#[cfg(target_os = "linux")]
#[test]
fn recording_takes_little_memory_for_an_answer_of_many_small_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.har");
    let mut team = world::team("panw");
    team["junk"] = "junk".into();
    let junk = format!("[{}0]", r#"{"a":"","token":""},"#.repeat(1_200_000));
    let answer = support::Answer::Bytes(
        200,
        "application/json",
        team.to_string().replace("\"junk\":\"junk\"", &format!("\"junk\":{junk}")).into_bytes(),
    );
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", answer));
    let mut command = within(400, &["run", "mattermost-get-team", "team_name=panw", "--record", text(&path)]);
    command.envs(support::program::variables(&url));
    // The component goes over its own limit: what was answered is recorded all the same.
    command.args(["--limit", "memory=64MiB"]);
    let ran = support::program::run(command, b"").ends(1);
    assert!(ran.err.contains("over the limit memory"), "{ran:?}");
    assert!(std::fs::metadata(&path).expect("a file").len() > 24 << 20);
}

#[cfg(unix)]
#[test]
fn folders_above_a_recording_are_for_its_user_alone_whatever_the_umask() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().expect("a folder");
    let url = loopback::serve(&world::script());
    let record = folder.path().join("a/b/x.har");
    let run = ["run", "mattermost-get-team", "team_name=panw", "--live", "--record", record.to_str().expect("text")];
    let shell = ["-c", "umask 000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_soar")];
    let mut command = program::command("sh", &[&shell[..], &run].concat());
    command.envs(program::variables(&url));
    program::run(command, b"").ends(0);
    for made in ["a", "a/b"] {
        assert_eq!(std::fs::metadata(folder.path().join(made)).expect("a folder").mode() & 0o777, 0o700, "{made}");
    }
}
