//! Answers that Mattermost does not give: made up here, since no server of ours gave them.

use crate::support::{Answer, fails, succeeds, world};
use serde_json::{Value, json};
use soar::Failure;

const TEAM: &str = "GET /api/v4/teams/name/panw";

fn team(answer: Answer) -> Failure {
    let script = world::script().on(TEAM, answer);
    let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert!(!failure.is_wrong_call(), "{failure}");
    failure
}

/// That the answer was not understood, and that the failure says what was asked, and what is odd.
fn odd(answer: Answer, words: &[&str]) {
    let failure = team(answer);
    assert_eq!(failure.kind(), "unexpected_answer", "{failure}");
    for word in ["GET /api/v4/teams/name/panw"].iter().chain(words) {
        assert!(failure.message().contains(word), "{word:?}: {failure}");
    }
}

#[test]
fn a_page_of_html_is_no_answer() {
    let page = b"<!DOCTYPE html>\n<title>Sign in</title>".to_vec();
    odd(
        Answer::Bytes(200, "text/html; charset=utf-8", page.clone()),
        &["status 200", "HTML page", "Sign in", "parameter url", "login page"],
    );
    odd(Answer::Bytes(404, "text/html", page.clone()), &["status 404", "HTML page"]);
    odd(Answer::Bytes(401, "text/html", page.clone()), &["status 401"]);
    let failure = team(Answer::Bytes(502, "text/html", page));
    assert_eq!(failure.kind(), "server", "{failure}");
    assert_eq!(failure.fields()["status"], 502);
    assert!(failure.message().contains("HTML page"), "{failure}");
}

#[test]
fn nothing_is_no_answer() {
    odd(Answer::Bytes(200, "application/json", Vec::new()), &["an empty body"]);
    odd(Answer::Bytes(204, "application/json", Vec::new()), &["status 204", "an empty body"]);
    odd(Answer::Json(200, Value::Null), &["expected an object, found nothing"]);
    odd(Answer::Bytes(200, "application/json", b" \n".to_vec()), &["EOF"]);
}

#[test]
fn cut_json_is_no_answer() {
    odd(Answer::Bytes(200, "application/json", br#"{"id":"teampanw00","na"#.to_vec()), &["EOF", "{\\\"id\\\""]);
    odd(Answer::Bytes(200, "application/json", b"{\"id\":\"a\"}{\"id\":\"b\"}".to_vec()), &["trailing"]);
    // Mattermost 11.6 answers so for all channels of a user without any.
    let seen = br#"[{"id":"app.channel.get_channels.not_found.app_error""#.to_vec();
    odd(Answer::Bytes(200, "application/json", seen), &["EOF"]);
    odd(Answer::Bytes(200, "application/json", vec![b'"', 0xff, 0xfe, b'"']), &["status 200"]);
}

#[test]
fn a_body_that_breaks_off_every_time_is_a_failure_of_the_network() {
    let script = world::script().on(TEAM, Answer::Cut(200, r#"{"id":"teampanw"#));
    let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!((failure.kind(), failure.is_wrong_call()), ("network", false), "{failure}");
    assert!(failure.message().contains("broke off"), "{failure}");
    assert!(failure.message().contains("http://mattermost.test"), "it names the server: {failure}");
    assert_eq!(script.lines().len(), 3);
}

#[test]
fn a_body_that_breaks_off_once_is_asked_for_again() {
    let script = world::script().on(TEAM, Answer::Cut(200, "{")).json(TEAM, world::team("panw"));
    succeeds(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(script.lines(), [TEAM, TEAM]);
}

#[test]
fn a_value_of_another_type_is_named_by_its_path() {
    let with = |field: &str, value: Value| {
        let mut team = world::team("panw");
        team[field] = value;
        Answer::Json(200, team)
    };
    odd(with("id", json!(5)), &["$.id: expected text, found a number"]);
    odd(with("id", json!(null)), &["$.id: expected an ID, found nothing"]);
    odd(with("id", json!("")), &["$.id: expected an ID"]);
    odd(with("name", json!(["panw"])), &["$.name: expected text, found a list"]);
    odd(with("create_at", json!("yesterday")), &["$.create_at: expected a whole number, found text"]);
    odd(with("create_at", json!(1.5)), &["$.create_at: expected a whole number, found a number"]);
    odd(with("create_at", json!(1e300)), &["$.create_at: expected a whole number"]);
    odd(with("allow_open_invite", json!("true")), &["$.allow_open_invite: expected a boolean, found text"]);
    odd(Answer::Json(200, json!([world::team("panw")])), &["$: expected an object, found a list"]);
    odd(Answer::Json(200, json!("ok")), &["$: expected an object, found text"]);
}

#[test]
fn one_wrong_item_in_a_list_is_named() {
    let line = "GET /api/v4/groups?page=0&per_page=50";
    let script = world::script().json(line, json!([world::group("a"), { "id": 7 }]));
    let failure = fails(&script, "mattermost-list-groups", &[]);
    assert_eq!(failure.kind(), "unexpected_answer");
    assert!(failure.message().contains("$[1].id: expected text, found a number"), "{failure}");
    for answer in [json!({}), json!("[]"), json!(0)] {
        let script = world::script().json(line, answer);
        let failure = fails(&script, "mattermost-list-groups", &[]);
        assert!(failure.message().contains("expected a list"), "{failure}");
    }
}

#[test]
fn what_versions_leave_out_or_set_to_null_is_empty() {
    let all_null = json!({
        "id": world::id("a"), "name": null, "display_name": null, "description": null, "create_at": null,
        "allow_open_invite": null, "scheme_id": null, "policy_id": null,
    });
    for team in [all_null, json!({ "id": world::id("a") })] {
        let script = world::script().json(TEAM, team);
        let entry = succeeds(&script, "mattermost-get-team", &[("team_name", "panw")]);
        let team = &entry.context["Mattermost"]["Team"];
        assert_eq!((&team["description"], &team["create_at"]), (&json!(""), &json!(0)));
        assert_eq!((&team["allow_open_invite"], &team["scheme_id"]), (&json!(false), &json!(null)));
    }
    let users = json!([{ "id": world::id("a"), "timezone": null }, { "id": world::id("b"), "timezone": {} }]);
    let script = world::script().json("GET /api/v4/users?page=0&per_page=50", users);
    succeeds(&script, "mattermost-list-users", &[]);
}

#[test]
fn a_null_list_is_an_empty_one_and_leaves_no_context() {
    let team = world::id("teampanw");
    for (command, line, value) in [
        ("mattermost-list-channels", format!("GET /api/v4/teams/{team}/channels?page=0&per_page=50"), Value::Null),
        ("mattermost-list-users", "GET /api/v4/users?page=0&per_page=50".into(), Value::Null),
        ("mattermost-list-users", "GET /api/v4/users?page=0&per_page=50".into(), json!([])),
        ("mattermost-list-groups", "GET /api/v4/groups?page=0&per_page=50".into(), Value::Null),
    ] {
        let entry = succeeds(&world::script().json(&line, value), command, &[]);
        assert!(entry.readable.ends_with("**No entries.**"), "{command}: {}", entry.readable);
        assert_eq!(entry.context, json!({}), "{command}");
    }
    let members = format!("GET /api/v4/groups/{}/members?page=0&per_page=50", crate::support::calls::GROUP);
    let script = world::script().json(&members, json!({ "members": null, "total_member_count": 0 }));
    let arguments = [("group_id", crate::support::calls::GROUP)];
    let entry = succeeds(&script, "mattermost-list-group-members", &arguments);
    assert!(entry.readable.contains("(0/0)") && entry.readable.ends_with("**No entries.**"), "{}", entry.readable);
}

#[test]
fn an_error_with_status_200_is_an_error() {
    let body = json!({ "id": "app.team.get_by_name.missing.app_error", "message": "No team.", "status_code": 404 });
    let failure = team(Answer::Json(200, body));
    assert_eq!((failure.kind(), &failure.fields()["status"]), ("not_found", &json!(404)));
    let body = json!({ "id": "new.id", "message": "Broken.", "status_code": 500, "request_id": "r" });
    let failure = team(Answer::Json(200, body));
    assert_eq!((failure.kind(), &failure.fields()["request_id"]), ("server", &json!("r")));
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let moved = Answer::With(302, vec![("location", "https://login.example.org/?next=/")], json!({}));
    odd(moved, &["status 302", "a redirect to \"https://login.example.org/?next=/\""]);
}

#[test]
fn an_answer_does_not_drive_anything_by_its_control_characters() {
    let page = b"\x1b[2J\x1b]0;evil\x07\0<html>".to_vec();
    let failure = team(Answer::Bytes(200, "text/html", page));
    assert!(!failure.message().chars().any(char::is_control), "{:?}", failure.message());
}

#[test]
fn a_huge_list_is_read_whole() {
    let many: Vec<Value> = (0..200).map(|n| world::user(&format!("user{n}-{}", "x".repeat(2000)))).collect();
    let script = world::script().json("GET /api/v4/users?page=0&per_page=200", json!(many));
    let entry = succeeds(&script, "mattermost-list-users", &[("page_size", "200")]);
    assert_eq!(entry.context["Mattermost"]["User"].as_array().map(Vec::len), Some(200));
    // More than was asked for is not shown.
    let script = world::script().json("GET /api/v4/users?page=0&per_page=3", json!(many));
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "3")]);
    assert_eq!(entry.context["Mattermost"]["User"].as_array().map(Vec::len), Some(3));
}

#[test]
fn an_answer_of_many_megabytes_does_not_break_anything() {
    let mut team = world::team("panw");
    team["description"] = "ü".repeat(8 * 1024 * 1024).into();
    let script = world::script().json(TEAM, team);
    let entry = succeeds(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(entry.context["Mattermost"]["Team"]["description"].as_str().map(str::len), Some(16 * 1024 * 1024));
}

#[test]
fn json_nested_without_end_is_no_answer() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).into_bytes();
    odd(Answer::Bytes(200, "application/json", deep), &["recursion limit"]);
}
