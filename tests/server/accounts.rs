//! Whose account was refused: errors name it, and the question for it changes nothing else.

use crate::support::{self, Answer, Script, calls, fails, world};
use serde_json::{Value, json};
use soar::{CallContext, Embedded, Failure};

const ME: &str = "GET /api/v4/users/me";
const HIDDEN: &str = "GET /api/v4/teams/name/panw/channels/name/newc-1";
const POSTS: &str = "POST /api/v4/posts";
const NOTE: &[(&str, &str)] = &[("message", "hello"), ("channel", "newc-1")];
const BOT: &str = "8tjbtm44xt8ydnwo6jdxrc99mr";

fn bot() -> Value {
    json!({ "id": BOT, "username": "impulse", "roles": "system_user", "is_bot": true })
}

fn forbidden() -> Answer {
    world::error(403, "api.context.permissions.app_error")
}

fn invisible() -> Answer {
    world::error(404, "app.channel.get_by_name.missing.app_error")
}

#[test]
fn the_bot_is_named_and_how_it_gets_into_the_channel() {
    let add = format!("mattermost-add-channel-member team=panw channel=newc-1 user_id={BOT}");
    for (line, answer, kind) in [(HIDDEN, invisible(), "not_found"), (POSTS, forbidden(), "forbidden")] {
        let failure = fails(&world::script().on(line, answer).json(ME, bot()), "send-notification", NOTE);
        assert_eq!(failure.kind(), kind);
        assert!(failure.message().contains(&format!("he bot impulse ({BOT}) is not a member")), "{failure}");
        assert!(failure.message().contains(&add), "{failure}");
    }
    // The command that is named takes what is said.
    let command =
        support::component().manifest().command("mattermost-add-channel-member").expect("it is there").clone();
    let names: Vec<&str> = command.arguments.iter().map(|argument| argument.name.as_str()).collect();
    assert_eq!(names, ["team", "channel", "user_id"]);
    let adding = [("team", "panw"), ("channel", "newc-1"), ("user_id", BOT)];
    support::succeeds(&world::script(), "mattermost-add-channel-member", &adding);
}

/// A file: before it is uploaded, while it is, and when it is there but the post is not.
#[test]
fn a_file_that_the_bot_may_not_send_says_the_same() {
    let upload = format!("POST /api/v4/files?channel_id={}&filename=report.txt", world::id("channelnewc-1"));
    for (line, answer) in [(HIDDEN, invisible()), (&upload, forbidden()), (POSTS, forbidden())] {
        let script = world::script().on(line, answer).json(ME, bot());
        let arguments = calls::replaced("mattermost-send-file", "channel", "newc-1");
        let failure = support::call_there(&script, "mattermost-send-file", &arguments).expect_err("refused");
        assert!(failure.message().contains(&format!("user_id={BOT}")), "{line}: {failure}");
        assert!(failure.message().contains("channel=newc-1"), "{line}: {failure}");
        assert_eq!(script.count(ME), 1, "{:?}", script.lines());
    }
}

/// Each step of each command, refused: one question more, with the same token, and nothing of the text is left open.
#[test]
fn whoever_is_refused_at_any_step_is_named() {
    for command in support::component().manifest().commands.clone() {
        let declared = command.endpoints.iter().any(|endpoint| endpoint.path == "/api/v4/users/me");
        let (done, arguments) = succeeds(&command.name);
        for line in done.lines() {
            let script = world::script().on(&line, forbidden());
            let result = support::call_there(&script, &command.name, &arguments);
            let Err(failure) = result else { continue };
            let about = format!("{} {line}: {failure}", command.name);
            assert!(
                !failure.message().contains(['\u{1}', '\u{2}', '\u{3}']) && !failure.message().contains("\\u{"),
                "{about}"
            );
            if !declared || line == ME {
                assert!(failure.message().contains("account behind "), "{about}");
                continue;
            }
            assert!(failure.message().contains("he user robot (robot"), "{about}");
            let tokens: Vec<_> = script.requests().into_iter().map(|sent| sent.authorization).collect();
            if command.name != "test-module" {
                assert_eq!(script.lines().iter().filter(|line| *line == ME).count(), 1 + done.count(ME), "{about}");
                assert!(tokens.windows(2).all(|two| two[0] == two[1]), "{about}");
            }
        }
    }
}

fn succeeds(command: &str) -> (Script, Vec<(String, String)>) {
    let arguments = calls::replaced(command, "", "");
    let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    let script = world::script();
    support::call_there(&script, command, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
    (script, arguments)
}

#[test]
fn nobody_is_asked_for_where_a_command_succeeds() {
    for command in support::component().manifest().commands.clone() {
        let (script, _) = succeeds(&command.name);
        let needed = usize::from(command.name == "test-module") * 2;
        assert_eq!(script.count(ME), needed, "{}: {:?}", command.name, script.lines());
    }
}

/// However the question ends, what was refused is the error.
#[test]
fn the_first_error_stays_when_the_question_fails() {
    let answers: Vec<Answer> = vec![
        forbidden(),
        world::error(401, "api.context.session_expired.app_error"),
        world::error(500, "some.id"),
        world::error(429, "some.id"),
        Answer::With(503, vec![("retry-after", "100000")], json!({})),
        Answer::Json(200, json!({ "id": "../x", "username": "a b" })),
        Answer::Json(200, json!([])),
        Answer::Page(200, Vec::new(), b"<html>".to_vec()),
        Answer::Cut(200, "{\"id\":"),
        Answer::Fails(soar::transport::NetErrorKind::ConnectionTerminated),
        Answer::Fails(soar::transport::NetErrorKind::HttpRequestDenied),
    ];
    for answer in answers {
        let failure = fails(&world::script().on(POSTS, forbidden()).on(ME, answer), "send-notification", NOTE);
        check_first(&failure);
    }
}

fn check_first(failure: &Failure) {
    assert_eq!(failure.kind(), "forbidden", "{failure}");
    assert_eq!(failure.fields()["id"], "api.context.permissions.app_error");
    assert!(failure.message().contains("The account behind bot_access_token is not a member"), "{failure}");
    assert!(failure.message().contains("test-module shows the ID"), "{failure}");
}

#[test]
fn a_question_that_the_administrator_does_not_allow_is_not_the_error() {
    let script = world::script().on(POSTS, forbidden());
    let mut settings = support::settings();
    settings.network.deny = vec![ME.to_owned()];
    let instance = support::with_settings(&script, settings, Embedded::new());
    check_first(&support::call(&instance, "send-notification", NOTE).expect_err("refused"));
    assert_eq!(script.count(ME), 0);
}

/// A name is a server's word: it changes nothing of the line that it stands in.
#[test]
fn an_accounts_name_is_one_line() {
    for name in ["impulse\u{1}", "\u{2}", "x\nwarning: y", "\u{202e}abc"] {
        let me = json!({ "id": BOT, "username": name, "is_bot": true });
        check_first(&fails(&world::script().on(POSTS, forbidden()).json(ME, me), "send-notification", NOTE));
    }
    let me = json!({ "id": BOT, "username": "", "is_bot": true });
    let failure = fails(&world::script().on(POSTS, forbidden()).json(ME, me), "send-notification", NOTE);
    assert!(failure.message().contains(BOT), "{failure}");
}

#[test]
fn a_link_that_cannot_be_made_is_said() {
    let entry = |context: CallContext, more: &[(&str, &str)]| {
        let arguments: Vec<_> = NOTE.iter().chain(more).copied().collect();
        let script = world::script();
        let instance = support::with_platform(&script, support::platform());
        let entry = support::call_in(&context, &instance, "send-notification", &arguments);
        let sent = script.of_method("POST")[0].json()["message"].clone();
        (entry.unwrap_or_else(|failure| panic!("{failure}")).readable, sent)
    };
    let (said, sent) = entry(CallContext::new(), &[("entry", "85@109")]);
    assert!(said.contains("Warning: the message has no link to the entry 85@109"), "{said}");
    assert_eq!(sent, "hello");
    for (context, more) in [
        (CallContext::new(), &[][..]),
        (CallContext::new(), &[("entry", "85@109"), ("ignoreAddURL", "true")][..]),
        (support::context(), &[("entry", "85@109")][..]),
    ] {
        let (said, _) = entry(context, more);
        assert!(!said.contains("Warning"), "{said}");
    }
}
