//! Calls with a user's own values, without a server: what is answered, what it says of itself, and what has no answer.

use super::{live, soar};
use crate::support::{PERSONAL_TOKEN, loopback, program, world};
use serde_json::{Value, json};

/// Ids that no recording has.
const USER: &str = "usr7n1q5kfnj7mx563sziiyrda";
const OTHER: &str = "usr8n1q5kfnj7mx563sziiyrdb";
const CHANNEL: &str = "chn7n1q5kfnj7mx563sziiyrda";
const GROUP: &str = "grp7n1q5kfnj7mx563sziiyrda";

const SENT: &str = "nothing was sent (--live sends it)";

fn run(words: &[&str]) -> program::Ran {
    soar(&[&["run"][..], words, &["--json"]].concat())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row for each command")]
fn each_command_answers_with_own_values() {
    let user = format!("user_id={USER}");
    let channel = format!("channel_id={CHANNEL}");
    let group = format!("group_id={GROUP}");
    let users = format!("user_ids={USER},{OTHER}");
    let note = format!("7@1={}", crate::support::root().join("README.md").display());
    let calls: &[(&[&str], &str, Value)] = &[
        (&["test-module", "--set", "team_name=acme"], "/context", json!({})),
        (&["mattermost-get-team", "team_name=acme"], "/context/Mattermost/Team/name", json!("acme")),
        (
            &["mattermost-create-channel", "name=war-room-7", "display_name=War room 7"],
            "/context/Mattermost/Channel/display_name",
            json!("War room 7"),
        ),
        (
            &[
                "mattermost-create-channel",
                "name=w7",
                "display_name=W",
                "type=private",
                "header=Runbook",
                "purpose=Why",
            ],
            "/context/Mattermost/Channel/header",
            json!("Runbook"),
        ),
        (&["mattermost-list-channels", "team=acme", "limit=3"], "/context/Mattermost/Channel/1/type", json!("O")),
        (&["mattermost-list-channels", "limit=4"], "/context/Mattermost/Channel/3/type", json!("O")),
        (&["mattermost-list-users", "limit=4"], "/context/Mattermost/User/3/username", json!("carol")),
        (&["mattermost-list-users", "team_name=acme", "channel=ops"], "/source", json!("rehearsal")),
        (&["mattermost-add-channel-member", "channel=war-room-7", &user], "/source", json!("rehearsal")),
        (&["mattermost-remove-channel-member", "channel=war-room-7", &user], "/source", json!("rehearsal")),
        (
            &["mattermost-close-channel", "channel=war-room-7"],
            "/readable",
            json!("The channel war-room-7 was deleted successfully."),
        ),
        (
            &["close-channel", "channel_name=war-room-7"],
            "/readable",
            json!("The channel war-room-7 was deleted successfully."),
        ),
        (&["mattermost-set-channel-role", &channel, &user, "role=Admin"], "/source", json!("rehearsal")),
        (&["mattermost-list-private-channels-for-user", &user], "/context/Mattermost/User/Channels/0/type", json!("P")),
        (&["mattermost-list-groups", "limit=1"], "/context/Mattermost/Groups/0/name", json!("devs")),
        (&["mattermost-list-group-members", &group], "/context/Mattermost/GroupMembers/group_id", Value::Null),
        (&["mattermost-add-group-member", &group, &user.replace("user_id", "user_ids")], "/source", json!("rehearsal")),
        (&["mattermost-remove-group-member", &group, &users], "/source", json!("rehearsal")),
        (&["send-notification", "channel=ops", "message=Hello"], "/context/Mattermost/Post/message", json!("Hello")),
        (
            &["send-notification", "to=carol,dora,emil", "message=Hello"],
            "/context/Mattermost/Post/message",
            json!("Hello"),
        ),
        (
            &["send-notification", "to=me@corp.example", "message=Hello"],
            "/context/Mattermost/Post/message",
            json!("Hello"),
        ),
        (
            &["mattermost-send-file", "channel=ops", "message=Note", "entry_id=7@1", "--file", &note],
            "/readable",
            json!("file README.md was successfully sent to channel ops"),
        ),
    ];
    for (words, place, expected) in calls {
        let ran = run(words).ends(0);
        let object = ran.object();
        assert!(ran.err.contains(SENT) && ran.err.contains("rehearsed from case "), "{words:?}: {ran:?}");
        assert_eq!(object["source"], "rehearsal", "{words:?}");
        if !expected.is_null() {
            assert_eq!(object.pointer(place), Some(expected), "{words:?}: {object}");
        }
        // The same call has the same answer.
        assert_eq!(run(words).ends(0).object(), object, "{words:?}");
    }
}

#[test]
fn what_was_bound_is_told_in_one_line_and_to_programs() {
    let ran = run(&["mattermost-create-channel", "name=war-room-7", "display_name=War room 7"]).ends(0);
    let line = ran.err.lines().collect::<Vec<_>>();
    let [line] = line[..] else { panic!("{ran:?}") };
    assert!(line.starts_with("rehearsed from case public") && line.contains("name = war-room-7"), "{line}");
    let object = ran.object();
    assert!(object["case"].as_str().is_some_and(|case| case.starts_with("public")), "{object}");
    let bound = object["bound"].as_array().expect("a list");
    assert!(bound.contains(&json!({ "name": "name", "recorded": "incident-1", "asked": "war-room-7" })), "{object}");
}

#[test]
fn what_was_not_sent_says_so_even_where_a_server_and_tokens_are_set() {
    let script = world::script();
    let url = loopback::serve(&script);
    let ran = live(&url, &["run", "mattermost-create-channel", "name=war-room-7", "display_name=War room 7"]).ends(0);
    assert!(ran.err.contains(SENT), "{ran:?}");
    let ran = live(&url, &["run", "mattermost-get-team", "team_name=panw", "--json"]).ends(0);
    assert!(ran.err.contains("replayed from case panw; ") && ran.err.contains(SENT), "{ran:?}");
    assert_eq!((&ran.object()["source"], &ran.object()["case"]), (&json!("replay"), &json!("panw")));
    // A failure, too.
    let ran = live(&url, &["run", "mattermost-get-team", "--case", "missing", "team_name=never", "--json"]).ends(1);
    assert!(ran.err.contains("rehearsed from case missing with team_name = never"), "{ran:?}");
    assert_eq!((&ran.object()["source"], &ran.object()["error"]["status"]), (&json!("rehearsal"), &json!(404)));
    assert!(script.requests().is_empty());
    let ran = live(&url, &["run", "mattermost-get-team", "team_name=panw", "--json", "--live"]).ends(0);
    assert_eq!((ran.object()["source"].as_str(), ran.err.as_str()), (Some("live"), ""));
}

#[test]
fn the_audit_says_who_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let file = path.to_str().expect("text");
    run(&["mattermost-get-team", "team_name=acme", "--audit", file]).ends(0);
    run(&["mattermost-get-team", "team_name=panw", "--audit", file]).ends(0);
    let text = std::fs::read_to_string(&path).expect("a file");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let sources: Vec<_> = records.iter().map(|record| record["source"].as_str().unwrap_or_default()).collect();
    // One call each, however many recordings were tried.
    assert_eq!(sources, ["rehearsal", "rehearsal", "rehearsal", "replay", "replay", "replay"], "{text}");
    assert!(records.iter().all(|record| record["case"].is_string()), "{text}");
    assert!(!text.contains("incident"), "{text}");
}

#[test]
fn where_nothing_fits_the_miss_says_what_to_type_instead() {
    let ids = (0..8).map(|number| format!("usr{number}n1q5kfnj7mx563sziiyrda")).collect::<Vec<_>>().join(",");
    let users = format!("user_ids={ids}");
    let group = format!("group_id={GROUP}");
    for (words, expected) in [
        (
            &["mattermost-add-group-member", &group, &users][..],
            &["user_ids has 8 values", "this one is recorded: soar run"][..],
        ),
        (
            &["mattermost-list-groups", "group=ops"],
            &[
                "it has no page, page_size, which the nearest recorded call has",
                "this one is recorded: soar run mattermost-list-groups group=",
            ],
        ),
    ] {
        let ran = run(words).ends(1);
        let object = ran.object();
        assert_eq!(object["error"]["kind"], "replay_miss", "{ran:?}");
        let message = object["error"]["message"].as_str().expect("text");
        for words in expected {
            assert!(message.contains(words), "{words}: {message}");
        }
        assert!(!message.contains("body"), "{message}");
    }
}

#[test]
fn a_wrong_call_is_told_what_is_wrong_with_it_and_not_that_nothing_was_sent() {
    let ran = run(&["mattermost-list-channels", "limit=ten"]).ends(2);
    assert_eq!(ran.object()["error"]["kind"], "argument");
    assert!(!ran.err.contains(SENT), "{ran:?}");
}

#[test]
fn a_har_file_is_rehearsed_with_own_values_and_replayed_strictly() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("team.har");
    let file = path.to_str().expect("text");
    let url = loopback::serve(&world::script());
    live(&url, &["run", "mattermost-get-team", "team_name=panw", "--record", file]).ends(0);
    let call = ["mattermost-get-team", "team_name=acme", "--set", "team_name=panw"];
    let ran = run(&[&call[..], &["--rehearse", file]].concat()).ends(0);
    assert_eq!(ran.object().pointer("/context/Mattermost/Team/name"), Some(&json!("acme")));
    assert!(ran.err.contains("team.har with team = acme"), "{ran:?}");
    let ran = run(&[&call[..], &["--replay", file]].concat()).ends(1);
    assert_eq!(ran.object()["error"]["kind"], "replay_miss");
    let ran = run(&["mattermost-list-groups", "limit=2", "--rehearse", file, "--set", "team_name=panw"]).ends(1);
    assert_eq!(ran.object()["error"]["kind"], "replay_miss");
}

#[test]
fn a_longer_list_says_where_the_recording_ends() {
    let ran = run(&["mattermost-list-groups", "limit=3"]).ends(0);
    assert!(ran.err.contains("the recording of this list ends after 2: a server may have more"), "{ran:?}");
    let ran = run(&["mattermost-list-users", "team_name=big", "limit=300"]).ends(0);
    let users = ran.object().pointer("/context/Mattermost/User").and_then(Value::as_array).map(Vec::len);
    assert_eq!((users, ran.said().as_str()), (Some(300), ""));
}

#[test]
fn a_dry_run_sends_what_reads_and_shows_what_changes() {
    let script = world::script();
    let url = loopback::serve(&script);
    let call = ["run", "mattermost-create-channel", "name=war-room-7", "display_name=War room 7", "--dry-run"];
    let ran = live(&url, &call).ends(0);
    let requests = script.requests();
    assert!(requests.iter().all(|request| request.line.starts_with("GET ")) && !requests.is_empty(), "{requests:?}");
    for words in [
        "GET ",
        "sent, as it only reads",
        "POST ",
        "not sent",
        "\"name\":\"war-room-7\"",
        "Nothing that changes anything was sent.",
    ] {
        assert!(ran.out.contains(words), "{words}: {ran:?}");
    }
    let ran = live(&url, &[&call[..], &["--json"]].concat()).ends(0);
    let object = ran.object();
    assert_eq!((&object["source"], &object["complete"]), (&json!("dry_run"), &json!(true)), "{object}");
    let requests = object["requests"].as_array().expect("a list");
    let [team, channel] = &requests[..] else { panic!("{object}") };
    assert_eq!((&team["sent"], &channel["sent"]), (&json!(true), &json!(false)));
    assert_eq!(channel["credential"], "personal_access_token");
    assert!(!ran.out.contains(PERSONAL_TOKEN));
    // What would be refused before anything changes is refused here, too.
    let missing = world::error(404, "app.team.get_by_name.missing.app_error");
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", missing));
    let ran = live(&url, &[&call[..], &["--json"]].concat()).ends(1);
    assert_eq!(ran.object()["error"]["kind"], "not_found");
    let ran = live(&url, &["run", "mattermost-create-channel", "--dry-run", "--json"]).ends(2);
    assert_eq!(ran.object()["error"]["kind"], "argument");
}

/// A recording of a team, a request and an answer for each name.
fn teams(names: impl Iterator<Item = String>) -> String {
    let entry = |name: String| {
        json!({
            "startedDateTime": "2026-01-01T00:00:00Z",
            "request": { "method": "GET", "url": format!("https://chat.example/api/v4/teams/name/{name}") },
            "response": {
                "status": 200,
                "content": { "mimeType": "application/json", "text": json!({
                    "id": "mgdoz6rky7rjteifnataf4mc3a", "name": name, "display_name": name, "type": "O",
                }).to_string() },
            },
        })
    };
    json!({ "log": { "version": "1.2", "entries": names.map(entry).collect::<Vec<_>>() } }).to_string()
}

#[test]
fn of_ten_thousand_requests_of_one_path_the_very_one_answers_or_else_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("teams.har");
    std::fs::write(&path, teams((0..10_000).map(|number| format!("team-{number}")))).expect("written");
    let file = path.to_str().expect("text");
    for (asked, bound) in
        [("team-9999", json!([])), ("acme", json!([{ "name": "team", "recorded": "team-0", "asked": "acme" }]))]
    {
        let name = format!("team_name={asked}");
        let ran = run(&["mattermost-get-team", &name, "--rehearse", file, "--set", "team_name=x"]).ends(0);
        let object = ran.object();
        assert_eq!(object.pointer("/context/Mattermost/Team/name"), Some(&json!(asked)));
        assert_eq!(object["bound"], bound, "{object}");
    }
}

#[test]
fn one_value_is_no_part_of_another_and_one_of_another_length_or_kind_is_as_good() {
    for (words, place, expected) in [
        (["mattermost-get-team", "team_name=pan"], "/context/Mattermost/Team/name", "pan"),
        (["mattermost-get-team", "team_name=panw-2"], "/context/Mattermost/Team/name", "panw-2"),
        (["mattermost-get-team", "team_name=12345"], "/context/Mattermost/Team/name", "12345"),
        (
            ["mattermost-get-team", "team_name=a-team-with-a-name-of-sixty-four-letters-which-is-the-longest-oo"],
            "/context/Mattermost/Team/name",
            "a-team-with-a-name-of-sixty-four-letters-which-is-the-longest-oo",
        ),
    ] {
        let ran = run(&words).ends(0);
        assert_eq!(ran.object().pointer(place), Some(&json!(expected)), "{ran:?}");
    }
}

#[test]
fn own_settings_an_investigation_and_the_link_to_it_are_bound() {
    let own = ["--investigation", "7", "--war-room-url", "https://soar.corp.example/#/WarRoom/7"];
    let call = ["send-notification", "channel=ops", "message=Look", "entry=1@7"];
    let ran = run(&[&call[..], &own, &["--set", "team_name=acme"]].concat()).ends(0);
    let message = "Look\n View it on: https://soar.corp.example/#/WarRoom/7/1@7";
    assert_eq!(ran.object().pointer("/context/Mattermost/Post/message"), Some(&json!(message)), "{ran:?}");
    assert_eq!(ran.object()["case"], "war-room-link");
}

#[test]
fn names_that_something_else_has_are_no_names_of_it() {
    let ran = run(&["mattermost-list-channels", "team=off-topic"]).ends(0);
    let channels = ran.object().pointer("/context/Mattermost/Channel").cloned().expect("channels");
    let off_topic = channels.as_array().expect("a list").iter().find(|channel| channel["display_name"] == "Off-Topic");
    assert_eq!(off_topic.map(|channel| &channel["name"]), Some(&json!("off-topic")), "{channels}");
    let ran = run(&["mattermost-get-team", "team_name=a"]).ends(0);
    assert_eq!(ran.object().pointer("/context/Mattermost/Team/name"), Some(&json!("a")));
}

#[test]
fn pages_of_one_list_are_of_one_recording() {
    let names = |page: &str| -> Vec<String> {
        let page = format!("page={page}");
        let ran = run(&["mattermost-list-channels", &page, "page_size=4"]).ends(0);
        let channels = ran.object().pointer("/context/Mattermost/Channel").cloned().unwrap_or_default();
        let name = |channel: &Value| channel["name"].as_str().unwrap_or_default().to_owned();
        channels.as_array().map(|channels| channels.iter().map(name).collect()).unwrap_or_default()
    };
    let all = run(&["mattermost-list-channels"]).ends(0).object();
    let all = all.pointer("/context/Mattermost/Channel").and_then(Value::as_array).expect("a list").clone();
    let all: Vec<&str> = all.iter().filter_map(|channel| channel["name"].as_str()).collect();
    assert_eq!([names("0"), names("1"), names("2")].concat(), all);
}

#[test]
fn what_was_made_has_an_id_of_its_own_and_a_context_says_that_no_server_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    let file = path.to_str().expect("text");
    for name in ["name=ch-1", "name=ch-2", "name=ch-1"] {
        let ran = run(&["mattermost-create-channel", name, "display_name=X", "--context", file]).ends(0);
        assert!(ran.err.contains("context.json was rehearsed: no server has it"), "{ran:?}");
    }
    let context: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
    assert_eq!(context.pointer("/Mattermost/Channel").and_then(Value::as_array).map(Vec::len), Some(2), "{context}");
}

#[test]
fn the_ordinary_case_answers_a_call_that_several_have() {
    assert_eq!(run(&["test-module"]).ends(0).object()["case"], "ok");
}

#[test]
fn a_dry_run_records_what_was_sent_and_what_was_not_and_shows_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let file = path.to_str().expect("text");
    let url = loopback::serve(&world::script());
    let message = format!("message=token {}", crate::support::BOT_TOKEN);
    let call = ["run", "send-notification", "channel=alerts", &message, "--dry-run", "--json", "--audit", file];
    let ran = live(&url, &call).ends(0);
    assert!(!ran.out.contains(crate::support::BOT_TOKEN), "{ran:?}");
    let text = std::fs::read_to_string(&path).expect("a file");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let sent = |method: &str, event: &str| {
        records.iter().filter(|record| record["method"] == method && record["event"] == event).count()
    };
    assert_eq!((sent("GET", "sending"), sent("POST", "sending"), sent("POST", "request")), (1, 0, 1), "{text}");
    let post = records.iter().find(|record| record["method"] == "POST").expect("a record");
    assert_eq!((&post["source"], &post["sent_bytes"]), (&json!("rehearsal"), &json!(0)));
    // Each request with its own credential.
    let ran = live(&url, &["run", "test-module", "--dry-run", "--json"]).ends(0);
    let credentials: Vec<_> = ran.object()["requests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|request| request["credential"].clone())
        .collect();
    assert!(
        credentials.contains(&json!("bot_access_token")) && credentials.contains(&json!("personal_access_token")),
        "{credentials:?}"
    );
}

#[test]
fn one_file_is_not_for_two_things() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.json");
    let file = path.to_str().expect("text");
    let script = world::script();
    let url = loopback::serve(&script);
    let ran =
        live(&url, &["run", "mattermost-get-team", "team_name=panw", "--live", "--context", file, "--audit", file])
            .ends(2);
    assert!(ran.err.contains("it is the file of --context, too"), "{ran:?}");
    assert!(script.requests().is_empty());
}

#[test]
fn a_word_with_a_colon_is_no_value() {
    let ran = run(&["send-notification", "channel:alerts"]).ends(2);
    let message = ran.object()["error"]["message"].as_str().expect("text").to_owned();
    assert!(message.contains("did you mean channel=alerts?"), "{message}");
}
