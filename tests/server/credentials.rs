//! Which token goes where, and that none goes anywhere else.

use crate::support::{self, Answer, BOT_TOKEN, PERSONAL_TOKEN, calls, world};
use serde_json::json;
use soar::Embedded;
use std::sync::Arc;

/// Every request that the call of each command makes, and whose token it has. `SOAR_BLESS=1` writes it: look at the
/// difference before you commit it.
const REQUESTS: &str = "tests/requests.txt";

fn arguments(command: &str) -> Vec<(String, String)> {
    calls::arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn holds_token(text: &str) -> bool {
    text.contains(BOT_TOKEN) || text.contains(PERSONAL_TOKEN) || text.contains("sealed-")
}

#[test]
fn each_command_sends_its_own_token_in_the_header_and_nowhere_else() {
    let mut sent_by_all = String::new();
    for command in support::component().manifest().commands.clone() {
        let script = world::script();
        let entry = support::call_there(&script, &command.name, &arguments(&command.name));
        let entry = entry.unwrap_or_else(|failure| panic!("{failure}"));
        let whose = |sent: &support::Sent| match sent.authorization.strip_prefix("Bearer ") {
            Some(BOT_TOKEN) => "bot",
            Some(PERSONAL_TOKEN) => "personal",
            other => panic!("{}: {other:?}", sent.line),
        };
        let mut lines: Vec<_> =
            script.requests().iter().map(|sent| format!("  {} {}\n", whose(sent), sent.line)).collect();
        // Requests that are in flight at once have no order.
        lines.sort();
        sent_by_all.push_str(&format!("{}\n{}", command.name, lines.concat()));
        for request in script.requests() {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            assert_eq!(request.origin, support::SERVER, "{}", request.line);
            assert!(!holds_token(&request.line) && !holds_token(&body), "{}", request.line);
        }
        assert!(!holds_token(&entry.to_json().to_string()) && !holds_token(&entry.rest.to_string()));
    }
    let path = support::root().join(REQUESTS);
    if std::env::var_os("SOAR_BLESS").is_some() {
        std::fs::write(&path, &sent_by_all).expect("written");
    }
    let expected = std::fs::read_to_string(&path).expect("it is there");
    assert_eq!(sent_by_all, expected, "{REQUESTS} is another: SOAR_BLESS=1 writes what is sent now");
}

#[test]
fn no_request_follows_a_server_to_another_origin() {
    for location in ["https://evil.test/", "//evil.test/", "/api/v4/users/me", "http://mattermost.test:81/"] {
        for status in [301, 302, 303, 307, 308] {
            let moved =
                Answer::With(status, vec![("location", location), ("refresh", "0; url=//evil.test")], json!({}));
            let script = world::script().on("GET /api/v4/teams/name/panw", moved);
            let failure = support::fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
            assert_eq!(failure.kind(), "unexpected_answer");
            assert_eq!(script.lines(), ["GET /api/v4/teams/name/panw"]);
        }
    }
}

#[test]
fn an_instance_with_another_url_sends_its_tokens_there_alone() {
    let script = world::script();
    let mut settings = support::settings();
    settings.parameters.insert("url".into(), "https://Chat.example.org:8443/sub/".into());
    let instance = support::component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(Arc::new(support::platform()))
        .build()
        .expect("settings are right");
    let arguments = calls::arguments("mattermost-send-file");
    let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    support::call(&instance, "mattermost-send-file", &arguments).unwrap_or_else(|failure| panic!("{failure}"));
    for request in script.requests() {
        assert_eq!(request.origin.to_lowercase(), "https://chat.example.org:8443");
        assert!(request.line.contains(" /sub/api/v4/"), "{}", request.line);
    }
}

#[test]
fn recipients_are_looked_up_by_the_bot() {
    for command in ["send-notification", "mattermost-send-file"] {
        let script = world::script();
        let arguments = calls::replaced(command, "to", "anna");
        support::call_there(&script, command, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        let bot = format!("Bearer {BOT_TOKEN}");
        assert!(script.requests().iter().all(|sent| sent.authorization == bot), "{:?}", script.lines());
    }
}

#[test]
fn the_test_of_an_instance_tries_both_tokens_and_writes_nothing() {
    let script = world::script();
    let entry = support::succeeds(&script, "test-module", &[]);
    assert_eq!(entry.readable.lines().next(), Some("ok"));
    let me: Vec<_> = script.requests().into_iter().filter(|sent| sent.line.ends_with("/users/me")).collect();
    let mut tokens: Vec<_> = me.iter().map(|sent| sent.authorization.as_str()).collect();
    tokens.sort_unstable();
    assert_eq!(tokens, [format!("Bearer {BOT_TOKEN}"), format!("Bearer {PERSONAL_TOKEN}")]);
    assert_eq!(script.requests().len(), script.of_method("GET").len());
}

#[test]
fn a_failure_never_has_a_token_even_if_the_server_repeats_it() {
    let body = json!({
        "id": "some.id",
        "message": format!("Bad token {PERSONAL_TOKEN}"),
        "request_id": PERSONAL_TOKEN,
        "status_code": 400,
    });
    for answer in [
        Answer::Json(400, body),
        Answer::Bytes(200, "text/html", format!("<html>{PERSONAL_TOKEN}").into_bytes()),
        Answer::With(302, vec![("location", "https://x.test/?t=pattokenpattokenpattoken26")], json!({})),
    ] {
        let script = world::script().on("GET /api/v4/teams/name/panw", answer);
        let failure = support::fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert!(!failure.to_json().to_string().contains(PERSONAL_TOKEN), "{failure}");
        assert!(!failure.to_string().contains(PERSONAL_TOKEN), "{failure}");
    }
}

#[test]
fn an_entry_never_has_a_token_even_if_the_server_repeats_it() {
    let mut team = world::team("panw");
    team["description"] = format!("token: {PERSONAL_TOKEN}").into();
    let script = world::script().json("GET /api/v4/teams/name/panw", team);
    let entry = support::succeeds(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert!(!entry.rest.to_string().contains(PERSONAL_TOKEN), "{}", entry.rest);
}

#[test]
fn tokens_that_are_the_same_work() {
    let script = world::script();
    let mut settings = support::settings();
    let token = settings.secrets["bot_access_token"].clone();
    settings.secrets.insert("personal_access_token".into(), token);
    let instance = support::component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(Arc::new(Embedded::new()))
        .build()
        .expect("settings are right");
    support::call(&instance, "test-module", &[]).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(script.requests().iter().all(|sent| sent.authorization == format!("Bearer {BOT_TOKEN}")));
}

#[test]
fn a_failing_network_does_not_show_a_token() {
    let line = "GET /api/v4/teams/name/panw";
    let script = world::script().on(line, Answer::Fails(soar::transport::NetErrorKind::ConnectionRefused));
    let failure = support::fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(failure.kind(), "network");
    assert!(!holds_token(&failure.to_json().to_string()), "{failure}");
}
