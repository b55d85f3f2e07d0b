//! The audit: what stands in it, and what becomes of a call whose audit can't be kept.

use crate::support::{self, BOT_TOKEN, PERSONAL_TOKEN, Script, calls, world};
use serde_json::Value;
use soar::audit::{CallRecord, RequestRecord, SendingRecord};
use soar::{Actor, Audit, CallContext, Given, Investigation, JsonLines};
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// A file that can be read while it is written.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert_eq!(bytes.last(), Some(&b'\n'), "a line is written at once");
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }

    pub fn records(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }
}

/// What a call leaves in the audit.
fn audit(script: &Script, command: &str, arguments: &[(String, String)]) -> (Vec<Value>, String) {
    let lines = Lines::default();
    let instance = support::with_platform(script, support::platform());
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
    let given = Given::strings(arguments.iter().cloned());
    drop(support::runtime().block_on(instance.call_in(&support::context(), command, given)));
    (lines.records(), lines.text())
}

fn arguments(command: &str) -> Vec<(String, String)> {
    calls::arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What stands in each record of a call, in this order.
const FACTS: &[&str] = &[
    "integration",
    "component",
    "version",
    "command",
    "investigation",
    "source",
    "case",
    "instance",
    "actor",
    "actor_name",
    "correlation_id",
];

/// What holds the lines together.
const CHAIN: &[&str] = &["sequence", "previous", "hash"];

const SENDING: &[&str] = &["method", "url", "credential", "account", "account_name"];

const REQUEST: &[&str] = &[
    "method",
    "url",
    "decision",
    "code",
    "reason",
    "credential",
    "account",
    "account_name",
    "account_unknown",
    "placeholder_in",
    "address",
    "status",
    "error",
    "sent_bytes",
    "received_bytes",
    "duration_ms",
];

const CALL: &[&str] = &[
    "outcome",
    "limit",
    "requests",
    "denied",
    "sent_bytes",
    "received_bytes",
    "memory_bytes",
    "duration_ms",
    "result",
];

fn names(record: &Value) -> Vec<&str> {
    record.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_names_are_stable() {
    let (records, _) = audit(&world::script(), "mattermost-get-team", &arguments("mattermost-get-team"));
    let [sending, request, call] = &records[..] else { panic!("{records:?}") };
    let of_request = &["event", "time", "call", "request"][..];
    assert_eq!(names(sending), [of_request, FACTS, SENDING, CHAIN].concat());
    assert_eq!(names(request), [of_request, FACTS, REQUEST, CHAIN].concat());
    assert_eq!(names(call), [&["event", "time", "call"][..], FACTS, CALL, CHAIN].concat());
    let documented = std::fs::read_to_string(support::root().join("docs/audit.md")).expect("docs/audit.md");
    assert!(documented.contains("| `limit` |"));
    for code in soar::policy::Code::ALL {
        assert!(documented.contains(&format!("| `{code}` |")), "{code} is not documented");
    }
    for name in [FACTS, SENDING, REQUEST, CALL, CHAIN].concat() {
        assert!(documented.contains(&format!("`{name}`")), "{name} is not documented");
    }
}

#[test]
fn each_time_has_the_same_length() {
    let (records, _) = audit(&world::script(), "mattermost-get-team", &arguments("mattermost-get-team"));
    for record in records {
        let time = record["time"].as_str().expect("a time");
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{record}");
    }
}

#[test]
fn every_command_leaves_a_record_of_each_request_and_of_itself() {
    for command in &support::component().manifest().commands {
        let script = world::script();
        let (records, text) = audit(&script, &command.name, &arguments(&command.name));
        let (call, requests) = records.split_last().expect("a call");
        let (left, requests): (Vec<_>, Vec<_>) = requests.iter().partition(|record| record["event"] == "sending");
        assert_eq!(left.len(), script.requests().len(), "{}", command.name);
        assert_eq!(requests.len(), script.requests().len(), "{}", command.name);
        assert_eq!(call["event"], "call");
        assert_eq!(call["outcome"], "done", "{}", command.name);
        assert_eq!(call["command"], command.name);
        assert_eq!(call["component"], support::component().digest());
        assert_eq!(call["investigation"], "109");
        assert_eq!(call["requests"], requests.len());
        assert!(call["memory_bytes"].as_u64() > Some(65536));
        let received: u64 = requests.iter().filter_map(|request| request["received_bytes"].as_u64()).sum();
        assert_eq!(call["received_bytes"], received);
        for request in requests {
            assert_eq!(request["event"], "request");
            let left = left.iter().find(|left| left["request"] == request["request"]).expect("it left before it ended");
            for field in ["call", "component", "command", "investigation", "method", "url", "credential"] {
                assert_eq!(left[field], request[field], "{field}");
            }
            assert_eq!(request["component"], call["component"]);
            assert_eq!(request["call"], call["call"]);
            assert_eq!(request["decision"], "allow");
            assert!(request["credential"].is_string(), "{request}");
            assert_eq!(request["placeholder_in"], Value::Array(Vec::new()), "{request}");
            assert_eq!(request["error"], Value::Null, "{request}");
            let (method, url) = (request["method"].as_str().unwrap(), request["url"].as_str().unwrap());
            let path = url.strip_prefix(support::SERVER).expect("it goes to the server").split('?').next().unwrap();
            let sent = script.requests();
            assert!(sent.iter().any(|sent| sent.line.split('?').next() == Some(&format!("{method} {path}"))), "{url}");
        }
        assert!(!text.contains(BOT_TOKEN) && !text.contains(PERSONAL_TOKEN), "{}", command.name);
    }
}

#[test]
fn what_came_of_a_write_is_named_by_its_id_alone() {
    for command in &support::component().manifest().commands {
        let (records, _) = audit(&world::script(), &command.name, &arguments(&command.name));
        let result = &records.last().expect("a call")["result"];
        assert_eq!(result.is_object(), command.changes, "{}: {result}", command.name);
        let things = result["things"].as_array().map_or(0, Vec::len);
        assert_eq!(result["count"].as_u64().unwrap_or_default(), things as u64, "{result}");
    }
    let (records, _) = audit(&world::script(), "mattermost-create-channel", &arguments("mattermost-create-channel"));
    let result = &records.last().expect("a call")["result"];
    let [channel] = &result["things"].as_array().expect("a list")[..] else { panic!("{result}") };
    assert_eq!((&channel["prefix"], &channel["key"]), (&"Mattermost.Channel".into(), &"id".into()), "{result}");
    assert_eq!(channel["value"].as_str().map(str::len), Some(26), "{result}");
    // One that is there already is found, and nothing was made.
    let taken = world::error(400, "store.sql_channel.save_channel.exists.app_error");
    let line = format!("GET /api/v4/teams/{}/channels/name/war-room?include_deleted=true", world::id("teampanw"));
    let again = world::script().on("POST /api/v4/channels", taken).json(&line, world::channel("war-room"));
    let new = support::pairs(&[("name", "war-room"), ("display_name", "War Room")]);
    let (records, _) = audit(&again, "mattermost-create-channel", &new);
    let call = records.last().expect("a call");
    assert_eq!((&call["outcome"], &call["result"]), (&"done".into(), &Value::Null), "{call}");
    let refused = world::script().otherwise(|_| world::error(403, "api.context.permissions.app_error"));
    let (records, _) = audit(&refused, "mattermost-create-channel", &arguments("mattermost-create-channel"));
    assert_eq!(records.last().expect("a call")["result"], Value::Null);
}

#[test]
fn of_a_query_only_the_names_are_kept() {
    let (records, _) = audit(&world::script(), "mattermost-list-users", &arguments("mattermost-list-users"));
    let urls: Vec<_> = records.iter().filter_map(|record| record["url"].as_str()).collect();
    assert!(urls.iter().any(|url| url.contains("page=")), "{urls:?}");
    for url in urls {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        assert!(query.split('&').all(|pair| pair.is_empty() || pair.ends_with('=')), "{url}");
    }
}

#[test]
fn a_call_that_is_refused_is_recorded_too() {
    for (command, pairs, outcome) in [
        ("mattermost-list-users", vec![("limit".to_owned(), "x".to_owned())], "argument"),
        ("mattermost-nothing", Vec::new(), "unknown_command"),
    ] {
        let (records, _) = audit(&Script::new(), command, &pairs);
        let [call] = &records[..] else { panic!("{records:?}") };
        assert_eq!(
            (&call["outcome"], &call["command"], &call["requests"]),
            (&outcome.into(), &command.into(), &0.into())
        );
    }
}

#[test]
fn a_token_that_somebody_gives_as_an_argument_is_covered() {
    let script = Script::new().otherwise(|_| world::error(404, "store.sql_team.missing"));
    let pairs = [("team_name".to_owned(), PERSONAL_TOKEN.to_owned())];
    let (records, text) = audit(&script, "mattermost-get-team", &pairs);
    // It has the form of an ID: it is asked for as one and as a name; whose account it was, and the call.
    assert_eq!(records.len(), 7);
    assert!(!text.contains(PERSONAL_TOKEN), "{text}");
}

#[test]
fn a_call_that_nobody_waits_for_any_more_is_recorded() {
    let lines = Lines::default();
    let script = world::script().together(&["GET /api/v4/teams/name/panw", "GET /never"]);
    let instance = support::with_platform(&script, support::platform());
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
    let pairs = arguments("mattermost-get-team");
    support::runtime().block_on(async {
        let given = Given::strings(pairs.iter().cloned());
        let mut call = Box::pin(instance.call("mattermost-get-team", given));
        std::future::poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            context.waker().wake_by_ref();
            if script.requests().is_empty() { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    });
    let records = lines.records();
    let [sending, request, call] = &records[..] else { panic!("{records:?}") };
    assert_eq!((&sending["event"], &sending["request"]), (&"sending".into(), &1.into()));
    assert_eq!((&request["status"], &request["error"]), (&Value::Null, &"the call ended first".into()));
    assert_eq!(call["outcome"], "cancelled");
}

/// Keeps so many records, and then none.
struct Full {
    left: AtomicUsize,
    /// How many of those that it kept are of requests that were about to leave.
    sending: AtomicUsize,
}

impl Full {
    fn keep(&self) -> io::Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| io::Error::other("no space left on device"))
    }
}

impl Audit for Full {
    fn sending(&self, _: &SendingRecord<'_>) -> io::Result<()> {
        self.keep()?;
        self.sending.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn request(&self, _: &RequestRecord<'_>) -> io::Result<()> {
        self.keep()
    }

    fn call(&self, _: &CallRecord<'_>) -> io::Result<()> {
        self.keep()
    }
}

#[test]
fn without_an_audit_no_further_request_leaves_and_nothing_done_is_lost() {
    let command = "mattermost-add-channel-member";
    // Three requests, of which two may be under way at once: a record before each, one after, and one of the call.
    for room in 0..7 {
        let script = world::script();
        let full = Arc::new(Full { left: room.into(), sending: 0.into() });
        let instance = support::with_platform(&script, support::platform()).with_audit(full.clone());
        let pairs = arguments(command);
        let given = Given::strings(pairs.iter().cloned());
        let failure = support::runtime().block_on(instance.call(command, given)).unwrap_err();
        assert_eq!(failure.kind(), "audit", "{failure}");
        assert!(failure.message().contains("no space left"), "{failure}");
        let recorded = full.sending.load(Ordering::SeqCst);
        assert_eq!(script.requests().len(), recorded, "with room for {room}");
        assert!(room == 0 || recorded > 0, "with room for {room}");
        let wrote = !script.of_method("POST").is_empty();
        assert_eq!(failure.fields().contains_key("sent"), wrote, "{failure}");
    }
}

/// An audit whose database panics.
struct Panics;

impl Audit for Panics {
    fn sending(&self, _: &SendingRecord<'_>) -> io::Result<()> {
        panic!("no connection")
    }

    fn request(&self, _: &RequestRecord<'_>) -> io::Result<()> {
        panic!("no connection")
    }

    fn call(&self, _: &CallRecord<'_>) -> io::Result<()> {
        panic!("no connection")
    }
}

#[test]
fn an_audit_that_panics_fails_its_call_alone() {
    let script = world::script();
    let instance = support::with_platform(&script, support::platform()).with_audit(Arc::new(Panics));
    let failure = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).unwrap_err();
    assert_eq!(failure.kind(), "audit", "{failure}");
    assert!(failure.message().contains("has panicked"), "{failure}");
    assert!(script.requests().is_empty(), "nothing leaves that is not recorded");
}

#[test]
fn texts_without_end_are_cut_whoever_they_are_from() {
    let long = "n".repeat(1 << 20);
    let lines = Lines::default();
    let instance = support::with_platform(&world::script(), support::platform());
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone()))).named(&*long);
    let context = CallContext::new().with_actor(Actor::new(&*long)).with_investigation(Investigation {
        id: long.clone(),
        war_room_url: None,
        playground: false,
    });
    let given = Given::strings([("team_name", "panw")]);
    support::runtime().block_on(instance.call_in(&context, "mattermost-get-team", given)).expect("it succeeds");
    let failure =
        support::runtime().block_on(instance.call_in(&context, &long, Given::json(Default::default()))).unwrap_err();
    assert!(failure.message().len() < 1_000, "{}", failure.message().len());
    assert_eq!(lines.records().len(), 4);
    assert!(lines.text().lines().all(|line| line.len() < 10_000), "each is of a size that is read again");
}
