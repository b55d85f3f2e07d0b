//! Where messages and files go: one channel, or people who all exist.

use crate::support::{self, Answer, calls, fails, refused_for, succeeds, world};
use serde_json::json;

const GHOST: &str = "app.user.get_by_username.app_error";

#[test]
fn a_channel_and_people_at_once_are_refused() {
    for command in ["send-notification", "mattermost-send-file"] {
        let mut arguments = calls::arguments(command);
        arguments.push(("to", "anna".into()));
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let failure = refused_for(command, &arguments, "channel");
        assert!(failure.message().contains("to") && failure.message().contains("one of the two"), "{failure}");
    }
}

#[test]
fn neither_a_channel_nor_people_is_refused() {
    let failure = refused_for("send-notification", &[("message", "hello")], "channel");
    assert!(failure.message().contains("to") && failure.message().contains("notification_channel"), "{failure}");
    refused_for("mattermost-send-file", &[("message", "hello"), ("entry_id", calls::ENTRY)], "channel");
}

#[test]
fn one_unknown_person_keeps_the_message_from_everybody() {
    let script = world::script().on("GET /api/v4/users/username/ghost", world::error(404, GHOST));
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("to", "anna,ghost,ben")]);
    assert_eq!((failure.kind(), failure.is_wrong_call()), ("not_found", false), "{failure}");
    assert!(failure.message().contains("ghost") && !failure.message().contains("anna"), "{failure}");
    assert!(failure.message().contains("Nothing was sent to anybody"), "{failure}");
    assert!(script.of_method("POST").is_empty(), "{:?}", script.lines());
}

#[test]
fn all_unknown_people_are_named() {
    let script = world::script()
        .on("GET /api/v4/users/username/ghost", world::error(404, GHOST))
        .on("GET /api/v4/users/email/spook@example.test", world::error(404, "app.user.missing_account.const"));
    let arguments = [("message", "hello"), ("to", r#"["ghost", "anna", "spook@example.test"]"#)];
    let failure = fails(&script, "send-notification", &arguments);
    assert!(failure.message().contains("ghost, spook@example.test"), "{failure}");
    assert!(script.of_method("POST").is_empty());
}

#[test]
fn an_unknown_recipient_of_a_file_gets_none_and_nothing_is_uploaded() {
    let script = world::script().on("GET /api/v4/users/username/ghost", world::error(404, GHOST));
    let arguments = calls::replaced("mattermost-send-file", "to", "ghost");
    let failure = support::call_there(&script, "mattermost-send-file", &arguments).unwrap_err();
    assert_eq!(failure.kind(), "not_found");
    assert!(failure.message().contains("ghost"), "{failure}");
    assert!(script.of_method("POST").is_empty());
}

#[test]
fn a_failed_lookup_is_no_unknown_person() {
    let script =
        world::script().on("GET /api/v4/users/username/ghost", world::error(403, "api.context.permissions.app_error"));
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("to", "anna,ghost")]);
    assert_eq!(failure.kind(), "forbidden");
    assert!(script.of_method("POST").is_empty());
}

#[test]
fn a_deactivated_person_is_named() {
    let gone = json!({ "id": world::id("gone"), "username": "gone", "delete_at": 1_700_000_000_000_i64 });
    let script = world::script().json("GET /api/v4/users/username/gone", gone);
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("to", "anna,gone")]);
    support::assert_argument(&failure, "to");
    assert!(failure.message().contains("gone"), "{failure}");
    assert!(script.of_method("POST").is_empty());
}

#[test]
fn more_than_seven_people_get_nothing() {
    let people = |number: usize| (0..number).map(|n| format!("u{n}")).collect::<Vec<_>>().join(",");
    let eight = people(8);
    let script = world::script();
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("to", &eight)]);
    support::assert_argument(&failure, "to");
    assert!(failure.message().contains("8 people") && failure.message().contains("one to seven"), "{failure}");
    assert!(script.of_method("POST").is_empty());
    // Nobody is looked up for a list that can't be seven people.
    refused_for("send-notification", &[("message", "hello"), ("to", &people(15))], "to");

    let script = world::script();
    succeeds(&script, "send-notification", &[("message", "hello"), ("to", &people(7))]);
    let posts = script.of_method("POST");
    assert_eq!(posts[0].line, "POST /api/v4/channels/group");
    assert_eq!(posts[0].json().as_array().map(Vec::len), Some(8), "seven and the bot");
}

#[test]
fn the_same_person_twice_is_one() {
    let script = world::script();
    succeeds(&script, "send-notification", &[("message", "hello"), ("to", "Anna, @anna, anna@example.test")]);
    let posts = script.of_method("POST");
    assert_eq!(posts[0].line, "POST /api/v4/channels/direct");
    assert_eq!(posts[0].json(), json!([world::id("robot"), world::id("anna")]));
}

#[test]
fn what_names_nobody_is_refused() {
    for nobody in ["@", "..", "a b", "a/b", "größe", "a@", "@b@", "x@y/../z", "%2e", "me?x=@y", "[\"\"]", "[]", ","] {
        let arguments = [("message", "hello"), ("to", nobody)];
        let script = world::script();
        let failure = fails(&script, "send-notification", &arguments);
        support::assert_argument(&failure, "to");
        assert!(script.requests().is_empty(), "{nobody}: {:?}", script.lines());
    }
    // A file goes to one person.
    let arguments = calls::replaced("mattermost-send-file", "to", "anna,ben");
    let failure = support::call_there(&world::script(), "mattermost-send-file", &arguments).unwrap_err();
    support::assert_argument(&failure, "to");
}

#[test]
fn a_channel_that_is_not_there_is_named_with_its_team() {
    let line = "GET /api/v4/teams/name/panw/channels/name/nowhere";
    let missing = world::error(404, "app.channel.get_by_name.missing.app_error");
    let script = world::script().on(line, missing);
    for command in ["send-notification", "mattermost-send-file", "mattermost-add-channel-member"] {
        let arguments = calls::replaced(command, "channel", "nowhere");
        let failure = support::call_there(&script, command, &arguments).unwrap_err();
        assert_eq!((failure.kind(), failure.is_wrong_call()), ("not_found", false));
        assert!(failure.message().contains(r#"Channel "nowhere" in team "panw""#), "{failure}");
        assert!(failure.message().contains("archived"), "it may be archived: {failure}");
    }
    assert!(script.of_method("POST").is_empty());
}

#[test]
fn a_post_to_an_archived_channel_says_so() {
    let error = world::error(400, "api.post.create_post.can_not_post_to_deleted.error");
    let script = world::script().on("POST /api/v4/posts", error);
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("channel", "old")]);
    assert_eq!(failure.kind(), "rejected");
    assert!(failure.message().contains("archived"), "{failure}");
}

#[test]
fn an_answer_without_a_channel_is_not_posted_to() {
    let script = world::script().on("POST /api/v4/channels/direct", Answer::Json(201, json!({ "id": "" })));
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("to", "anna")]);
    assert_eq!(failure.kind(), "unexpected_answer");
    assert_eq!(script.count("POST /api/v4/posts"), 0);
}
