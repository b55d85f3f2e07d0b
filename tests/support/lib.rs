//! What the tests share: the component, loaded once; an instance at a server of a test; the program.
#![allow(missing_docs)]

pub mod calls;
mod client;
pub mod program;
pub mod world;

pub use client::{AtServer, Client};
pub use soar_testing::{Answer, Counting, Script, Sent, answering, loopback, odd, runtime, wire};

use serde_json::Value;
use soar::files::Folder;
use soar::{
    CallContext, Component, Embedded, Engine, EngineOptions, Entry, Failure, Given, Instance, Investigation, Platform,
    Secret, Settings,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub const BOT_TOKEN: &str = "bottokenbottokenbottoken26";
pub const PERSONAL_TOKEN: &str = "pattokenpattokenpattoken26";
pub const SERVER: &str = "http://mattermost.test";

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub fn fixtures() -> PathBuf {
    root().join("fixtures")
}

/// The fixtures, as a source of cases.
pub fn source() -> Folder {
    Folder::open(&fixtures()).expect("the folder of fixtures")
}

/// The host of all tests of one binary.
pub fn host() -> Engine {
    static HOST: OnceLock<Engine> = OnceLock::new();
    HOST.get_or_init(|| Engine::new(EngineOptions::default()).expect("a host")).clone()
}

/// The component of the world `integration`, compiled once for all tests of one binary.
pub fn component() -> Component {
    static COMPONENT: OnceLock<Component> = OnceLock::new();
    let load =
        || std::thread::spawn(|| runtime().block_on(host().load(mattermost_component::INTEGRATION)).expect("it loads"));
    COMPONENT.get_or_init(|| load().join().expect("no panic")).clone()
}

/// Settings for a server that only exists in the test.
pub fn settings() -> Settings {
    let parameters = [("url", SERVER), ("team_name", "panw")];
    let secrets = [("bot_access_token", BOT_TOKEN), ("personal_access_token", PERSONAL_TOKEN)];
    Settings::new()
        .with_parameters(parameters)
        .with_secrets(secrets.map(|(name, value)| (name, Secret::new(value.to_owned()))))
}

/// An instance whose server is a script.
pub fn instance(script: &Script) -> Instance {
    with_platform(script, Embedded::new())
}

pub fn with_platform(script: &Script, platform: impl Platform) -> Instance {
    with_settings(script, settings(), platform)
}

pub fn with_settings(script: &Script, settings: Settings, platform: impl Platform) -> Instance {
    component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(Arc::new(platform))
        .build()
        .expect("settings are right")
}

/// A platform with a file behind `calls::ENTRY`.
pub fn platform() -> Embedded {
    Embedded::new().file(calls::ENTRY, root().join("tests/support/report.txt"))
}

/// Of a call in an investigation.
pub fn context() -> CallContext {
    let war_room_url = Some("https://soar.test/#/WarRoom/109".to_owned());
    CallContext::new().with_investigation(Investigation { id: "109".into(), war_room_url, playground: false })
}

pub fn pairs(arguments: &[(&str, &str)]) -> Vec<(String, String)> {
    arguments.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// Checks each of these at the same time: for checks that wait more than they do.
pub fn at_once<T: Send>(each: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    let check = &check;
    std::thread::scope(|scope| {
        for one in each {
            scope.spawn(move || check(one));
        }
    });
}

/// Calls a command as the command line does.
pub fn call(instance: &Instance, command: &str, arguments: &[(&str, &str)]) -> Result<Entry, Failure> {
    call_in(&CallContext::new(), instance, command, arguments)
}

/// The same as a part of something.
pub fn call_in(
    context: &CallContext,
    instance: &Instance,
    command: &str,
    arguments: &[(&str, &str)],
) -> Result<Entry, Failure> {
    let given = Given::strings(pairs(arguments));
    // A test that waits for something which never comes must fail, not hang.
    let limit = std::time::Duration::from_secs(10);
    runtime().block_on(async {
        let called = tokio::time::timeout(limit, instance.call_in(context, command, given));
        called.await.expect("the command neither ended nor failed")
    })
}

/// Calls a command with the platform and the investigation of the tests, on a script.
pub fn call_there(script: &Script, command: &str, arguments: &[(String, String)]) -> Result<Entry, Failure> {
    let borrowed: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    call_in(&context(), &with_platform(script, platform()), command, &borrowed)
}

/// Calls a command on a script, and expects it to fail.
pub fn fails(script: &Script, command: &str, arguments: &[(&str, &str)]) -> Failure {
    match call(&instance(script), command, arguments) {
        Err(failure) => failure,
        Ok(entry) => panic!("{command} {arguments:?} succeeded: {}", entry.readable),
    }
}

/// Calls a command on a script, and expects it to succeed.
pub fn succeeds(script: &Script, command: &str, arguments: &[(&str, &str)]) -> Entry {
    match call(&instance(script), command, arguments) {
        Ok(entry) => entry,
        Err(failure) => panic!("{command} {arguments:?}: {failure}\n{:#}", failure.to_json()),
    }
}

/// Calls a command that must fail before anything is sent.
pub fn refused(command: &str, arguments: &[(&str, &str)]) -> Failure {
    let script = Script::new();
    let failure = fails(&script, command, arguments);
    assert!(script.requests().is_empty(), "{command} {arguments:?} sent {:?}", script.requests());
    failure
}

/// Calls a command that must be refused for one of its arguments, with what would be right, before anything is sent.
pub fn refused_for(command: &str, arguments: &[(&str, &str)], argument: &str) -> Failure {
    let failure = refused(command, arguments);
    assert_argument(&failure, argument);
    failure
}

/// That a failure is the fault of one argument, and says what would be right.
pub fn assert_argument(failure: &Failure, argument: &str) {
    assert_eq!(failure.kind(), "argument", "{failure}");
    assert!(failure.is_wrong_call(), "{failure}");
    assert_eq!(failure.fields()["argument"], argument, "{failure}");
    assert!(failure.message().contains(argument), "{failure}");
    for field in ["reason", "expected"] {
        assert!(failure.fields()[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {failure}");
    }
    // What is missing, given twice or unknown has nothing to be held against what would be right.
    let fields = failure.fields();
    let reason = fields["reason"].as_str().unwrap_or_default();
    if reason != "is missing" && !reason.starts_with("was given twice") && reason != "is unknown" {
        for text in [reason, failure.fields()["expected"].as_str().unwrap_or_default()] {
            assert!(failure.message().contains(text), "{text}: {failure}");
        }
    }
    let fields = failure.fields();
    let problems = fields["problems"].as_array().expect("all that is wrong");
    assert_eq!(problems[0]["argument"], argument, "{failure}");
    for problem in problems {
        assert!(failure.message().contains(problem["message"].as_str().expect("text")), "{failure}");
    }
}

pub fn map(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// All files below a folder, by their path in it.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}
