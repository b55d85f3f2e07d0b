//! `--audit`.

use crate::support::{Script, calls, loopback, program, root, world};
use serde_json::Value;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What was recorded of the command itself: not of the lookup of its account, which `sandbox/accounts.rs` is about.
fn records(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("an audit");
    let records = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    records.filter(|record: &Value| record["command"] != "soar:account").collect()
}

fn command(url: &str, audit: &Path) -> Command {
    let audit = audit.to_str().expect("text");
    let arguments = ["run", "mattermost-get-team", "team_name=panw", "--live", "--audit", audit];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.envs(program::variables(url));
    command
}

#[test]
fn runs_are_appended_and_a_line_that_was_cut_stays_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let url = loopback::serve(&world::script());
    program::run(command(&url, &file), b"").ends(0);
    assert_eq!(records(&file).len(), 3);
    let whole = std::fs::read_to_string(&file).expect("an audit");
    std::fs::write(&file, &whole[..whole.len() - 10]).expect("cut");
    program::run(command(&url, &file), b"").ends(0);
    let events: Vec<_> = records(&file).iter().map(|record| record["event"].clone()).collect();
    assert_eq!(events, ["sending", "request", "sending", "request", "call"]);
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let script = world::script();
    let url = loopback::serve(&script);
    let ran = program::run(command(&url, root()), b"").ends(2);
    assert!(ran.err.contains("--audit"), "{ran:?}");
    assert!(script.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for (place, what) in [(&*pipe, "a pipe"), (Path::new("/dev/null"), "a device")] {
        let script = world::script();
        let url = loopback::serve(&script);
        let ran = program::run(command(&url, place), b"").ends(2);
        assert!(ran.err.contains("--audit") && ran.err.contains(what), "{ran:?}");
        assert!(script.requests().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn what_somebody_planted_is_not_written_to() {
    use std::fs::{Permissions, hard_link, set_permissions};
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let put = |name: &str, mode| {
        std::fs::write(at(name), "precious\n").expect("written");
        set_permissions(at(name), Permissions::from_mode(mode)).expect("changed");
    };
    put("precious", 0o600);
    put("twice", 0o600);
    put("writable", 0o666);
    put("readable", 0o640);
    symlink("precious", at("link")).expect("a link");
    symlink("new", at("dangling")).expect("a link");
    hard_link(at("twice"), at("second")).expect("a link");
    let mut planted = vec![
        ("link", "it is a link"),
        ("dangling", "it is a link"),
        ("second", "it has another name"),
        ("writable", "it may be written by others"),
        ("readable", "it may be read by others"),
    ];
    put("theirs", 0o600);
    if chown(at("theirs"), Some(54321), None).is_ok() {
        planted.push(("theirs", "it belongs to another user"));
    }
    for (name, why) in planted {
        let script = world::script();
        let url = loopback::serve(&script);
        let ran = program::run(command(&url, &at(name)), b"").ends(2);
        assert!(ran.err.contains(&format!("{name}: {why}")) && ran.err.contains("; expected a file"), "{ran:?}");
        assert!(script.requests().is_empty());
        if name != "dangling" {
            assert_eq!(std::fs::read_to_string(at(name)).expect("a file"), "precious\n", "{name}");
        }
    }
    assert!(!at("new").exists());
}

/// A run whose request is under way, and the release of its answer.
#[cfg(unix)]
struct Held {
    running: Child,
    script: Script,
    url: String,
    _folder: tempfile::TempDir,
    file: PathBuf,
}

#[cfg(unix)]
impl Held {
    /// Runs a command until the server has this request; with options for `env`, which starts it.
    fn at(line: &str, arguments: &[&str], env: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("audit.jsonl");
        let script = world::script().json("GET /api/v4/never", Value::Null).together(&[line, "GET /api/v4/never"]);
        let url = loopback::serve(&script);
        let soar = [&["run"], arguments, &["--live", "--audit", file.to_str().expect("text")]].concat();
        let mut command = match env.is_empty() {
            true => program::command(env!("CARGO_BIN_EXE_soar"), &soar),
            false => program::command("/usr/bin/env", &[env, &[env!("CARGO_BIN_EXE_soar")], &soar].concat()),
        };
        command.envs(program::variables(&url)).stdout(Stdio::null()).stderr(Stdio::null());
        let running = command.spawn().expect("it starts");
        let start = Instant::now();
        while script.count(line) == 0 {
            assert!(start.elapsed() < Duration::from_secs(60), "it does not ask");
            std::thread::yield_now();
        }
        Self { running, script, url, _folder: folder, file }
    }

    fn signal(&self, signal: &str) {
        let killed = Command::new("kill").args([signal, &self.running.id().to_string()]).status().expect("kill");
        assert!(killed.success());
    }

    /// Gives the answer that is waited for, and how the run ends.
    fn answered(&mut self) -> Option<i32> {
        let server = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(server).expect("the server");
        stream.write_all(b"GET /api/v4/never HTTP/1.1\r\nhost: x\r\n\r\n").expect("a request");
        self.running.wait().expect("it ends").code()
    }
}

#[cfg(unix)]
const TEAM: [&str; 2] = ["mattermost-get-team", "team_name=panw"];

/// Whoever runs the tests may have them ignore signals, as a shell in the background does.
#[cfg(target_os = "linux")]
const HEEDED: [&str; 1] = ["--default-signal=INT,TERM,HUP,QUIT"];
#[cfg(all(unix, not(target_os = "linux")))]
const HEEDED: [&str; 0] = [];

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_is_in_it() {
    for signal in ["-INT", "-TERM", "-HUP", "-QUIT"] {
        let mut held = Held::at("GET /api/v4/teams/name/panw", &TEAM, &HEEDED);
        held.signal(signal);
        assert_eq!(held.running.wait().expect("it ends").code(), Some(130), "{signal}");
        let records = records(&held.file);
        let [sending, request, call] = &records[..] else { panic!("{signal}: {records:?}") };
        assert_eq!((&sending["event"], &sending["request"]), (&"sending".into(), &1.into()));
        assert_eq!((&request["event"], &request["status"]), (&"request".into(), &Value::Null));
        assert!(request["address"].is_string(), "{request}");
        assert_eq!(call["outcome"], "cancelled");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_to_be_ignored_is() {
    let mut held = Held::at("GET /api/v4/teams/name/panw", &TEAM, &["--ignore-signal=HUP"]);
    held.signal("-HUP");
    assert_eq!(held.answered(), Some(0));
    assert_eq!(records(&held.file).last().map(|call| call["outcome"].clone()), Some("done".into()));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_has_left_a_line_of_what_it_sent() {
    let pairs =
        calls::arguments("mattermost-create-channel").into_iter().map(|(name, value)| format!("{name}={value}"));
    let pairs: Vec<_> = pairs.collect();
    let arguments: Vec<_> =
        std::iter::once("mattermost-create-channel").chain(pairs.iter().map(String::as_str)).collect();
    let mut held = Held::at("POST /api/v4/channels", &arguments, &HEEDED);
    held.running.kill().expect("it runs");
    held.running.wait().expect("it ends");
    let records = records(&held.file);
    let last = records.last().expect("a record");
    assert_eq!((&last["event"], &last["method"]), (&"sending".into(), &"POST".into()), "{records:?}");
    assert_eq!(last["url"], format!("{}/api/v4/channels", held.url));
    assert_eq!(held.script.of_method("POST").len(), 1);
}
