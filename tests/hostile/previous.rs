//! A component of the contract's version before: it loads and runs as one of this version.

use crate::support::{self, Answer, Script};
use hostile_components::PREVIOUS;
use serde_json::json;
use soar::{CallContext, Component, Embedded, Entry, Failure, Given, Investigation, Secret, Settings};
use std::sync::Arc;

const TOKEN: &str = "tokentokentokentokentoken1";

fn load() -> Component {
    std::thread::spawn(|| support::runtime().block_on(support::host().load(PREVIOUS)).expect("it loads"))
        .join()
        .expect("no panic")
}

fn call(script: &Script, pairs: &[(&str, &str)]) -> Result<Entry, Failure> {
    let settings = Settings::new()
        .with_parameters([("url", "http://chat.test")])
        .with_secret("token", Secret::new(TOKEN.to_owned()));
    let file = support::root().join("tests/support/report.txt");
    let platform = Arc::new(Embedded::new().file("85@109", file));
    let instance = load()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(platform)
        .build()
        .expect("settings are right");
    let investigation = Investigation { id: "109".into(), ..Default::default() };
    let context = CallContext::new().with_investigation(investigation);
    support::runtime().block_on(instance.call_in(&context, "person", Given::strings(support::pairs(pairs))))
}

#[test]
fn it_is_loaded_and_describes_itself() {
    let component = load();
    assert!(component.exports().contains(&"soar:platform/manifest@0.1.0".to_owned()));
    assert!(component.imports().contains(&"soar:platform/files@0.1.0".to_owned()));
    let manifest = component.manifest();
    assert_eq!((&*manifest.name, manifest.commands.len(), manifest.parameters.len()), ("previous", 1, 2));
    // It had no word for that.
    assert!(manifest.parameters.iter().all(|parameter| parameter.account.is_none()));
    assert_eq!(component.accounts().iter().count(), 0);
}

#[test]
fn an_argument_goes_in_and_an_output_comes_out() {
    let script = Script::new().on("GET /api/people/anna", Answer::Bytes(200, "text/plain", b"a1".to_vec()));
    let entry = call(&script, &[("name", "anna")]).expect("it works");
    assert_eq!(entry.context, json!({ "Previous": { "Person": { "id": "a1", "name": "anna" } } }));
    assert_eq!(entry.readable, "anna is a1; in 109");
    assert_eq!(script.requests()[0].authorization, format!("Bearer {TOKEN}"));
}

#[test]
fn a_file_of_the_platform_is_read() {
    let script = Script::new().on("GET /api/people/anna", Answer::Bytes(200, "text/plain", b"a1".to_vec()));
    let size = std::fs::metadata(support::root().join("tests/support/report.txt")).expect("a file").len();
    let entry = call(&script, &[("name", "anna"), ("entry", "85@109")]).expect("it works");
    assert_eq!(entry.readable, format!("anna is a1; report.txt has {size} of {size} bytes; in 109"));
    let failure = call(&script, &[("name", "anna"), ("entry", "86@109")]).unwrap_err();
    assert_eq!((failure.kind(), &failure.fields()["argument"]), ("argument", &json!("entry")), "{failure}");
}

#[test]
fn a_typed_error_is_read() {
    let script = Script::new().on("GET /api/people/ben", Answer::Bytes(404, "text/plain", b"nobody".to_vec()));
    let failure = call(&script, &[("name", "ben")]).unwrap_err();
    assert_eq!(failure.kind(), "not_found", "{failure}");
    assert_eq!(failure.fields()["id"], "people.missing");
    assert_eq!(failure.fields()["status"], 404);
    let failure = call(&script, &[]).unwrap_err();
    assert_eq!((failure.kind(), &failure.fields()["argument"]), ("argument", &json!("name")), "{failure}");
}
