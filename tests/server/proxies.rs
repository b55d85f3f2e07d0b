//! Through a proxy that reads and answers requests, as for `http://` URLs: the script is proxy and server in one.

use crate::support::{self, Answer, Script, calls, loopback, pairs, world};
use serde_json::json;
use soar::transport::{Live, LiveOptions, Proxy};
use soar::{Failure, Instance};
use std::sync::Arc;

const PASSWORD: &str = "hunter2hunter2hunter2";

/// An instance whose requests go to the script, which is told a password.
fn instance(script: &Script) -> Instance {
    let place = loopback::serve(script).replace("http://", &format!("http://user:{PASSWORD}@"));
    let proxy = Proxy::new(Some(&place), None, "").expect("a proxy");
    let live = Live::new(LiveOptions::new().with_proxy(proxy)).expect("options");
    let settings = support::settings().with_reviewed(true);
    support::component()
        .instance(settings)
        .transport(Arc::new(live))
        .platform(Arc::new(support::platform()))
        .build()
        .expect("settings are right")
}

fn refusing() -> Answer {
    Answer::With(
        407,
        vec![("proxy-authenticate", "Basic realm=\"x\"")],
        json!({ "id": "a", "message": "b", "status_code": 404 }),
    )
}

fn fails(instance: &Instance, command: &str) -> Failure {
    let arguments = calls::arguments(command);
    let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let failure = support::call(instance, command, &arguments).expect_err("the proxy refuses");
    assert!(!format!("{failure} {:?}", failure.to_json()).contains(PASSWORD), "{failure}");
    failure
}

/// Whatever the command has under way at once, and however often it would ask again.
#[test]
fn a_wrong_password_leaves_once_whatever_the_command_asks() {
    let component = support::component();
    for command in component.manifest().commands.iter().map(|command| command.name.as_str()) {
        let script = Script::new().otherwise(|_| refusing());
        let instance = instance(&script);
        let failure = fails(&instance, command);
        assert_eq!(script.requests().len(), 1, "{command}: {:?}", script.lines());
        assert!(script.requests()[0].headers.contains_key("proxy-authorization"));
        assert_eq!(failure.kind(), "network", "{command}: {failure}");
        assert!(failure.message().contains("through the proxy http://127.0.0.1:"), "{failure}");
        assert!(failure.message().contains("the proxy wants other credentials (407)"), "{failure}");
        // Nor does the next call tell it at once.
        let failure = fails(&instance, command);
        assert_eq!(script.requests().len(), 1, "{command}: {:?}", script.lines());
        assert!(failure.message().contains("is asked again in"), "{failure}");
    }
}

#[test]
fn what_was_done_before_the_proxy_refused_is_said() {
    let script = world::script().on("POST /api/v4/posts", refusing());
    let failure = fails(&instance(&script), "mattermost-send-file");
    assert_eq!((failure.kind(), script.count("POST /api/v4/posts")), ("incomplete", 1), "{failure}");
    assert!(failure.message().contains("the proxy wants other credentials"), "{failure}");
}

#[test]
fn once_a_proxy_has_taken_the_password_requests_go_side_by_side() {
    let lists = ["", "/private"]
        .map(|list| format!("GET /api/v4/teams/teampanw000000000000000000/channels{list}?page=0&per_page=50"));
    let script = world::script().together(&[&lists[0], &lists[1]]);
    let instance = instance(&script);
    let call = |command: &str, arguments: &[(&str, &str)]| {
        let given = soar::Given::strings(pairs(arguments));
        support::runtime().block_on(instance.call(command, given)).unwrap_or_else(|failure| panic!("{failure}"))
    };
    call("mattermost-get-team", &[("team_name", "panw")]);
    call("mattermost-list-channels", &[("include_private_channels", "true")]);
}

/// A proxy's own failures are as the server's: the component reads the answer.
#[test]
fn what_a_proxy_answers_otherwise_reaches_the_component() {
    let script = world::script().first("GET /api/v4/users/me", Answer::Bytes(502, "text/html", b"<html>".to_vec()));
    let instance = instance(&script);
    support::call(&instance, "test-module", &[]).unwrap_or_else(|failure| panic!("{failure}"));
}
