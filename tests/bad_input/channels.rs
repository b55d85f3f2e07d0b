//! Channels and teams that exist already, are archived, or can't be seen.

use crate::support::{Answer, fails, succeeds, world};
use serde_json::{Value, json};

const EXISTS: &str = "store.sql_channel.save_channel.exists.app_error";
const FIND: &str = "GET /api/v4/teams/teampanw000000000000000000/channels/name/war-room?include_deleted=true";
const CREATE: [(&str, &str); 2] = [("name", "war-room"), ("display_name", "War Room")];

fn found(delete_at: i64, kind: &str) -> Value {
    json!({ "id": world::id("old"), "name": "war-room", "display_name": "The old one", "delete_at": delete_at, "type": kind })
}

#[test]
fn a_channel_that_exists_is_given_as_it_is_and_said() {
    for (kind, more) in [("O", ""), ("P", "\nIt is private, not public.")] {
        let script = world::script().on("POST /api/v4/channels", world::error(400, EXISTS)).json(FIND, found(0, kind));
        let entry = succeeds(&script, "mattermost-create-channel", &CREATE);
        assert_eq!(entry.readable, format!("Channel The old one already exists.{more}"));
        assert_eq!(entry.rest["created"], false);
        assert_eq!(entry.context["Mattermost"]["Channel"]["id"], world::id("old"));
        assert_eq!(script.count("POST /api/v4/channels"), 1);
    }
}

#[test]
fn the_name_of_an_archived_channel_is_a_conflict_that_says_so() {
    let script = world::script().on("POST /api/v4/channels", world::error(400, EXISTS)).json(FIND, found(17, "O"));
    let failure = fails(&script, "mattermost-create-channel", &CREATE);
    assert_eq!((failure.kind(), failure.is_wrong_call()), ("conflict", false));
    assert_eq!((&failure.fields()["id"], &failure.fields()["status"]), (&EXISTS.into(), &400.into()));
    assert!(failure.message().contains("archived") && failure.message().contains(&world::id("old")), "{failure}");
    assert!(failure.message().contains("choose another name"), "{failure}");
}

#[test]
fn the_name_of_a_channel_that_cannot_be_seen_is_a_conflict_that_says_so() {
    let hidden = world::error(404, "app.channel.get_by_name.missing.app_error");
    let script = world::script().on("POST /api/v4/channels", world::error(400, EXISTS)).on(FIND, hidden);
    let failure = fails(&script, "mattermost-create-channel", &CREATE);
    assert_eq!(failure.kind(), "conflict");
    assert!(failure.message().contains("can't see"), "{failure}");
}

#[test]
fn a_channel_that_is_archived_already_is_no_error_to_close() {
    let find = "GET /api/v4/teams/name/panw/channels/name/war-room?include_deleted=true";
    let script = world::script().json(find, found(17, "O"));
    let entry = succeeds(&script, "close-channel", &[("channel", "war-room")]);
    assert_eq!(entry.readable, "The channel war-room was already archived.");
    assert_eq!(entry.rest["already"], true);
    assert!(script.of_method("DELETE").is_empty());
    // Archived by somebody else in between.
    let script = world::script().on(
        &format!("DELETE /api/v4/channels/{}", world::id("channelwarroom")),
        world::error(400, "api.channel.delete_channel.deleted.app_error"),
    );
    let entry = succeeds(&script, "close-channel", &[("channel", "war-room")]);
    assert_eq!(entry.readable, "The channel war-room was already archived.");
}

#[test]
fn a_team_that_is_not_there_is_named() {
    let missing = || world::error(404, "app.team.get_by_name.missing.app_error");
    for (command, argument) in [
        ("mattermost-get-team", "team_name"),
        ("mattermost-list-channels", "team"),
        ("mattermost-list-users", "team_name"),
        ("mattermost-create-channel", "team"),
    ] {
        let script = world::script().on("GET /api/v4/teams/name/secret", missing());
        let mut arguments = vec![(argument, "secret")];
        if command == "mattermost-create-channel" {
            arguments.extend(CREATE);
        }
        let failure = fails(&script, command, &arguments);
        assert_eq!(failure.kind(), "not_found");
        assert!(failure.message().contains(r#"Team "secret""#), "{failure}");
        // One that the account may not see is answered with 403, by any version.
        assert!(failure.message().contains("There is no such team"), "{failure}");
        assert_eq!(script.lines(), ["GET /api/v4/teams/name/secret"]);
    }
}

#[test]
fn what_a_plugin_answers_in_place_of_a_channel_is_not_taken_for_one() {
    let script = world::script().on("POST /api/v4/channels", Answer::Json(201, json!({ "name": "war-room" })));
    let failure = fails(&script, "mattermost-create-channel", &CREATE);
    assert_eq!(failure.kind(), "unexpected_answer");
    assert!(failure.message().contains("$.id"), "{failure}");
}
