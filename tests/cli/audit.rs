//! `--audit`.

use crate::support::{loopback, program, root, world};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn records(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("an audit");
    text.lines().filter(|line| !line.is_empty()).filter_map(|line| serde_json::from_str(line).ok()).collect()
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
    assert_eq!(records(&file).len(), 2);
    let whole = std::fs::read_to_string(&file).expect("an audit");
    std::fs::write(&file, &whole[..whole.len() - 10]).expect("cut");
    program::run(command(&url, &file), b"").ends(0);
    let events: Vec<_> = records(&file).iter().map(|record| record["event"].clone()).collect();
    assert_eq!(events, ["request", "request", "call"]);
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
fn a_run_that_is_interrupted_is_in_it() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("audit.jsonl");
        let script = world::script().together(&["GET /api/v4/teams/name/panw", "GET /never"]);
        let url = loopback::serve(&script);
        let mut command = command(&url, &file);
        let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let start = Instant::now();
        while script.requests().is_empty() {
            assert!(start.elapsed() < Duration::from_secs(30), "it asks for nothing");
            std::thread::yield_now();
        }
        let killed = Command::new("kill").args([signal, &running.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        assert_eq!(running.wait().expect("it ends").code(), Some(130));
        let records = records(&file);
        let [request, call] = &records[..] else { panic!("{records:?}") };
        assert_eq!((&request["event"], &request["status"]), (&"request".into(), &Value::Null));
        assert_eq!(call["outcome"], "cancelled");
    }
}
