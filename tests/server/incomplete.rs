//! Work that stops half-way: what was done is said, and what was not.

use crate::support::{self, Answer, calls, succeeds, world};
use serde_json::{Value, json};
use soar::Failure;
use soar::transport::NetErrorKind;

fn group_line(method: &str) -> String {
    format!("{method} /api/v4/groups/{}/members", calls::GROUP)
}

fn change(command: &str, script: &support::Script) -> Result<soar::Entry, Failure> {
    let users = [calls::USER, calls::OTHER].join(",");
    support::call(&support::instance(script), command, &[("group_id", calls::GROUP), ("user_ids", &users)])
}

const CHANGES: [(&str, &str, &str); 2] =
    [("mattermost-add-group-member", "POST", "added to"), ("mattermost-remove-group-member", "DELETE", "removed from")];

#[test]
fn a_changed_group_is_reported_even_if_a_name_cannot_be_read() {
    for (command, _, done) in CHANGES {
        let script = world::script()
            .on(&format!("GET /api/v4/users/{}", calls::OTHER), world::error(403, "api.context.permissions.app_error"));
        let entry = change(command, &script).unwrap_or_else(|failure| panic!("{failure}"));
        let [first, second] = &entry.readable.lines().collect::<Vec<_>>()[..] else { panic!("{}", entry.readable) };
        let group = calls::GROUP;
        let user = calls::USER;
        assert_eq!(
            *first,
            format!("The member name-of-{user} was {done} the group successfully, with group ID: {group}")
        );
        assert!(second.contains(calls::OTHER) && second.contains("could not be read"), "{second}");
    }
}

#[test]
fn members_that_the_answer_does_not_name_are_named() {
    for (command, method, done) in CHANGES {
        for answer in [json!([{ "user_id": calls::USER, "group_id": calls::GROUP }]), json!([]), Value::Null] {
            let script = world::script().json(&group_line(method), answer.clone());
            let failure = change(command, &script).unwrap_err();
            assert_eq!(failure.kind(), "incomplete", "{answer}: {failure}");
            assert!(!failure.is_wrong_call());
            let fields = failure.fields();
            let field = |name: &str| fields[name].as_str().unwrap_or_default();
            let number = answer.as_array().map_or(0, Vec::len);
            assert!(field("done").contains(&format!("{number} of 2 users were {done}")), "{failure}");
            assert!(field("failed").contains(calls::OTHER), "{failure}");
            assert_eq!(field("failed").contains(calls::USER), number == 0, "{failure}");
            assert_eq!(field("cause"), "unexpected_answer");
            assert_eq!(script.count(&group_line(method)), 1);
        }
    }
}

#[test]
fn the_answers_order_does_not_matter() {
    let answer = json!([{ "user_id": calls::OTHER }, { "user_id": calls::USER }]);
    let entry = change("mattermost-remove-group-member", &world::script().json(&group_line("DELETE"), answer));
    let readable = entry.unwrap_or_else(|failure| panic!("{failure}")).readable;
    assert!(readable.find(calls::USER) < readable.find(calls::OTHER), "{readable}");
}

fn send(script: &support::Script) -> Failure {
    let arguments: Vec<_> =
        calls::arguments("mattermost-send-file").into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let failure = support::call_there(script, "mattermost-send-file", &arguments).unwrap_err();
    assert_eq!(failure.kind(), "incomplete", "{failure}");
    let fields = failure.fields();
    let done = fields["done"].as_str().expect("text");
    assert!(done.contains("the file report.txt was uploaded as file0000"), "{failure}");
    assert!(failure.message().contains("Done: ") && failure.message().contains("Not done: "), "{failure}");
    failure
}

#[test]
fn a_file_whose_post_fails_was_uploaded_and_says_so() {
    for (answer, cause) in [
        (world::error(403, "api.context.permissions.app_error"), "forbidden"),
        (world::error(500, "new.id"), "server"),
        (Answer::Bytes(429, "text/plain", b"limit".to_vec()), "rate_limited"),
        (Answer::Fails(NetErrorKind::HttpResponseTimeout), "network"),
        (Answer::Bytes(201, "text/html", b"<html>".to_vec()), "unexpected_answer"),
    ] {
        let failure = send(&world::script().on("POST /api/v4/posts", answer));
        assert_eq!(failure.fields()["cause"], cause);
        assert!(
            failure.fields()["failed"].as_str().is_some_and(|text| text.contains("the post that shows it")),
            "{failure}"
        );
        // Only a refusal says that there is no post.
        let sure = ["forbidden", "rate_limited"].contains(&cause);
        assert_eq!(failure.message().contains("was not made"), sure, "{failure}");
        assert_eq!(failure.message().contains("not sure"), !sure, "{failure}");
    }
}

#[test]
fn a_post_without_the_file_was_sent_and_says_so() {
    for files in [json!([]), json!(null), json!([world::id("another")])] {
        let post = json!({ "id": world::id("post"), "file_ids": files });
        let failure = send(&world::script().on("POST /api/v4/posts", Answer::Json(201, post)));
        assert_eq!(failure.fields()["cause"], "unexpected_answer");
        assert!(failure.message().contains(&world::id("post")), "{failure}");
        assert!(failure.message().contains("left the file out"), "{failure}");
    }
}

/// Mattermost counts what it has stored; a plugin may have rewritten that before.
#[test]
fn a_file_that_a_plugin_changed_is_posted_and_its_other_size_noted() {
    let line = "POST /api/v4/files?channel_id=channelwarroom000000000000&filename=report.txt";
    let arguments: Vec<_> =
        calls::arguments("mattermost-send-file").into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (size, noted) in [(3, true), (61, true), (25, false)] {
        let info = json!({ "file_infos": [{ "id": world::id("file"), "size": size }] });
        let script = world::script().on(line, Answer::Json(201, info));
        let entry = support::call_there(&script, "mattermost-send-file", &arguments).expect("the post is made");
        assert_eq!(script.count("POST /api/v4/posts"), 1);
        assert_eq!(entry.rest["size"], size);
        assert_eq!(entry.readable.contains(&format!("{size} bytes of 25")), noted, "{}", entry.readable);
    }
}

#[test]
fn a_file_that_is_refused_is_named_with_its_size() {
    let line = "POST /api/v4/files?channel_id=channelwarroom000000000000&filename=report.txt";
    let error = world::error(413, "api.file.upload_file.too_large_detailed.app_error");
    let script = world::script().on(line, error);
    let arguments: Vec<_> =
        calls::arguments("mattermost-send-file").into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let failure = support::call_there(&script, "mattermost-send-file", &arguments).unwrap_err();
    assert_eq!(failure.kind(), "rejected");
    assert!(failure.message().contains(r#"File "report.txt" of 25 bytes"#), "{failure}");
    assert!(failure.message().contains("FileSettings.MaxFileSize"), "{failure}");
    assert_eq!(script.count("POST /api/v4/posts"), 0);
}

#[test]
fn a_user_without_channels_has_none() {
    // Mattermost answers 404 then.
    let line = format!("GET /api/v4/users/{}/teams/{}/channels", calls::USER, world::id("teampanw"));
    let script = world::script().on(&line, world::error(404, "app.channel.get_channels.not_found.app_error"));
    let entry = succeeds(&script, "mattermost-list-private-channels-for-user", &[("user_id", calls::USER)]);
    assert!(entry.readable.ends_with("**No entries.**"), "{}", entry.readable);
    assert_eq!(entry.context["Mattermost"]["User"]["Channels"], json!([]));
}
