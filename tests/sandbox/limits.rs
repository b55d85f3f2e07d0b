//! Limits, held against the integration itself. What hostile components make of them is in `tests/hostile`.

use crate::support::{self, Answer, Counting, Script, Sent, world};
use serde_json::json;
use soar::transport::Transport;
use soar::{Entry, Failure, Given, Limit, Limits};
use std::sync::Arc;

fn call(
    limits: Limits,
    transport: impl Transport,
    command: &str,
    arguments: &[(&str, &str)],
) -> Result<Entry, Failure> {
    let settings = support::settings().with_limits(limits);
    let platform = Arc::new(support::platform());
    let instance = support::component()
        .instance(settings)
        .transport(Arc::new(transport))
        .platform(platform)
        .build()
        .expect("settings are right");
    let pairs = support::pairs(arguments);
    let given = Given::strings(pairs.iter().cloned());
    support::runtime().block_on(instance.call(command, given))
}

fn assert_limit(failure: &Failure, limit: Limit) {
    assert_eq!(failure.kind(), "limit", "{failure}");
    assert_eq!(failure.fields()["limit"], limit.name(), "{failure}");
    assert!(failure.message().contains(limit.name()) && failure.message().contains("raise"), "{failure}");
}

#[test]
fn a_call_makes_no_more_requests_than_it_may() {
    let script = world::script();
    let limits = Limits::default().with(Limit::Requests, 2);
    let arguments = [("channel", "war-room"), ("user_id", support::calls::USER)];
    let failure = call(limits, script.clone(), "mattermost-add-channel-member", &arguments).unwrap_err();
    assert_limit(&failure, Limit::Requests);
    assert_eq!(script.requests().len(), 2);
}

#[test]
fn what_was_sent_before_a_limit_is_said() {
    let script = world::script();
    let limits = Limits::default().with(Limit::Requests, 1);
    let arguments = [("display_name", "War Room"), ("name", "war-room"), ("type", "private"), ("team", "panw")];
    let failure = call(limits, script.clone(), "mattermost-create-channel", &arguments).unwrap_err();
    assert_limit(&failure, Limit::Requests);
    assert!(!failure.fields().contains_key("sent"), "only the team was asked for: {failure}");

    let limits = Limits::default().with(Limit::Requests, 2);
    let arguments = [
        ("message", "The report"),
        ("channel", "war-room"),
        ("team_name", "panw"),
        ("entry_id", support::calls::ENTRY),
    ];
    let failure = call(limits, script, "mattermost-send-file", &arguments).unwrap_err();
    assert_limit(&failure, Limit::Requests);
    let sent = &failure.fields()["sent"];
    assert_eq!(sent, &json!(["POST /api/v4/files (answered 201)"]), "{failure}");
    assert!(failure.message().contains("perhaps done: POST /api/v4/files"), "{failure}");
}

#[test]
fn an_answer_is_no_longer_than_it_may_be() {
    let long = json!({ "id": world::id("x"), "name": "panw", "display_name": "y".repeat(2000), "type": "O" });
    let script = Script::new().json("GET /api/v4/teams/name/panw", long);
    let arguments = [("team_name", "panw")];
    let call = |limits| call(limits, script.clone(), "mattermost-get-team", &arguments);
    let failure = call(Limits::default().with(Limit::ResponseBody, 1000)).unwrap_err();
    assert_limit(&failure, Limit::ResponseBody);
    call(Limits::default().with(Limit::ResponseBody, 3000)).unwrap();
    let failure = call(Limits::default().with(Limit::Output, 1000)).unwrap_err();
    assert_limit(&failure, Limit::Output);
}

#[test]
fn an_answers_headers_are_counted() {
    let headers = (0..40).map(|_| ("x-header", "0123456789")).collect();
    let answer = Answer::With(200, headers, world::team("panw"));
    let script = Script::new().on("GET /api/v4/teams/name/panw", answer);
    for limit in [Limit::HeaderCount, Limit::HeaderBytes] {
        let limits = Limits::default().with(limit, 30);
        let failure = call(limits, script.clone(), "mattermost-get-team", &[("team_name", "panw")]).unwrap_err();
        // The request's own headers have more bytes than that; the answer's are the first to be too many.
        assert_limit(&failure, limit);
    }
}

/// A page of 200 users.
fn page(sent: &Sent) -> Answer {
    let number = sent.query().iter().find(|(name, _)| *name == "page").and_then(|(_, page)| page.parse().ok());
    let first = number.unwrap_or(0) * 200;
    let users: Vec<_> = (first..first + 200).map(|at: usize| world::user(&format!("u{at:05}x"))).collect();
    Answer::Json(200, users.into())
}

#[test]
fn no_more_requests_wait_at_once_than_may_and_the_others_get_their_turn() {
    for (most, expected) in [(1, 1), (3, 3), (100, 8)] {
        let counting = Counting::new(Script::new().otherwise(page));
        let limits = Limits::default().with(Limit::ConcurrentRequests, most);
        let entry = call(limits, counting.clone(), "mattermost-list-users", &[("limit", "4000")]).unwrap();
        assert_eq!(entry.context["Mattermost"]["User"].as_array().map(Vec::len), Some(4000));
        assert_eq!(counting.most(), expected, "of {most}");
    }
}
