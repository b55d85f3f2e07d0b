//! Writes: repeated only where the server can't do them twice.

use crate::support::{self, Answer, Script, calls, fails, succeeds, world};
use serde_json::json;
use soar::transport::NetErrorKind;

const POST: &str = "POST /api/v4/posts";
const CREATE: &str = "POST /api/v4/channels";

fn gateway(status: u16) -> Answer {
    Answer::Bytes(status, "text/html", b"<html>".to_vec())
}

/// Failures after which nobody knows whether the server did it.
fn ambiguous() -> Vec<Answer> {
    let broken: [NetErrorKind; 4] = [
        NetErrorKind::ConnectionTerminated,
        NetErrorKind::HttpResponseTimeout,
        NetErrorKind::ConnectionReadTimeout,
        NetErrorKind::HttpResponseIncomplete,
    ];
    let gateways = [408, 502, 503, 504, 520, 524].map(gateway);
    broken.map(Answer::Fails).into_iter().chain(gateways).chain([Answer::Cut(201, "{\"id\":")]).collect()
}

/// Calls a command whose write fails so: the write must be sent once, and the failure say so.
fn once(command: &str, line: &str, answer: Answer) {
    let script = world::script().on(line, answer.clone());
    let arguments = calls::replaced(command, "", "");
    let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    let failure = support::call_there(&script, command, &arguments).unwrap_err();
    assert_eq!(script.count(line), 1, "{command}: {failure}");
    assert!(["network", "server", "unexpected_answer"].contains(&failure.kind()), "{failure}");
    assert!(failure.message().contains("may have done it"), "{failure}");
    assert!(!failure.message().contains("try again"), "who tries again does it twice: {failure}");
}

#[test]
fn a_write_that_could_be_done_twice_is_sent_once() {
    let members = format!("POST /api/v4/groups/{}/members", calls::GROUP);
    let add = format!("POST /api/v4/channels/{}/members", world::id("channelwarroom"));
    for (command, line) in [
        ("mattermost-create-channel", CREATE),
        ("mattermost-add-group-member", members.as_str()),
        ("mattermost-add-channel-member", add.as_str()),
        ("mattermost-send-file", "POST /api/v4/files?channel_id=channelwarroom000000000000&filename=report.txt"),
    ] {
        for answer in ambiguous().into_iter().chain([world::error(500, "app.update_error")]) {
            once(command, line, answer);
        }
    }
}

#[test]
fn a_write_that_surely_was_not_done_is_sent_again() {
    for answer in [
        Answer::Fails(NetErrorKind::ConnectionRefused),
        Answer::Fails(NetErrorKind::DnsTimeout),
        Answer::Bytes(429, "text/plain", b"limit exceeded".to_vec()),
    ] {
        let script = world::script().on(CREATE, answer).on(CREATE, Answer::Json(201, world::channel("war-room")));
        succeeds(&script, "mattermost-create-channel", &[("name", "war-room"), ("display_name", "War Room")]);
        assert_eq!(script.count(CREATE), 2);
    }
}

#[test]
fn a_file_that_the_server_is_too_busy_for_is_sent_again_from_its_beginning() {
    let line = "POST /api/v4/files?channel_id=channelwarroom000000000000&filename=report.txt";
    let script = world::script();
    let arguments = calls::replaced("mattermost-send-file", "", "");
    let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    support::call_there(&script, "mattermost-send-file", &arguments).expect("it works");
    let whole = script.requests().into_iter().find(|sent| sent.line == line).expect("an upload");

    let script = world::script().first(line, Answer::Bytes(429, "text/plain", b"limit exceeded".to_vec()));
    support::call_there(&script, "mattermost-send-file", &arguments).expect("it works at the second try");
    let uploads: Vec<_> = script.requests().into_iter().filter(|sent| sent.line == line).collect();
    assert_eq!(uploads.len(), 2);
    assert!(uploads.iter().all(|sent| sent.body == whole.body), "the whole file each time");
}

#[test]
fn a_post_that_is_still_being_made_is_waited_for() {
    let pending = world::error(500, "api.post.deduplicate_create_post.pending");
    let script = world::script().first(POST, pending);
    let keys = post(&script);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1], "the same post");
}

fn post(script: &Script) -> Vec<serde_json::Value> {
    succeeds(script, "send-notification", &[("message", "hello"), ("channel", "alerts")]);
    script.requests().iter().filter(|sent| sent.line == POST).map(support::Sent::json).collect()
}

#[test]
fn a_post_is_repeated_with_the_same_key() {
    let answer = || Answer::Json(201, json!({ "id": world::id("post") }));
    for failure in [502, 503, 504].map(gateway).into_iter().chain([
        Answer::Fails(NetErrorKind::ConnectionTerminated),
        Answer::Fails(NetErrorKind::ConnectionRefused),
        Answer::Cut(201, "{"),
    ]) {
        let script = world::script().on(POST, failure.clone()).on(POST, failure).on(POST, answer());
        let posts = post(&script);
        assert_eq!(posts.len(), 3);
        assert!(posts[0]["pending_post_id"].as_str().is_some_and(|key| key.len() > 16), "{}", posts[0]);
        assert!(posts.iter().all(|post| *post == posts[0]), "{posts:#?}");
    }
}

#[test]
fn every_message_has_a_key_of_its_own() {
    let keys: std::collections::BTreeSet<String> =
        (0..5).map(|_| post(&world::script())[0]["pending_post_id"].to_string()).collect();
    assert_eq!(keys.len(), 5);
}

#[test]
fn a_post_is_not_repeated_when_the_server_has_forgotten_its_key() {
    // The key is known for 30 seconds: a wait of 30 is too long for a post, and not for reading.
    let busy = Answer::With(503, vec![("retry-after", "30")], json!(""));
    let script = world::script().on(POST, busy);
    fails(&script, "send-notification", &[("message", "hello"), ("channel", "alerts")]);
    assert_eq!(script.count(POST), 1);
}

#[test]
fn a_post_that_the_server_never_had_needs_no_key() {
    let busy = Answer::With(429, vec![("retry-after", "60")], json!(""));
    let script = world::script().first(POST, busy);
    assert_eq!(post(&script).len(), 2);
}

/// The last attempt was refused; the one before it may have been done.
#[test]
fn a_write_that_may_have_been_done_says_so_whatever_came_after() {
    let refused = || Answer::Fails(NetErrorKind::ConnectionRefused);
    let archive = format!("DELETE /api/v4/channels/{}", world::id("channelwarroom"));
    for (command, line, last) in [
        ("mattermost-close-channel", archive.as_str(), refused()),
        ("send-notification", POST, refused()),
        ("send-notification", POST, Answer::With(429, vec![("retry-after", "60")], json!(""))),
    ] {
        let script = world::script().on(line, Answer::Fails(NetErrorKind::ConnectionTerminated)).on(line, last);
        let arguments = calls::replaced(command, "", "");
        let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let failure = support::call_there(&script, command, &arguments).unwrap_err();
        assert!(failure.message().contains("may have done it"), "{failure}");
    }
    // What surely was not sent was surely not done.
    let script = world::script().on(CREATE, refused());
    let failure = fails(&script, "mattermost-create-channel", &[("name", "war-room"), ("display_name", "War Room")]);
    assert!(!failure.message().contains("may have done it"), "{failure}");
}

#[test]
fn an_upload_that_is_broken_off_speaks_of_a_proxys_limit() {
    let line = "POST /api/v4/files?channel_id=channelwarroom000000000000&filename=report.txt";
    let script = world::script().on(line, Answer::Fails(NetErrorKind::ConnectionTerminated));
    let arguments = calls::replaced("mattermost-send-file", "", "");
    let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    let failure = support::call_there(&script, "mattermost-send-file", &arguments).unwrap_err();
    assert!(failure.message().contains("a proxy before the server limits the size"), "{failure}");
}

#[test]
fn a_post_that_times_out_says_that_it_may_be_there() {
    let script = world::script().on(POST, Answer::Fails(NetErrorKind::HttpResponseTimeout));
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("channel", "alerts")]);
    assert_eq!((failure.kind(), script.count(POST)), ("network", 1));
    assert!(failure.message().contains("may have done it"), "{failure}");
}

#[test]
fn put_and_delete_are_repeated() {
    let member = format!("channels/{}/members/{}", calls::CHANNEL, calls::USER);
    let roles = format!("PUT /api/v4/{member}/schemeRoles");
    let archive = format!("DELETE /api/v4/channels/{}", world::id("channelwarroom"));
    let remove = format!("{archive}/members/{}", calls::USER);
    for (command, line) in [
        ("mattermost-set-channel-role", &roles),
        ("mattermost-close-channel", &archive),
        ("mattermost-remove-channel-member", &remove),
    ] {
        for failure in [gateway(502), gateway(503), gateway(504), Answer::Fails(NetErrorKind::ConnectionTerminated)] {
            let script =
                world::script().on(line, failure.clone()).on(line, failure).json(line, json!({ "status": "OK" }));
            let arguments: Vec<_> =
                calls::arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            support::call_there(&script, command, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!(script.count(line), 3, "{command}");
        }
    }
}

#[test]
fn a_removal_whose_answer_was_lost_is_done_when_the_member_is_gone() {
    let line = format!("DELETE /api/v4/channels/{}/members/{}", world::id("channelwarroom"), calls::USER);
    let gone = || world::error(404, "app.channel.get_member.missing.app_error");
    let arguments = [("channel", "war-room"), ("user_id", calls::USER)];
    for lost in [Answer::Fails(NetErrorKind::ConnectionTerminated), gateway(504), Answer::Cut(200, "{")] {
        let script = world::script().on(&line, lost).on(&line, gone());
        let entry = succeeds(&script, "mattermost-remove-channel-member", &arguments);
        assert!(entry.readable.contains("was removed from the channel successfully"), "{}", entry.readable);
    }
    // Without a lost answer before it, it was never there.
    for before in [None, Some(Answer::Fails(NetErrorKind::ConnectionRefused)), Some(gateway(429))] {
        let script =
            before.into_iter().fold(world::script(), |script, answer| script.on(&line, answer)).on(&line, gone());
        let failure = fails(&script, "mattermost-remove-channel-member", &arguments);
        assert_eq!(failure.kind(), "not_found", "{failure}");
    }
}

#[test]
fn an_archiving_whose_answer_was_lost_is_this_commands() {
    let line = format!("DELETE /api/v4/channels/{}", world::id("channelwarroom"));
    let script = world::script()
        .on(&line, Answer::Fails(NetErrorKind::ConnectionTerminated))
        .on(&line, world::error(400, "api.channel.delete_channel.deleted.app_error"));
    let entry = succeeds(&script, "close-channel", &[("channel", "war-room")]);
    assert_eq!(entry.readable, "The channel war-room was deleted successfully.");
    assert_eq!(entry.rest["already"], false);
}

#[test]
fn a_removal_from_a_group_whose_answer_was_lost_is_not_called_a_failure_nor_a_success() {
    let line = format!("DELETE /api/v4/groups/{}/members", calls::GROUP);
    let script = world::script()
        .on(&line, Answer::Fails(NetErrorKind::ConnectionTerminated))
        .on(&line, world::error(400, "app.group.user_not_found"));
    let arguments = [("group_id", calls::GROUP), ("user_ids", calls::USER)];
    let failure = fails(&script, "mattermost-remove-group-member", &arguments);
    assert_eq!((failure.kind(), &failure.fields()["cause"]), ("incomplete", &json!("network")), "{failure}");
    assert!(failure.message().contains("mattermost-list-group-members"), "{failure}");
    assert_eq!(script.requests()[0].json(), json!({ "user_ids": [calls::USER] }), "a DELETE with a body");
    // Refused the first time, nothing was lost.
    let script = world::script().on(&line, world::error(400, "app.group.user_not_found"));
    assert_eq!(fails(&script, "mattermost-remove-group-member", &arguments).kind(), "not_found");
}

#[test]
fn the_same_user_twice_is_sent_once() {
    let users = [calls::USER, calls::OTHER, calls::USER].join(",");
    for (command, method) in [("mattermost-add-group-member", "POST"), ("mattermost-remove-group-member", "DELETE")] {
        let script = world::script();
        succeeds(&script, command, &[("group_id", calls::GROUP), ("user_ids", &users)]);
        assert_eq!(script.of_method(method)[0].json(), json!({ "user_ids": [calls::USER, calls::OTHER] }));
    }
}

#[test]
fn a_guest_keeps_their_role() {
    let line = format!("GET /api/v4/channels/{}/members/{}", calls::CHANNEL, calls::USER);
    let guest = json!({ "scheme_guest": true, "scheme_user": false });
    for (role, succeeds) in [("Admin", false), ("Member", true)] {
        let script = world::script().json(&line, guest.clone());
        let arguments = calls::replaced("mattermost-set-channel-role", "role", role);
        let result = support::call_there(&script, "mattermost-set-channel-role", &arguments);
        assert_eq!(result.is_ok(), succeeds);
        if let Err(failure) = result {
            support::assert_argument(&failure, "role");
        }
        assert!(script.of_method("PUT").is_empty());
    }
}
