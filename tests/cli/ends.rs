//! Exit codes, and what is on which stream.

use super::{live, soar};
use crate::support::{loopback, program, world};

const TEAM: [&str; 3] = ["run", "mattermost-get-team", "team_name=panw"];

#[test]
fn zero_is_done_one_is_failed_two_is_a_wrong_call() {
    let done = soar(&TEAM).ends(0);
    assert!(done.out.starts_with("Team details:") && done.said().is_empty(), "{done:?}");

    let missing = world::error(404, "app.team.get_by_name.missing.app_error");
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", missing));
    let failed = live(&url, &["run", "--live", "mattermost-get-team", "team_name=panw"]).ends(1);
    assert!(failed.out.is_empty(), "{failed:?}");
    assert!(
        failed.err.starts_with("Failed to execute mattermost-get-team command. Error: Team \"panw\""),
        "{failed:?}"
    );

    // An argument that a playbook may pass and a person has misspelt.
    let wrong = soar(&["run", "mattermost-list-channels", "limit=2", "teem=panw"]).ends(2);
    assert!(wrong.err.contains("teem") && wrong.err.contains("team"), "{wrong:?}");

    let wrong = soar(&["run", "mattermost-get-team", "limit=2"]).ends(2);
    assert!(wrong.out.is_empty() && wrong.err.contains("soar describe mattermost-get-team"), "{wrong:?}");
}

#[test]
fn a_command_line_that_cannot_be_read_is_a_wrong_call() {
    for arguments in [
        &[][..],
        &["run"],
        &["walk"],
        &["run", "x", "--no-such-option"],
        &["run", "x", "--live", "--replay", "a.har"],
        &["completion", "tcsh"],
        &["--color", "blue", "commands"],
    ] {
        let ran = soar(arguments).ends(2);
        assert!(ran.out.is_empty() && ran.err.contains("--help"), "{ran:?}");
    }
}

#[test]
fn json_is_one_object_for_a_command_line_that_cannot_be_read() {
    for arguments in [&["run", "--json"][..], &["--json", "walk"], &["run", "x", "--json", "--no-such-option"]] {
        let ran = soar(arguments).ends(2);
        let printed: serde_json::Value = serde_json::from_str(&ran.out).expect("one object");
        assert_eq!(printed["error"]["kind"], "usage", "{ran:?}");
        assert!(printed["error"]["message"].as_str().is_some_and(|text| text.contains("--help")), "{ran:?}");
        assert!(ran.err.is_empty(), "{ran:?}");
    }
}

#[test]
fn json_is_one_object_and_nothing_else_for_a_success() {
    let ran = soar(&[&TEAM[..], &["--json"]].concat()).ends(0);
    let object = ran.object();
    assert_eq!(object["command"], "mattermost-get-team");
    assert_eq!(object["context"]["Mattermost"]["Team"]["name"], "panw");
    assert!(object["readable"].as_str().is_some_and(|text| text.starts_with("### Team details:")));
    let names: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["command", "context", "readable", "source", "case"]);
    assert!(ran.said().is_empty(), "{ran:?}");
}

#[test]
fn json_is_one_object_and_nothing_else_for_each_kind_of_failure() {
    for (arguments, code, kind) in [
        (&["run", "mattermost-get-tem"][..], 2, "unknown_command"),
        (&["run", "mattermost-get-team"], 2, "argument"),
        (&["run", "mattermost-get-team", "team_name"], 2, "argument"),
        (&["run", "mattermost-get-team", "team=x"], 2, "argument"),
        (
            &["run", "mattermost-get-team", "team_name=zzzzz", "--replay", "fixtures/mattermost-get-team/panw"],
            1,
            "replay_miss",
        ),
        (&["run", "mattermost-get-team", "team_name=panw", "--live"], 2, "configuration"),
        (&["run", "mattermost-get-team", "team_name=panw", "--set", "nothing=1"], 2, "configuration"),
        (&["run", "mattermost-get-team", "team_name=panw", "--instance", "/nowhere.toml"], 2, "configuration"),
        (&["run", "mattermost-get-team", "team_name=panw", "--replay", "/nowhere.har"], 2, "recording"),
        (&["run", "mattermost-get-team", "team_name=panw", "--record", "README.md/x.har"], 2, "record"),
        (&["run", "mattermost-get-team", "team_name=panw", "--case", "no such case"], 2, "replay"),
        (&["run", "mattermost-get-team", "--component", "/etc/hostname"], 2, "component"),
        (&["describe", "mattermost-get-tem"], 2, "unknown_command"),
        (&["inspect", "/nowhere.wasm"], 2, "component"),
    ] {
        let ran = soar(&[arguments, &["--json"]].concat()).ends(code);
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], kind, "{ran:?}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{ran:?}");
        assert!(ran.err.is_empty(), "{ran:?}");
    }
}

#[test]
fn json_of_a_servers_refusal_has_its_fields() {
    let forbidden = world::error(403, "api.context.permissions.app_error");
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", forbidden));
    let ran = live(&url, &["run", "--json", "--live", "mattermost-get-team", "team_name=panw"]).ends(1);
    let error = &ran.object()["error"];
    assert_eq!((&error["kind"], &error["status"]), (&"forbidden".into(), &403.into()));
    assert_eq!(error["id"], "api.context.permissions.app_error");
    assert_eq!(error["request_id"], "dxh9k8wmtbyyp89eeyzyx67eka");
    assert!(error["permissions"].as_str().is_some_and(|text| text.contains("view_team")), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_a_failure_that_names_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let ran = live(&url, &["run", "--json", "--live", "mattermost-get-team", "team_name=panw"]).ends(1);
    assert_eq!(ran.object()["error"]["kind"], "network");
    assert!(ran.out.contains(url.trim_start_matches("http://")), "{ran:?}");
}

#[test]
fn an_unknown_command_is_told_the_nearest() {
    for (name, nearest) in
        [("mattermost-get-tem", "mattermost-get-team"), ("list-channels", "mattermost-list-channels")]
    {
        for verb in ["run", "describe", "examples"] {
            let ran = soar(&[verb, name]).ends(2);
            assert!(ran.err.contains(&format!("did you mean {nearest}?")), "{ran:?}");
            assert!(ran.err.contains("soar commands"), "{ran:?}");
        }
    }
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    for arguments in [&["commands"][..], &["examples"], &["--json", "inspect"]] {
        let mut command = super::program::command(env!("CARGO_BIN_EXE_soar"), arguments);
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("it starts");
        // The reading end is closed before anything is written.
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_environment_does_not_change_what_comes_with_soar() {
    let seed = ["run", "mattermost-list-channels", "limit=2", "include_private_channels=true"];
    let plain = soar(&seed).ends(0);
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &seed);
    command.envs(program::variables("http://elsewhere.test")).env("MATTERMOST_TEAM_NAME", "another");
    assert_eq!(program::run(command, b"").ends(0).out, plain.out);
}
