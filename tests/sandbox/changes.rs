//! What changes of an instance while its calls run: its credentials, and its component.

use super::audit::Lines;
use crate::support::{self, Answer, BOT_TOKEN, PERSONAL_TOKEN, Script, world};
use serde_json::json;
use soar::transport::{Answering, Outbound, Transport};
use soar::{Component, Entry, Given, Instance, JsonLines, Limit, Limits, Reload, ReloadError, Secret, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

const NEW_BOT: &str = "newbotnewbotnewbotnewbot01";
const NEW_PERSONAL: &str = "newpatnewpatnewpatnewpat02";
const TEAM: &str = "GET /api/v4/teams/name/panw";

/// A server that answers nothing before it is told to.
#[derive(Clone)]
struct Held {
    script: Script,
    may: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Held {
    fn new(script: &Script) -> Self {
        Self { script: script.clone(), may: Semaphore::new(0).into(), waiting: Arc::default() }
    }

    /// Waits until so many requests have come.
    async fn has(&self, requests: usize) {
        while self.waiting.load(Ordering::SeqCst) < requests {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    fn open(&self) {
        self.may.add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

impl Transport for Held {
    fn send(&self, request: Outbound) -> Answering {
        let held = self.clone();
        Box::pin(async move {
            held.waiting.fetch_add(1, Ordering::SeqCst);
            drop(held.may.acquire().await.expect("it is open"));
            held.script.send(request).await
        })
    }
}

fn threads() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("threads")
}

fn new_tokens() -> [(&'static str, Secret); 2] {
    [("bot_access_token", NEW_BOT), ("personal_access_token", NEW_PERSONAL)]
        .map(|(name, value)| (name, Secret::new(value.to_owned())))
}

async fn team(instance: Instance) -> Entry {
    let given = Given::strings([("team_name", "panw")]);
    instance.call("mattermost-get-team", given).await.expect("it succeeds")
}

#[test]
fn a_call_ends_with_the_credentials_that_it_began_with_and_both_are_covered() {
    // A server that repeats what nobody should read.
    let all = format!("{BOT_TOKEN} {PERSONAL_TOKEN} {NEW_BOT} {NEW_PERSONAL}");
    let mut told = world::json(TEAM);
    told["display_name"] = json!(all);
    let script = world::script().on(TEAM, Answer::Json(200, told));
    let (held, lines) = (Held::new(&script), Lines::default());
    let instance = support::component().instance(support::settings()).transport(Arc::new(held.clone()));
    let instance = instance.audit(Arc::new(JsonLines::new(lines.clone()))).build().expect("settings are right");
    let entries = threads().block_on(async {
        let old = tokio::spawn(team(instance.clone()));
        held.has(1).await;
        instance.rotate(new_tokens()).expect("they are right");
        assert_eq!(instance.redactor().text(&all), "[redacted] [redacted] [redacted] [redacted]");
        let new = tokio::spawn(team(instance.clone()));
        held.has(2).await;
        held.open();
        [old.await.expect("no panic"), new.await.expect("no panic")]
    });
    let sent: Vec<_> = script.requests().into_iter().map(|sent| sent.authorization).collect();
    let begun_with =
        |tokens: [&str; 2]| sent.iter().filter(|sent| tokens.iter().any(|token| sent.contains(token))).count();
    let (old, new) = (begun_with([BOT_TOKEN, PERSONAL_TOKEN]), begun_with([NEW_BOT, NEW_PERSONAL]));
    assert_eq!((old, new), (sent.len() / 2, sent.len() / 2), "{sent:?}");
    for entry in entries {
        let all = format!("{} {} {}", entry.readable, entry.context, entry.rest);
        for token in [BOT_TOKEN, PERSONAL_TOKEN, NEW_BOT, NEW_PERSONAL] {
            assert!(!all.contains(token), "{all}");
        }
    }
    // Nobody runs with the old ones any more: they are words like others.
    assert_eq!(instance.redactor().text(&all), format!("{BOT_TOKEN} {PERSONAL_TOKEN} [redacted] [redacted]"));
}

#[test]
fn a_credential_that_comes_while_an_answer_arrives_is_covered_in_its_rest() {
    let script = Script::new().otherwise(|_| {
        Answer::Parts(200, vec![b"{\"id\": \"x\", \"name\": \"".to_vec(), NEW_BOT.as_bytes().to_vec(), b"\"}".to_vec()])
    });
    let held = Held::new(&script);
    let settings = Settings::new()
        .with_parameters([("url", support::SERVER)])
        .with_secret("token", Secret::new(BOT_TOKEN.to_owned()));
    let component = hostile(hostile_components::TOLD_EVERYTHING);
    let instance = component.instance(settings).transport(Arc::new(held.clone())).build().expect("settings are right");
    let entry = threads().block_on(async {
        let called = tokio::spawn({
            let instance = instance.clone();
            async move { instance.call("attack", Given::strings([("given", "")])).await }
        });
        held.has(1).await;
        instance.rotate([("token", Secret::new(NEW_BOT.to_owned()))]).expect("it is right");
        held.open();
        called.await.expect("no panic").expect("it succeeds")
    });
    assert!(!entry.readable.contains(NEW_BOT), "{}", entry.readable);
}

#[test]
fn credentials_that_no_instance_would_get_leave_the_old_ones() {
    let script = world::script();
    let instance = support::instance(&script);
    for (wrong, why) in
        [("tiny-1", "so short"), ("with a blank in it, and long", "a blank"), ("\"quotedquotedquoted\"", "quotation")]
    {
        let error = instance.rotate([("bot_access_token", Secret::new(wrong.to_owned()))]).expect_err("it is wrong");
        assert!(error.to_string().contains(why) && !error.to_string().contains(wrong), "{error}");
    }
    let error = instance.rotate([("no_such_token", Secret::new(NEW_BOT.to_owned()))]).expect_err("there is none");
    assert_eq!(error.parameter, "no_such_token");
    support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect("it goes on");
    assert!(script.requests().iter().all(|sent| !sent.authorization.contains(NEW_BOT)));
    // One that is taken away is not configured.
    instance
        .rotate(["bot_access_token", "personal_access_token"].map(|name| (name, Secret::new(String::new()))))
        .expect("none");
    let failure = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect_err("none is left");
    assert_eq!(failure.kind(), "configuration");
}

/// The same component in other bytes: with a section that nobody reads.
fn another_version() -> Vec<u8> {
    let mut bytes = mattermost_component::INTEGRATION.to_vec();
    bytes.extend([0, 5, 4, b'n', b'e', b'x', b't']);
    bytes
}

fn loaded(bytes: &[u8]) -> Component {
    support::runtime().block_on(support::host().load(bytes)).expect("it loads")
}

fn hostile(bytes: &'static [u8]) -> Component {
    loaded(bytes)
}

#[test]
fn a_component_is_swapped_under_load_and_no_call_is_lost() {
    const CALLERS: usize = 8;
    let lines = Lines::default();
    let instance = support::instance(&world::script()).with_audit(Arc::new(JsonLines::new(lines.clone())));
    let (first, second) = (instance.component(), loaded(&another_version()));
    assert_ne!(first.digest(), second.digest());
    let calls = threads().block_on(async {
        let over = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (instance, over) = (instance.clone(), over.clone());
                tokio::spawn(async move {
                    let mut calls = 0;
                    // Some more when all is over, so that both have some.
                    while over.load(Ordering::SeqCst) == 0 || calls < 3 {
                        team(instance.clone()).await;
                        calls += 1;
                    }
                    team(instance).await;
                    calls + 1
                })
            })
            .collect();
        for _ in 0..10 {
            for component in [&second, &first, &second] {
                tokio::time::sleep(std::time::Duration::from_millis(3)).await;
                instance.reload(component.clone()).expect("it is the same integration");
            }
        }
        over.store(1, Ordering::SeqCst);
        let mut calls = 0;
        for caller in callers {
            calls += caller.await.expect("no call fails");
        }
        calls
    });
    assert_eq!(instance.component().digest(), second.digest());
    let records = lines.records();
    let of = |component: &Component| {
        records.iter().filter(|record| record["event"] == "call" && record["component"] == component.digest()).count()
    };
    assert_eq!(of(&first) + of(&second), calls);
    assert!(of(&second) >= CALLERS, "each caller's last call has the new one");
}

#[test]
fn a_call_under_way_ends_with_the_old_component() {
    let (held, lines) = (Held::new(&world::script()), Lines::default());
    let instance = support::component().instance(support::settings()).transport(Arc::new(held.clone()));
    let instance = instance.audit(Arc::new(JsonLines::new(lines.clone()))).build().expect("settings are right");
    let (old, new) = (instance.component(), loaded(&another_version()));
    threads().block_on(async {
        let called = tokio::spawn(team(instance.clone()));
        held.has(1).await;
        instance.reload(new.clone()).expect("it is the same integration");
        held.open();
        called.await.expect("it ends as it began");
        team(instance.clone()).await;
    });
    let records = lines.records();
    // Whose the token is was asked for beside the call, and that has a record of its own.
    let of_calls = records.iter().filter(|record| record["event"] == "call" && record["command"] != "soar:account");
    let ended: Vec<_> = of_calls.map(|record| &record["component"]).collect();
    assert_eq!(ended, [old.digest(), new.digest()]);
}

#[test]
fn what_is_another_integration_or_reads_what_was_secret_is_refused() {
    let script = world::script();
    let instance = support::instance(&script);
    let before = instance.component().digest().to_owned();
    let error = instance.reload(hostile(hostile_components::TOLD_EVERYTHING)).expect_err("another integration");
    assert!(matches!(&error, ReloadError::OtherIntegration { now, .. } if now == "hostile"), "{error}");
    assert_eq!(instance.component().digest(), before);

    let settings = || Settings::new().with_parameters([("url", support::SERVER)]);
    let secret = || Secret::new(BOT_TOKEN.to_owned());
    let instance = hostile(hostile_components::TOLD_EVERYTHING).instance(settings().with_secret("token", secret()));
    let instance = instance.transport(Arc::new(script)).build().expect("settings are right");
    let other = hostile(hostile_components::SECRET_AS_TEXT);
    let error = instance.reload(other.clone()).expect_err("the token would be a text");
    assert!(matches!(&error, ReloadError::Kinds(changes) if changes.len() == 1), "{error}");
    assert!(error.to_string().contains("the component would read what was kept from it"), "{error}");
    // Allowed, it still has to fit.
    let error =
        instance.reload(Reload::new(other.clone()).with_changed_kinds()).expect_err("it stands among the secrets");
    assert!(matches!(&error, ReloadError::Configuration(error) if error.parameter == "token"), "{error}");
    let text = settings().with_parameters([("token", "no secret any more")]);
    let reload = Reload::new(other.clone()).with_settings(text);
    assert!(matches!(instance.reload(reload.clone()), Err(ReloadError::Kinds(_))));
    instance.reload(reload.with_changed_kinds()).expect("somebody has said that it is right");
    assert_eq!(instance.component().digest(), other.digest());
}

#[test]
fn that_a_component_was_reviewed_says_nothing_of_the_next() {
    let settings =
        support::settings().with_reviewed(true).with_secret("bot_access_token", Secret::new("short-1".into()));
    let instance = support::with_settings(&world::script(), settings.clone(), support::platform());
    let next = loaded(&another_version());
    // Nor where the same settings are given again.
    for reload in [Reload::new(next.clone()), Reload::new(next.clone()).with_settings(settings)] {
        let error = instance.reload(reload).expect_err("nobody has reviewed it");
        assert!(error.to_string().contains("so short"), "{error}");
    }
    instance.reload(Reload::new(next).with_reviewed(true)).expect("now somebody has");
    // The limits of other settings hold from the next call on.
    let limits = Limits::default().with(Limit::Requests, 0);
    let again = Reload::new(instance.component()).with_settings(support::settings().with_limits(limits));
    instance.reload(again).expect("the same component");
    let failure = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect_err("no request");
    assert_eq!(failure.kind(), "limit");
}
