//! What a command may reach, and what an administrator takes away of it.

use super::pages::between;
use super::program::{self, Ran};
use super::soar;
use crate::support::{self, loopback, world};
use serde_json::{Value, json};
use soar::limits::{Limit, Limits};

const COMMAND: &str = "mattermost-list-channels";
const PAGE: &str = "docs/policy.md";

/// Runs `soar` with an instance file of these lines.
fn with_file(lines: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("prod.toml");
    std::fs::write(&path, lines).expect("written");
    let arguments = [arguments, &["--instance", path.to_str().expect("text")]].concat();
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.env("XDG_STATE_HOME", folder.path().join("state"));
    program::run(command, b"")
}

fn check(lines: &str, method: &str, url: &str) -> (i32, Value) {
    let ran = with_file(lines, &["policy", "--json", "--check", method, url, COMMAND]);
    assert!(ran.err.is_empty(), "{ran:?}");
    (ran.code, ran.object())
}

const URL: &str = "url = \"https://chat.example.org/chat\"\n";
const ONE_TEAM: &str = "[network]\nallow = [\"GET /api/v4/teams/name/panw\", \"GET /api/v4/teams/*/channels/**\"]\n\
                        deny = [\"* /api/v4/teams/{team}/channels/private\"]\nprivate = false\n";

/// A screen without the breaks of its lines.
fn flat(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_command_shows_what_it_declares_wherever_the_server_is() {
    for command in &support::component().manifest().commands {
        let shown = soar(&["policy", &command.name, "--json"]).ends(0).object();
        assert_eq!((&shown["command"], &shown["server"]), (&json!(command.name), &Value::Null));
        let endpoints = shown["endpoints"].as_array().expect("a list");
        assert_eq!(endpoints.len(), command.endpoints.len());
        for (shown, endpoint) in endpoints.iter().zip(&command.endpoints) {
            assert_eq!((&shown["method"], &shown["path"]), (&json!(endpoint.method), &json!(endpoint.path)));
            assert_eq!(shown["credential"], json!(endpoint.credential));
            assert_eq!((&shown["allowed"], &shown["code"]), (&json!("yes"), &json!("declared")));
        }
    }
    let text = flat(&soar(&["policy", COMMAND]).ends(0).out);
    for words in [
        "below the server's base URL",
        "/api/v4/teams/name/{team}",
        "personal_access_token",
        "Redirects are not followed",
        "only if the server's own host is in one",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn an_instance_file_says_where_and_narrows() {
    let lines = format!("{URL}{ONE_TEAM}");
    let text = flat(&with_file(&lines, &["policy", COMMAND]).ends(0).out);
    for words in [
        "below https://chat.example.org/chat",
        "only GET /api/v4/teams/name/panw",
        "no: the administrator denies * /api/v4/teams/{team}/channels/private",
        "never connected to",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let shown = with_file(&lines, &["policy", COMMAND, "--json"]).ends(0).object();
    assert_eq!(
        (&shown["server"], &shown["private_networks"]),
        (&json!("https://chat.example.org/chat"), &json!("never"))
    );
    let of = |path: &str| {
        let endpoint = shown["endpoints"].as_array().expect("a list").iter().find(|shown| shown["path"] == path);
        let endpoint = endpoint.unwrap_or_else(|| panic!("{path}: {shown}"));
        [&endpoint["allowed"], &endpoint["code"], &endpoint["only"], &endpoint["not"]].map(Clone::clone)
    };
    assert_eq!(
        of("/api/v4/teams/name/{team}"),
        // The second one too: a team may be called "channels".
        [
            json!("partly"),
            json!("declared"),
            json!(["GET /api/v4/teams/name/panw", "GET /api/v4/teams/*/channels/**"]),
            json!([]),
        ]
    );
    assert_eq!(of("/api/v4/teams/{team}/channels"), [json!("yes"), json!("declared"), json!([]), json!([])]);
    assert_eq!(
        of("/api/v4/teams/{team}/channels/private"),
        [json!("no"), json!("denied_by_administrator"), json!([]), json!(["* /api/v4/teams/{team}/channels/private"])]
    );
}

#[test]
fn one_request_is_answered_for() {
    let lines = format!("{URL}{ONE_TEAM}");
    for (method, url, code) in [
        ("GET", "https://chat.example.org/chat/api/v4/teams/name/panw", "declared"),
        ("GET", "https://chat.example.org:443/chat/api/v4/teams/name/p%61nw", "declared"),
        ("GET", "/api/v4/teams/name/panw?x=1", "undeclared_query"),
        ("GET", "/api/v4/teams/name/panw?x;y", "ambiguous_query"),
        ("GET", "/api/v4/teams/name/panw", "declared"),
        ("GET", "/api/v4/teams/name/other", "not_allowed_by_administrator"),
        ("GET", "/api/v4/teams/x/channels/private", "denied_by_administrator"),
        ("DELETE", "/api/v4/teams/name/panw", "undeclared"),
        ("get", "/api/v4/teams/name/panw", "undeclared"),
        ("GET", "/../api/v4/teams/name/panw", "ambiguous_path"),
        ("GET", "https://chat.example.org/api/v4/teams/name/panw", "outside_base"),
        ("GET", "https://evil.example/chat/api/v4/teams/name/panw", "other_origin"),
        ("GET", "http://chat.example.org/chat/api/v4/teams/name/panw", "other_origin"),
        ("GET", "https://chat.example.org:0443/chat/api/v4/teams/name/panw", "ambiguous_authority"),
        ("GET", "https://me:hunter2@chat.example.org/chat/api/v4/teams/name/panw", "userinfo"),
    ] {
        let (exit, shown) = check(&lines, method, url);
        let allowed = code == "declared";
        assert_eq!((exit, &shown["code"]), (if allowed { 0 } else { 1 }, &json!(code)), "{method} {url}: {shown}");
        assert_eq!(shown["allowed"], json!(allowed));
        assert!(
            shown["reason"].as_str().is_some_and(|reason| !reason.is_empty()) && !shown.to_string().contains("hunter2")
        );
        let (rule, credential) = match allowed {
            true => (json!("GET /api/v4/teams/name/{team}"), json!("personal_access_token")),
            false => (Value::Null, Value::Null),
        };
        assert_eq!((&shown["rule"], &shown["credential"]), (&rule, &credential));
    }
    let ran = with_file(&lines, &["policy", "--check", "GET", "/api/v4/teams/name/panw", COMMAND]).ends(0);
    assert_eq!(ran.out, "allowed: declared: GET /api/v4/teams/name/{team}; credential: personal_access_token\n");
    let ran = with_file(&lines, &["policy", "--check", "POST", "/api/v4/posts", COMMAND]).ends(1);
    assert_eq!(ran.out, "denied: undeclared: the command does not declare POST /api/v4/posts\n");
    assert!(ran.err.is_empty(), "{ran:?}");
    // Without a server, by its path.
    soar(&["policy", "--check", "GET", "/api/v4/teams/name/panw", COMMAND]).ends(0);
    soar(&["policy", "--check", "GET", "/api/v4/posts", COMMAND]).ends(1);
}

#[test]
fn the_environment_and_the_command_line_say_where_too() {
    let url = "https://chat.example.net/api/v4/teams/name/panw";
    let arguments = ["policy", "--check", "GET", url, COMMAND];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.env("MATTERMOST_URL", "https://chat.example.net");
    program::run(command, b"").ends(0);
    soar(&[&arguments[..], &["--set", "url=https://chat.example.net"]].concat()).ends(0);
    soar(&[&arguments[..], &["--set", "url=https://chat.example.com"]].concat()).ends(1);
}

#[test]
fn a_wrong_question_is_a_wrong_call() {
    for (arguments, words) in [
        (&["policy", "--check", "GET", "/api/v4/users/me"][..], "<COMMAND>"),
        (&["policy", "mattermost-get-taem"], "did you mean mattermost-get-team?"),
        (&["policy", COMMAND, "--check", "GET"], "--check"),
        (&["policy", COMMAND, "--check", "G T", "/api"], "no method"),
        (&["policy", COMMAND, "--check", "GET", "api"], "begins with a slash"),
        (&["policy", COMMAND, "--check", "GET", "https://chat.example.org/x"], "no server is configured"),
        (&["policy", COMMAND, "--check", "GET", "/a b"], "can't be read"),
        (&["policy", COMMAND, "--set", "url=chat.example.org"], "url: it has no scheme"),
        (&["policy", COMMAND, "--instance", "/nowhere.toml"], "/nowhere.toml"),
    ] {
        let ran = soar(arguments).ends(2);
        assert!(ran.err.contains(words) && ran.out.is_empty(), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_pattern_that_could_not_work_is_an_error_before_anything_is_sent() {
    for (table, words) in [
        (
            "[network]\nallow = [\"GET /api/v4/team/*\"]",
            "network.allow: the pattern \"GET /api/v4/team/*\" has no endpoint",
        ),
        ("[network]\ndeny = [\"/api/v4/posts\"]", "network.deny: the pattern \"/api/v4/posts\": it is not a method"),
        ("[network]\nprivate = true", "network.private: true would widen"),
        ("[network]\nalow = []", "prod.toml: network.alow: there is no such key; did you mean allow?"),
        (
            "[network]\nconnect_timeout = \"5\"",
            "prod.toml: network.connect_timeout: got \"5\"; expected a time above 0",
        ),
        ("[limits]\nmemroy = \"1 MiB\"", "prod.toml: limits.memroy: there is no such limit; did you mean memory?"),
        ("[limits]\nmemory = \"lots\"", "prod.toml: limits.memory: got \"lots\"; expected a size above 0"),
    ] {
        let lines = format!("{URL}team_name = \"panw\"\npersonal_access_token = {{ env = \"SHELL\" }}\n{table}\n");
        let policy = with_file(&lines, &["policy", COMMAND]).ends(2);
        let run = with_file(&lines, &["run", COMMAND]).ends(2);
        for ran in [policy, run] {
            assert!(ran.err.contains(words) && ran.out.is_empty(), "{table}: {ran:?}");
        }
    }
    let ran = soar(&["run", "mattermost-get-team", "team_name=panw", "--limit", "tme=1 s"]).ends(2);
    assert!(ran.err.contains("--limit tme: there is no such limit; did you mean time?"), "{ran:?}");
}

#[test]
fn what_the_administrator_denies_is_not_sent() {
    let script = world::script();
    let url = loopback::serve(&script);
    for (table, words) in [
        ("deny = [\"* /api/v4/teams/name/panw\"]", "the administrator denies * /api/v4/teams/name/panw"),
        ("allow = [\"GET /api/v4/teams/name/other\"]", "is not among what the administrator allows"),
    ] {
        let lines = format!("url = {url:?}\nteam_name = \"panw\"\npersonal_access_token = \"x\"\n[network]\n{table}\n");
        let ran =
            with_file(&lines, &["run", "--live", "--trust", "--json", "mattermost-get-team", "team_name=panw"]).ends(1);
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], "denied", "{ran:?}");
        assert!(error["cause"].as_str().is_some_and(|cause| cause.contains(words)), "{ran:?}");
    }
    assert!(script.requests().is_empty(), "{:?}", script.lines());
    let lines = format!(
        "url = {url:?}\nteam_name = \"panw\"\npersonal_access_token = \"x\"\n[network]\nallow = [\"GET /**\"]\n\
         connect_timeout = \"5 s\"\n[limits]\nrequests = 10\n"
    );
    let arguments = ["run", "--live", "--trust", "mattermost-get-team", "team_name=panw", "--limit", "time=90 s"];
    with_file(&lines, &arguments).ends(0);
    assert_eq!(script.lines(), ["GET /api/v4/teams/name/panw"]);
}

#[test]
fn the_patterns_of_the_page_can_be_written() {
    let about = between(PAGE, "A pattern is a method and a path", "A pattern that can't be read");
    let pattern = about.split('`').find(|word| word.contains('?')).expect("one with a query");
    let lines = format!("{URL}[network]\ndeny = [{pattern:?}]\n");
    let ran = with_file(&lines, &["policy", "mattermost-create-channel"]).ends(0);
    assert!(flat(&ran.out).contains(&format!("not {pattern}")), "{ran:?}");
}

#[test]
fn the_page_has_every_limit_with_its_default() {
    let defaults = Limits::default();
    let row =
        |limit: Limit| format!("| `{}` | {} | {} |\n", limit.name(), limit.show(defaults.get(limit)), limit.about());
    let table = between("docs/limits.md", "| limit | default | of |\n|---|---|---|\n", "\n\n");
    assert_eq!(table + "\n", Limit::ALL.map(row).concat());
}

#[test]
fn the_page_shows_what_is_shown() {
    let file = between(PAGE, "# narrow.toml\n", "```");
    let shown = between(PAGE, "$ soar policy mattermost-create-channel --instance narrow.toml\n", "\n$ ");
    let out = with_file(&file, &["policy", "mattermost-create-channel"]).ends(0).out;
    assert_eq!(out.replace(support::component().digest(), "sha256:…"), shown);
    let shown = between(PAGE, "$ soar policy --check POST /api/v4/posts mattermost-create-channel\n", "```");
    assert_eq!(soar(&["policy", "--check", "POST", "/api/v4/posts", "mattermost-create-channel"]).ends(1).out, shown);
}
