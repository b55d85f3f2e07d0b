//! The account behind each token: looked up once, recorded, and never in the way of a call.

use super::audit::Lines;
use crate::support::{self, Answer, BOT_TOKEN, PERSONAL_TOKEN, Script, calls, world};
use serde_json::{Value, json};
use soar::transport::{Answering, Outbound, Transport};
use soar::{CallContext, Entry, Failure, Given, Instance, JsonLines};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ME: &str = "GET /api/v4/users/me";
const TEAM: &str = "GET /api/v4/teams/name/panw";

/// A script where time is real, as at a server.
struct Server(Script);

impl Transport for Server {
    fn send(&self, request: Outbound) -> Answering {
        self.0.send(request)
    }
}

fn audited(script: &Script, settings: soar::Settings) -> (Instance, Lines) {
    let lines = Lines::default();
    let server = Arc::new(Server(script.clone()));
    let instance = support::component().instance(settings).transport(server).build();
    let instance = instance.expect("settings are right").with_audit(Arc::new(JsonLines::new(lines.clone())));
    (instance, lines)
}

async fn get_team(instance: &Instance) -> Result<Entry, Failure> {
    let given = Given::strings(support::pairs(&[("team_name", "panw")]));
    instance.call_in(&CallContext::new(), "mattermost-get-team", given).await
}

/// The `request` records of what the command asked, and those of the lookups.
fn requests(lines: &Lines) -> (Vec<Value>, Vec<Value>) {
    let records = lines.records().into_iter().filter(|record| record["event"] == "request");
    records.partition(|record| record["command"] != "soar:account")
}

#[test]
fn it_is_looked_up_once_for_many_calls_and_stands_in_each_record() {
    let script = world::script();
    let (instance, lines) = audited(&script, support::settings());
    support::runtime().block_on(async {
        for _ in 0..3 {
            get_team(&instance.clone()).await.expect("it works");
        }
    });
    assert_eq!((script.count(ME), script.count(TEAM)), (1, 3));
    let me = world::json(ME);
    let (own, lookups) = requests(&lines);
    for record in own.iter().chain(lines.records().iter().filter(|record| record["event"] == "sending").skip(1)) {
        assert_eq!(record["account"], me["id"], "{record}");
        assert_eq!(record["account_name"], me["username"], "{record}");
    }
    let [lookup] = &lookups[..] else { panic!("{lookups:?}") };
    assert_eq!((&lookup["code"], &lookup["credential"]), (&json!("account"), &json!("personal_access_token")));
    assert_eq!(lookup["account"], Value::Null);
    // A call of its own, whole before the request that it was made for.
    let records = lines.records();
    let events: Vec<_> = records.iter().take(4).map(|record| (&record["event"], &record["command"])).collect();
    assert_eq!(
        json!(events),
        json!([
            ["sending", "soar:account"],
            ["request", "soar:account"],
            ["call", "soar:account"],
            ["sending", "mattermost-get-team"]
        ])
    );
    assert_eq!((&records[2]["outcome"], &records[2]["requests"]), (&json!("done"), &json!(1)));
    let last = records.last().expect("a call");
    assert_eq!(last["requests"], 1, "it is none of the command's");
    let text = serde_json::to_string(&records).expect("JSON");
    assert!(!text.contains(BOT_TOKEN) && !text.contains(PERSONAL_TOKEN), "{text}");
}

#[test]
fn calls_at_once_make_one_lookup() {
    let script = world::script();
    let (instance, lines) = audited(&script, support::settings());
    support::runtime().block_on(async {
        let calls = (0..8).map(|_| get_team(&instance));
        assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    });
    assert_eq!((script.count(ME), script.count(TEAM)), (1, 8));
    assert!(requests(&lines).0.iter().all(|record| record["account"].is_string()));
}

#[test]
fn after_rotation_it_is_looked_up_again() {
    let script = world::script();
    support::runtime().block_on(async {
        for _ in 0..2 {
            get_team(&audited(&script, support::settings()).0).await.expect("it works");
        }
    });
    assert_eq!(script.count(ME), 2);
}

#[test]
fn without_an_audit_or_a_server_nobody_asks() {
    let script = world::script();
    let server = Arc::new(Server(script.clone()));
    let instance = support::component().instance(support::settings()).transport(server).build();
    support::runtime().block_on(get_team(&instance.expect("settings are right"))).expect("it works");
    assert_eq!(script.count(ME), 0);
    // Where waiting takes no time, a recording answers.
    let lines = Lines::default();
    let instance = support::instance(&script).with_audit(Arc::new(JsonLines::new(lines.clone())));
    support::runtime().block_on(get_team(&instance)).expect("it works");
    assert_eq!(script.count(ME), 0);
    let (own, _) = requests(&lines);
    assert_eq!((&own[0]["account"], &own[0]["account_unknown"]), (&Value::Null, &json!("a recording answers")));
}

#[test]
fn what_names_no_account_fails_nothing() {
    let huge = json!({ "id": "x", "props": "y".repeat(300 * 1024) });
    let bytes = |text: &str| Answer::Bytes(200, "application/json", text.as_bytes().to_vec());
    for (answer, outcome, why) in [
        (world::error(401, "api.context.session_expired.app_error"), "unauthorized", "the server answered 401"),
        (world::error(403, "api.context.permissions.app_error"), "forbidden", "the server answered 403"),
        (world::error(500, "x"), "server", "the server answered 500"),
        (Answer::Json(302, json!({})), "rejected", "the server answered 302"),
        (bytes("<html>"), "unexpected_answer", "is no JSON"),
        (bytes("[]"), "unexpected_answer", "has no id"),
        (Answer::Json(200, json!({ "id": 1.5 })), "unexpected_answer", "has no id"),
        (Answer::Json(200, json!({ "id": "a\u{1b}[2J" })), "unexpected_answer", "is no id"),
        (Answer::Json(200, json!({ "id": PERSONAL_TOKEN })), "unexpected_answer", "repeated the credential"),
        (Answer::Json(200, huge), "limit", "response_body"),
        (Answer::Cut(200, r#"{"id": "#), "network", "closed"),
        (Answer::Fails(soar::transport::NetErrorKind::ConnectionRefused), "network", "the test says so"),
    ] {
        let script = world::script().on(ME, answer);
        let (instance, lines) = audited(&script, support::settings());
        support::runtime().block_on(async {
            for _ in 0..2 {
                get_team(&instance).await.expect("it works all the same");
            }
        });
        assert_eq!(script.count(ME), 1, "{why}");
        let records = lines.records();
        let ended = records.iter().find(|record| record["event"] == "call").expect("a call");
        assert_eq!((&ended["command"], &ended["outcome"]), (&json!("soar:account"), &json!(outcome)), "{why}");
        for request in requests(&lines).0 {
            assert_eq!(request["account"], Value::Null, "{why}");
            assert!(request["account_unknown"].as_str().is_some_and(|said| said.contains(why)), "{why}: {request}");
        }
        let text = serde_json::to_string(&records).expect("JSON");
        assert!(!text.contains(PERSONAL_TOKEN), "{text}");
    }
}

#[test]
fn a_server_that_hangs_delays_a_call_by_little() {
    let script = world::script().together(&[ME, "GET /never"]);
    let (instance, lines) = audited(&script, support::settings());
    let begun = Instant::now();
    support::runtime().block_on(get_team(&instance)).expect("it works all the same");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // The next one does not wait at all.
    let begun = Instant::now();
    support::runtime().block_on(get_team(&instance)).expect("it works all the same");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let (own, lookups) = requests(&lines);
    assert_eq!((own.len(), lookups.len()), (2, 1));
    assert_eq!(lookups[0]["error"], "given up before an answer came");
    // A call with little time waits even less, and once, however many requests it makes. The next call asks anew.
    let script = world::script().together(&[ME, "GET /never", "GET /nor", "GET /no"]);
    let (instance, lines) = audited(&script, support::settings());
    for number in 1..=2 {
        let context = CallContext::new().with_deadline(Instant::now() + Duration::from_secs(2));
        let given = Given::strings(calls::arguments("mattermost-add-channel-member"));
        support::runtime()
            .block_on(instance.call_in(&context, "mattermost-add-channel-member", given))
            .expect("in time");
        let (own, lookups) = requests(&lines);
        assert!(own.len() > number && lookups.len() == number, "{own:?} {lookups:?}");
    }
}

#[test]
fn an_administrator_may_deny_it() {
    let script = world::script();
    let mut settings = support::settings();
    settings.network.deny = vec![ME.to_owned()];
    let (instance, lines) = audited(&script, settings);
    support::runtime().block_on(get_team(&instance)).expect("it works");
    assert_eq!(script.count(ME), 0);
    let (own, lookups) = requests(&lines);
    assert_eq!((&lookups[0]["decision"], &lookups[0]["code"]), (&json!("deny"), &json!("denied_by_administrator")));
    assert!(own[0]["account_unknown"].as_str().is_some_and(|why| why.contains("not allowed")), "{}", own[0]);
}
