//! Credentials that are words: what came from outside is covered wherever it has them, and what is ours is not.

use super::program::{self, Ran};
use crate::support::{Answer, at_once, loopback, world};
use serde_json::json;

/// Words that are in our sentences, in names of fields, or in what a server answers.
const WORDS: [&str; 8] = ["panw", "proxy", "account", "server", "token", "name", "the", "Team"];

/// Runs a command with a word for both tokens.
fn run(url: &str, word: &str, arguments: &[&str]) -> Ran {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
    command.envs(program::variables(url)).env("MATTERMOST_ACCESS_TOKEN", word);
    command.env("MATTERMOST_PERSONAL_ACCESS_TOKEN", word);
    program::run(command, b"")
}

const TEAM: [&str; 4] = ["run", "--live", "mattermost-get-team", "team_name=panw"];

#[test]
fn a_result_keeps_its_names_and_has_no_credential() {
    for word in WORDS {
        let team = json!({ "id": world::id("a"), "name": "panw", "display_name": format!("a {word} b"), "type": "O" });
        let url = loopback::serve(&world::script().json("GET /api/v4/teams/name/panw", team));
        let ran = run(&url, word, &[&TEAM[..], &["--json"]].concat()).ends(0);
        let team = &ran.object()["context"]["Mattermost"]["Team"];
        assert_eq!(team["display_name"], "a [redacted] b", "{word}: {ran:?}");
        assert_eq!(team["name"], if word == "panw" { "[redacted]" } else { "panw" });
        assert!(ran.err.contains("it is a short word"), "{ran:?}");
    }
}

#[test]
fn sentences_of_ours_are_whole_and_the_servers_words_are_covered() {
    // The account calls itself by the word, too.
    let plain = |name: &str| {
        let id = world::id("me");
        format!(
            "Team \"panw\": The user {name} ({id}) may not do this. Needed: Must be authenticated and have the view_team \
             permission. The server said: "
        )
    };
    for word in WORDS {
        for message in [format!("No {word} here"), format!("No: \"{word}\", <{word}>"), format!("{word}-{word}")] {
            let id = format!("api.{word}.app_error");
            let body = json!({ "id": id, "message": message, "request_id": word, "status_code": 403 });
            let me = json!({ "id": world::id("me"), "username": word, "roles": "system_user", "is_bot": false });
            let script = world::script().json("GET /api/v4/users/me", me);
            let url = loopback::serve(&script.on("GET /api/v4/teams/name/panw", Answer::Json(403, body)));
            let ran = run(&url, word, &[&TEAM[..], &["--json"]].concat()).ends(1);
            let error = &ran.object()["error"];
            for field in ["server_message", "id", "request_id"] {
                let field = error[field].as_str().expect("text");
                assert!(field.contains("[redacted]") && !field.replace("[redacted]", "").contains(word), "{field}");
            }
            let whole = error["message"].as_str().expect("text");
            let (ours, said) = whole.split_once("The server said: ").expect("the server's words");
            // The name of the team is the word of whoever calls, and stands in quotation marks.
            let expected = plain("[redacted]");
            let expected = if word == "panw" { expected.replace("panw", "[redacted]") } else { expected };
            assert_eq!(format!("{ours}The server said: "), expected, "{word}");
            assert!(said.contains("[redacted]") && !said.replace("[redacted]", "").contains(word), "{word}: {whole}");
            let text = run(&url, word, &TEAM).ends(1);
            assert!(text.err.contains(&format!("Error: {expected}")), "{text:?}");
        }
    }
}

#[test]
fn an_advice_is_whole_where_nobody_answers() {
    at_once(["refused", "connection", "answer", "nothing", "listens"], |word| {
        let ran = run("http://127.0.0.1:1", word, &TEAM).ends(1);
        let (_, said) = ran.err.split_once("Error: ").expect("an error");
        assert!(said.contains(word) && !said.contains("[redacted]"), "{word}: {ran:?}");
    });
    let page = Answer::Page(502, vec![("server", "nginx"), ("x-token", "nginx")], b"<html>nginx</html>".to_vec());
    let url = loopback::serve(&world::script().on("GET /api/v4/teams/name/panw", page));
    let ran = run(&url, "nginx", &TEAM).ends(1);
    let (ours, said) = ran.err.split_once("The server said: ").expect("its words");
    assert!(ours.contains("nginx is in front of the server and answers for it"), "{ran:?}");
    assert!(said.contains("[redacted]") && !said.contains("nginx"), "{ran:?}");
}
