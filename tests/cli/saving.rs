//! What is saved of a command that succeeded, and what becomes of it if that can't be done.

use super::{live, program, soar};
use crate::support::wire::Wire;
use crate::support::{self, loopback, world};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const TEAM: [&str; 4] = ["run", "--live", "mattermost-get-team", "team_name=panw"];

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

/// `soar` at a server, not waited for.
fn start(url: &str, arguments: &[&str]) -> Child {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
    command.envs(program::variables(url)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

#[test]
fn runs_at_once_lose_no_outputs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    let names: Vec<String> = (0..8).map(|number| format!("team-{number}")).collect();
    let lines: Vec<String> = names.iter().map(|name| format!("GET /api/v4/teams/name/{name}")).collect();
    // All are answered at once, when all have read what was there before.
    let script = world::script().together(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let url = loopback::serve(&script);
    let running: Vec<Child> = names
        .iter()
        .map(|name| {
            let name = format!("team_name={name}");
            start(&url, &["run", "--live", "mattermost-get-team", &name, "--context", text(&path)])
        })
        .collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{output:?}");
    }
    let context = read(&path);
    let teams = context["Mattermost"]["Team"].as_array().expect("a list");
    let mut found: Vec<_> = teams.iter().map(|team| team["name"].as_str().expect("a name")).collect();
    found.sort_unstable();
    assert_eq!(found, names);
    assert_eq!(support::files(folder.path()).len(), 1, "nothing is left over");
}

#[test]
fn numbers_that_are_not_touched_keep_their_digits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    let number = "123456789012345678901234567890";
    let id = world::id("teampanw");
    let team = format!("{{\"id\": \"{id}\", \"name\": \"old\", \"own\": {number}}}");
    std::fs::write(&path, format!("{{\"a\": [1.10, {number}], \"Mattermost\": {{\"Team\": [{team}]}}}}"))
        .expect("written");
    let url = loopback::serve(&world::script());
    live(&url, &[&TEAM[..], &["--context", text(&path)]].concat()).ends(0);
    let written = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(written.matches(number).count(), 2, "{written}");
    assert!(written.contains("1.10") && written.contains("\"name\": \"panw\""), "{written}");
}

/// A server that changes something on this machine before it answers.
fn meddling(meddle: impl Fn() + Send + Sync + 'static) -> Wire {
    let body = world::team("panw").to_string();
    Wire::answering(move |stream| {
        meddle();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length";
        stream.write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes())
    })
}

/// A command that succeeded says so, gives its entry, and its outputs in any case.
#[test]
fn outputs_that_can_not_be_saved_are_not_lost() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 3] = [
        (|path| std::fs::write(path, "[1]").expect("written"), "expected a JSON object"),
        (|path| std::fs::write(path, "{\"a\":").expect("written"), "expected JSON"),
        (
            |path| {
                drop(std::fs::remove_file(path));
                drop(std::fs::create_dir(path));
            },
            "it is a folder",
        ),
    ];
    for (change, why) in changes {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("context.json");
        let changed = path.clone();
        let server = meddling(move || change(&changed));
        let call = [&TEAM[..], &["--context", text(&path)]].concat();
        std::fs::write(&path, "{}").expect("written");
        let ran = live(&server.url, &[&call[..], &["--json"]].concat()).ends(3);
        let object = ran.object();
        assert_eq!(object["context"]["Mattermost"]["Team"]["name"], "panw", "{ran:?}");
        assert!(object.get("error").is_none(), "{ran:?}");
        assert_eq!(object["unsaved"][0]["kind"], "context", "{ran:?}");
        let message = object["unsaved"][0]["message"].as_str().expect("text");
        assert!(message.contains("its outputs could not be saved: ") && message.contains(why), "{message}");
        if path.is_dir() {
            std::fs::remove_dir(&path).expect("removed");
        }
        std::fs::write(&path, "{}").expect("written");
        let ran = live(&server.url, &call).ends(3);
        assert!(ran.out.starts_with("Team details:"), "{ran:?}");
        assert!(ran.err.contains("The command succeeded; its outputs could not be saved: "), "{ran:?}");
        assert!(!ran.err.contains("Failed to execute"), "{ran:?}");
        let outputs = ran.err.split_once("Its outputs: ").expect("the outputs").1;
        let outputs: Value = serde_json::from_str(outputs.trim()).expect("JSON");
        assert_eq!(outputs["Mattermost"]["Team"]["name"], "panw");
    }
}

#[test]
fn a_recording_that_can_not_be_saved_does_not_make_a_success_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.har");
    let appears = path.clone();
    let server = meddling(move || std::fs::write(&appears, "mine").expect("written"));
    let ran = live(&server.url, &[&TEAM[..], &["--record", text(&path), "--json"]].concat()).ends(3);
    let object = ran.object();
    assert_eq!(object["context"]["Mattermost"]["Team"]["name"], "panw");
    assert_eq!(object["unsaved"][0]["kind"], "record", "{ran:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "mine");
}

/// What can't be written is known before anything is sent.
#[cfg(target_os = "linux")]
#[test]
fn room_for_what_is_saved_is_taken_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = world::script();
    let url = loopback::serve(&script);
    for (option, name, kind) in [("--context", "context.json", "context"), ("--record", "team.har", "record")] {
        let path = folder.path().join(name);
        let soar = [env!("CARGO_BIN_EXE_soar")].into_iter().chain(TEAM).chain([option, text(&path), "--json"]);
        // No file may be larger than 64 KiB, which is told and no signal: as where a disk is full.
        let limited = "trap '' XFSZ; ulimit -f 128; exec \"$@\"";
        let mut command = program::command("/bin/sh", &["-c", limited, "sh"]);
        command.args(soar).envs(program::variables(&url));
        let ran = program::run(command, b"").ends(2);
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], kind, "{ran:?}");
        assert!(error["message"].as_str().expect("text").contains("there is no room for it"), "{ran:?}");
        assert!(!path.exists());
    }
    assert!(script.requests().is_empty(), "{:?}", script.lines());
}

/// The audit's last line comes when the command is done.
#[cfg(target_os = "linux")]
#[test]
fn an_audit_that_can_not_be_ended_does_not_make_a_success_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let url = loopback::serve(&world::script());
    let call = [&TEAM[..], &["--audit", text(&path)]].concat();
    live(&url, &call).ends(0);
    let audit = std::fs::read_to_string(&path).expect("a file");
    let lines: Vec<usize> = audit.lines().map(str::len).collect();
    let (end, earlier) = lines.split_last().expect("lines");
    // The lookup of its account, whose answer was soon known, and its request.
    assert_eq!(earlier.len(), 5, "{audit}");
    // So much is there already that half of the last line is too much.
    let most = 64 * 512;
    let before = most - (earlier.iter().sum::<usize>() + earlier.len() + end / 2);
    std::fs::write(&path, format!("{}\n", " ".repeat(before - 1))).expect("written");
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    for json in [&["--json"][..], &[]] {
        let mut command = program::command("/bin/sh", &["-c", limited, "sh", env!("CARGO_BIN_EXE_soar")]);
        command.args(&call).args(json).envs(program::variables(&url));
        let ran = program::run(command, b"").ends(3);
        if json.is_empty() {
            assert!(ran.out.starts_with("Team details:"), "{ran:?}");
            assert!(ran.err.contains("The command succeeded; its audit could not be saved: "), "{ran:?}");
        } else {
            let object = ran.object();
            assert_eq!(object["context"]["Mattermost"]["Team"]["name"], "panw", "{ran:?}");
            assert_eq!(object["unsaved"][0]["kind"], "audit", "{ran:?}");
        }
        std::fs::write(&path, format!("{}\n", " ".repeat(before - 1))).expect("written");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_can_not_be_printed_does_not_make_a_success_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
    let url = loopback::serve(&world::script());
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &TEAM);
    command.envs(program::variables(&url)).stdout(full).stderr(Stdio::piped());
    let output = command.output().expect("it ends");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(err.contains("The command succeeded; its result could not be printed: "), "{err}");
}

/// A reader that reads nothing holds up neither the end nor what is saved.
#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_while_its_output_is_blocked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    let users: Vec<Value> = (0..200).map(|number| world::user(&format!("user{number}x"))).collect();
    let users: Vec<Value> = users
        .into_iter()
        .map(|user| json!({ "position": "x".repeat(2000), "id": user["id"], "username": user["username"] }))
        .collect();
    let script = world::script().json("GET /api/v4/users?page=0&per_page=200", users.into());
    let url = loopback::serve(&script);
    for signal in ["-INT", "-TERM"] {
        drop(std::fs::remove_file(&path));
        let arguments = ["run", "--live", "mattermost-list-users", "limit=200", "--json", "--context", text(&path)];
        let mut child = if cfg!(target_os = "linux") {
            let heeded = ["--default-signal=INT,TERM,HUP,QUIT", env!("CARGO_BIN_EXE_soar")];
            let mut command = program::command("/usr/bin/env", &[&heeded[..], &arguments].concat());
            command.envs(program::variables(&url)).stdout(Stdio::piped()).spawn().expect("it starts")
        } else {
            start(&url, &arguments)
        };
        // It has begun to print: the pipe has room for a part of it.
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut [0]).expect("a byte");
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
        assert_eq!(read(&path)["Mattermost"]["User"].as_array().map(Vec::len), Some(200));
    }
}

#[test]
fn a_context_on_recorded_answers_is_merged_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    soar(&["run", "mattermost-get-team", "team_name=panw", "--context", text(&path)]).ends(0);
    assert_eq!(read(&path)["Mattermost"]["Team"]["name"], "panw");
}
