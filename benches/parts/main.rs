//! The parts of a call by themselves: `cargo bench --bench parts`, or some with `-- policy`.
#![allow(missing_docs)]

use divan::{Bencher, black_box};
use http::{Method, Uri};
use serde_json::Value;
use soar::policy::{Origin, Policy, Rules};
use soar::recording::Recording;
use soar::transport::Replay;
use soar::trial::{self, Made};
use soar::ty::Type;
use soar::{
    CommandHandle, Component, Embedded, Engine, EngineOptions, Given, Instance, Secret, Settings, Unknown, arguments,
};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn host() -> Engine {
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-cache");
    Engine::new(EngineOptions::new().with_cache(cache).with_pool(32)).expect("a host")
}

fn component() -> &'static Component {
    static COMPONENT: OnceLock<Component> = OnceLock::new();
    COMPONENT.get_or_init(|| runtime().block_on(host().load(mattermost_component::INTEGRATION)).expect("a component"))
}

fn recording() -> &'static Recording {
    static RECORDING: OnceLock<Recording> = OnceLock::new();
    RECORDING.get_or_init(|| Recording::read(har()).expect("a recording"))
}

fn har() -> &'static [u8] {
    include_bytes!("../../fixtures/mattermost-get-team/panw/exchanges.har")
}

fn instance(secret: Option<&str>) -> Instance {
    let secrets = secret
        .map(|secret| ["bot_access_token", "personal_access_token"].map(|name| (name, Secret::new(secret.into()))));
    let settings = Settings::new()
        .with_parameters([("url", "http://127.0.0.1:8065"), ("team_name", "panw")])
        .with_secrets(secrets.into_iter().flatten());
    let transport = Arc::new(Replay::new(recording().clone()));
    component()
        .instance(settings)
        .transport(transport)
        .platform(Arc::new(Embedded::new()))
        .build()
        .expect("an instance")
}

/// `send-notification`, which takes more than most.
fn notification() -> CommandHandle<'static> {
    component().command("send-notification").expect("a command")
}

const NOTIFICATION: [(&str, &str); 3] =
    [("to", "alice,bob"), ("message", "Please look at 109"), ("ignoreAddURL", "no")];

#[divan::bench]
fn arguments_to_json(bencher: Bencher) {
    let command = notification();
    bencher.bench(|| {
        arguments::from_strings(&command, command.record(), NOTIFICATION, Unknown::Refuse).expect("arguments")
    });
}

fn values() -> (Type, Value, Made) {
    let command = notification();
    let json = arguments::from_strings(&command, command.record(), NOTIFICATION, Unknown::Refuse);
    let json: Value = json.expect("arguments").into();
    let ty = Type::Record(command.record().expect("a record").clone());
    let value = trial::make(&ty, json.clone()).expect("a value");
    (ty, json, value)
}

#[divan::bench]
fn json_to_value(bencher: Bencher) {
    let (ty, json, _) = values();
    bencher.bench(|| trial::make(&ty, black_box(&json).clone()).expect("a value"));
}

#[divan::bench]
fn value_to_json(bencher: Bencher) {
    let (ty, _, value) = values();
    bencher.bench(|| trial::write(&ty, black_box(&value)).expect("JSON"));
}

#[divan::bench]
fn load_from_cache(bencher: Bencher) {
    let (host, runtime) = (host(), runtime());
    bencher.bench_local(|| runtime.block_on(host.load(mattermost_component::INTEGRATION)).expect("a component"));
}

#[divan::bench]
fn set_up_a_host() -> Engine {
    host()
}

#[divan::bench]
fn set_up_an_instance(bencher: Bencher) {
    bencher.bench(|| instance(Some("bottokenbottokenbottoken26")));
}

/// The whole of a call: arguments, sandbox, sealing, policy, matching, context.
#[divan::bench]
fn replay_get_team(bencher: Bencher) {
    let runtime = runtime();
    let pairs = [("team_name".to_owned(), "panw".to_owned())];
    bencher.with_inputs(|| instance(Some("bottokenbottokenbottoken26"))).bench_local_values(|instance| {
        let given = Given::strings(pairs.iter().cloned());
        runtime.block_on(instance.call("mattermost-get-team", given)).expect("it succeeds")
    });
}

/// The same with a credential that is too short to be looked for in answers: what is missing is the price of covering.
#[divan::bench]
fn replay_get_team_without_cover(bencher: Bencher) {
    let runtime = runtime();
    let pairs = [("team_name".to_owned(), "panw".to_owned())];
    bencher.with_inputs(|| instance(Some("short"))).bench_local_values(|instance| {
        let given = Given::strings(pairs.iter().cloned());
        runtime.block_on(instance.call("mattermost-get-team", given)).expect("it succeeds")
    });
}

#[divan::bench]
fn policy_decides(bencher: Bencher) {
    let command = notification();
    let rules = Rules::parse(&command.endpoints).expect("rules");
    let policy = Policy::new(Origin::parse("https://chat.example.com/sub").expect("an origin"), rules);
    let uri: Uri = "https://chat.example.com/sub/api/v4/users/username/alice".parse().expect("a URL");
    bencher.bench(|| black_box(&policy).decide(&Method::GET, black_box(&uri), &http::HeaderMap::new()).clone());
}

#[divan::bench]
fn read_a_recording() -> Recording {
    Recording::read(har()).expect("a recording")
}

#[divan::bench]
fn prepare_a_replay(bencher: Bencher) {
    bencher.with_inputs(|| recording().clone()).bench_values(Replay::new);
}

#[divan::bench]
fn schema_of_arguments(bencher: Bencher) {
    let command = notification();
    bencher.bench(|| black_box(command).schema());
}
