//! What a call is a part of: each has its own, also of several at once, and it reaches the component, the platform and the audit.

use super::audit::Lines;
use crate::support::{self, Script, calls, world};
use serde_json::Value;
use soar::manifest::Integration;
use soar::transport::{Answering, Outbound, Transport};
use soar::{
    Actor, BoxFuture, CallContext, Commands, CorrelationId, Embedded, Entry, Failure, File, FileError, Given, Instance,
    Investigation, JsonLines, Limit, Limits, Platform, Secret, Settings,
};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Barrier;

/// A platform that lets two calls open a file when both ask for one, and remembers who asked.
struct Both {
    files: Embedded,
    asked: Barrier,
    seen: Mutex<Vec<CallContext>>,
}

impl Platform for Both {
    fn open<'a>(&'a self, context: &'a CallContext, entry_id: &'a str) -> BoxFuture<'a, Result<File, FileError>> {
        Box::pin(async move {
            self.seen.lock().expect("no panic").push(context.clone());
            self.asked.wait().await;
            self.files.open(context, entry_id).await
        })
    }
}

fn context(number: u8) -> CallContext {
    let war_room_url = Some(format!("https://soar.test/#/WarRoom/{number}"));
    CallContext::new()
        .with_investigation(Investigation { id: number.to_string(), war_room_url, playground: false })
        .with_actor(Actor::new(format!("user{number}")).named(format!("User {number}")))
        .with_correlation_id(CorrelationId::new(format!("task-{number}")).expect("an id"))
}

fn given(command: &str) -> Given {
    Given::strings(calls::arguments(command))
}

fn threads() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads")
}

#[test]
fn calls_at_once_have_a_context_each() {
    let (script, lines) = (world::script(), Lines::default());
    let platform = Both { files: support::platform(), asked: Barrier::new(2), seen: Mutex::default() };
    let platform = Arc::new(platform);
    let instance = support::component()
        .instance(support::settings())
        .transport(Arc::new(script.clone()))
        .platform(platform.clone())
        .build();
    let instance = instance.expect("settings are right").named("chat");
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
    threads().block_on(async {
        let call = |number: u8| {
            let instance = instance.clone();
            tokio::spawn(async move {
                let (context, command) = (context(number), "mattermost-send-file");
                instance.call_in(&context, command, given(command)).await.expect("it succeeds");
                let message = format!("for {number}");
                let given = Given::strings([("message", &*message), ("channel", "war-room")]);
                instance.call_in(&context, "send-notification", given).await.expect("it succeeds");
            })
        };
        let (one, two) = (call(1), call(2));
        one.await.expect("no panic");
        two.await.expect("no panic");
    });
    // The platform.
    let mut seen = platform.seen.lock().expect("no panic").clone();
    seen.sort_by_key(|context| context.correlation_id.as_ref().map(ToString::to_string));
    assert_eq!(seen, [context(1), context(2)]);
    // The component.
    let mut posted: Vec<_> = script
        .of_method("POST")
        .iter()
        .filter(|sent| sent.line == "POST /api/v4/posts")
        .map(|sent| sent.json()["message"].as_str().expect("a text").to_owned())
        .filter(|message| message.starts_with("for "))
        .collect();
    posted.sort();
    assert_eq!(posted, [1, 2].map(|of| format!("for {of}\n View it on: https://soar.test/#/WarRoom/{of}")));
    // The audit.
    let records = lines.records();
    for number in ["1", "2"] {
        let of_it = records.iter().filter(|record| record["correlation_id"] == format!("task-{number}"));
        let of_it: Vec<_> = of_it.collect();
        assert_eq!(of_it.iter().filter(|record| record["event"] == "call").count(), 2);
        for record in of_it {
            assert_eq!(record["investigation"], *number);
            assert_eq!(record["actor"], format!("user{number}"));
            assert_eq!(record["actor_name"], format!("User {number}"));
            assert_eq!(record["instance"], "chat");
        }
    }
}

#[test]
fn a_call_that_is_a_part_of_nothing_says_so() {
    let lines = Lines::default();
    let instance = support::with_platform(&world::script(), support::platform());
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
    support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect("it succeeds");
    for record in lines.records() {
        for name in ["investigation", "actor", "actor_name", "correlation_id", "instance"] {
            assert_eq!(record[name], Value::Null, "{record}");
        }
    }
}

/// A server that never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Outbound) -> Answering {
        Box::pin(std::future::pending())
    }
}

fn silent(time: u64) -> Instance {
    let settings = support::settings().with_limits(Limits::default().with(Limit::Time, Duration::from_millis(time)));
    let instance = support::component()
        .instance(settings)
        .transport(Arc::new(Silent))
        .platform(Arc::new(support::platform()))
        .build();
    instance.expect("settings are right")
}

fn until(time: Duration) -> CallContext {
    CallContext::new().with_deadline(Instant::now() + time)
}

#[test]
fn the_earlier_of_deadline_and_limit_ends_a_call() {
    let fails = |context: &CallContext, limit| {
        let begun = Instant::now();
        let called = support::call_in(context, &silent(limit), "mattermost-get-team", &[("team_name", "panw")]);
        (called.expect_err("nobody answers"), begun.elapsed())
    };
    let (failure, took) = fails(&until(Duration::from_millis(300)), 60_000);
    assert_eq!((failure.kind(), failure.is_wrong_call()), ("deadline", false), "{failure}");
    assert!(failure.message().contains("deadline") && failure.message().contains("later one"), "{failure}");
    assert!(took >= Duration::from_millis(290), "{took:?}");
    let (failure, _) = fails(&until(Duration::from_secs(60)), 300);
    assert_eq!((failure.kind(), failure.limit()), ("limit", Some(Limit::Time)), "{failure}");
}

#[test]
fn what_has_no_time_left_sends_nothing() {
    let (script, lines) = (world::script(), Lines::default());
    let instance = support::instance(&script).with_audit(Arc::new(JsonLines::new(lines.clone())));
    let called = support::call_in(&until(Duration::ZERO), &instance, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(called.expect_err("it is late").kind(), "deadline");
    assert!(script.requests().is_empty());
    assert_eq!(lines.records().last().expect("a record")["outcome"], "deadline");
}

#[test]
fn the_component_is_told_the_nearer_deadline() {
    let host = support::host();
    let load = std::thread::spawn(move || {
        support::runtime().block_on(host.load(hostile_components::SECRETS_IN_CONFIG)).expect("it loads")
    });
    let component = load.join().expect("no panic");
    let told = |context: &CallContext| -> u64 {
        let settings = Settings::new()
            .with_parameters([("url", support::SERVER)])
            .with_secret("token", Secret::new(support::BOT_TOKEN.to_owned()))
            .with_limits(Limits::default().with(Limit::Time, Duration::from_secs(60)));
        let instance =
            component.instance(settings).transport(Arc::new(Script::new())).platform(Arc::new(Embedded::new())).build();
        let entry = support::call_in(context, &instance.expect("settings"), "attack", &[("given", "")]);
        let readable = entry.unwrap_or_else(|failure| panic!("{failure}")).readable;
        let time = readable.lines().find_map(|line| line.strip_prefix("soar:limits/time="));
        time.expect("it is there").parse().expect("a number")
    };
    assert_eq!(told(&CallContext::new()), 60_000);
    assert_eq!(told(&until(Duration::from_secs(90))), 60_000);
    assert!((10_000..=20_000).contains(&told(&until(Duration::from_secs(20)))));
}

/// Commands that nobody runs.
struct Fake(Arc<Integration>);

impl Commands for Fake {
    fn manifest(&self) -> Arc<Integration> {
        self.0.clone()
    }

    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        command: &'a str,
        _: Given,
    ) -> BoxFuture<'a, Result<Entry, Failure>> {
        let (context, readable) = (Value::Null, format!("{:?}", context.correlation_id));
        Box::pin(async move { Ok(Entry { command: command.to_owned(), context, readable, rest: Value::Null }) })
    }
}

#[test]
fn whoever_calls_commands_need_not_know_who_runs_them() {
    let manifest = support::component().manifest().clone();
    let fake: Arc<dyn Commands> = Arc::new(Fake(manifest.into()));
    let real: Arc<dyn Commands> = Arc::new(support::with_platform(&world::script(), support::platform()));
    threads().block_on(async {
        for (commands, said) in [(fake, "task-1"), (real, "panw")] {
            assert!(commands.manifest().command("mattermost-get-team").is_some());
            let context = context(1);
            let called = tokio::spawn(async move {
                let given = Given::strings([("team_name", "panw")]);
                commands.call(&context, "mattermost-get-team", given).await
            });
            let entry = called.await.expect("no panic").expect("it succeeds");
            assert!(entry.readable.contains(said), "{}", entry.readable);
        }
    });
}
