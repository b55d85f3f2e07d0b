//! All that is wrong with a call is told at once.

use crate::support::{self, calls, refused};
use serde_json::{Value, json};

/// The problems of a failure, by argument.
fn problems(failure: &soar::Failure) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let fields = failure.fields();
    let problems = fields["problems"].as_array().expect("a list");
    problems.iter().map(|problem| (text(&problem["argument"]), text(&problem["message"]))).collect()
}

#[test]
fn what_the_host_finds_is_told_in_the_words_of_people() {
    let given = [("mesage", "hello"), ("name", "war-room"), ("type", "secret"), ("name", "b")];
    let failure = refused("mattermost-create-channel", &given);
    support::assert_argument(&failure, "mesage");
    assert_eq!(
        problems(&failure),
        [
            ("mesage", "unknown argument mesage; the command takes display_name, name, type, purpose, header, team"),
            ("type", r#"type is "secret"; one of public, private was expected"#),
            ("name", "name was given twice"),
            ("display_name", "display_name is missing"),
        ]
        .map(|(argument, message)| (argument.to_owned(), message.to_owned()))
    );
    let failure = refused("send-notification", &[("mesage", "hello"), ("channel", "a")]);
    assert_eq!(failure.message(), "unknown argument mesage; did you mean message?");
    assert_eq!(failure.fields()["suggestion"], "message");
    let failure = refused("mattermost-create-channel", &[("name", "a")]);
    assert_eq!(failure.message(), "display_name is missing");
}

#[test]
fn what_the_component_finds_is_told_in_the_same_words() {
    let long = "n".repeat(65);
    let given =
        [("display_name", long.as_str()), ("name", "War Room 7"), ("header", &"h".repeat(1025)), ("team", "SOC Team")];
    let failure = refused("mattermost-create-channel", &given);
    support::assert_argument(&failure, "display_name");
    assert_eq!(
        failure.message(),
        "4 arguments are wrong:\n\
         - display_name has 65 characters; 64 at most was expected\n\
         - name is \"War Room 7\"; a name of 1 to 64 lower-case letters, digits, - and _ that begins with a letter or a digit \
         was expected: did you mean war-room-7?\n\
         - header has 1025 characters; 1024 at most was expected\n\
         - team is \"SOC Team\"; the name as in the URL (1 to 64 letters, digits, - and _, not the display name) or the ID \
         was expected: did you mean soc-team?"
    );
    assert_eq!(problems(&failure).len(), 4);
    assert_eq!(failure.fields().get("suggestion"), None, "the first has none");
}

#[test]
fn every_command_tells_all_of_its_arguments() {
    let id = "no-id";
    for (command, given, wrong) in [
        ("mattermost-add-channel-member", &[("team", "a b"), ("channel", "c d"), ("user_id", id)][..], 3),
        ("mattermost-remove-channel-member", &[("team", "a b"), ("channel", "c d"), ("user_id", id)], 3),
        ("mattermost-set-channel-role", &[("channel_id", id), ("user_id", id)], 2),
        ("mattermost-list-users", &[("team_name", "a b"), ("channel", "c d")], 2),
        ("mattermost-close-channel", &[("team_name", "a b"), ("channel", "c d")], 2),
        ("mattermost-list-private-channels-for-user", &[("team_name", "a b"), ("user_id", id)], 2),
        ("mattermost-add-group-member", &[("group_id", id), ("user_ids", "anna,ben")], 3),
        ("mattermost-remove-group-member", &[("group_id", id), ("user_ids", "anna,ben")], 3),
        ("mattermost-send-file", &[("message", " "), ("team_name", "a b"), ("entry_id", "none")], 4),
        (
            "send-notification",
            &[
                ("message", " "),
                ("channel", "a b"),
                ("to", "Anna Smith,a/b"),
                ("root_id", id),
                ("entry", "85@109 and more"),
                ("mattermost_ask", "true"),
                ("messageType", "assign"),
            ],
            8,
        ),
    ] {
        let failure = refused(command, given);
        // One is both: a channel and people.
        let found = problems(&failure);
        assert!(found.len() >= wrong, "{command}: {failure}");
        for (argument, _) in given {
            assert!(found.iter().any(|(name, _)| name == argument), "{command} {argument}: {failure}");
        }
        for (argument, message) in &found {
            assert!(message.starts_with(&format!("{argument} ")), "{message}");
            assert!(message.contains(" was expected"), "{message}");
            assert!(!message.contains("expected expected"), "{message}");
        }
    }
}

#[test]
fn an_entry_is_one_word() {
    for wrong in ["85@109 86@109", "85@109\nView it on: https://evil.example", "85@109\u{202e}"] {
        let arguments = calls::replaced("send-notification", "entry", wrong);
        let failure = support::call_there(&support::Script::new(), "send-notification", &arguments).unwrap_err();
        support::assert_argument(&failure, "entry");
        assert!(!failure.message().contains('\n'), "{failure}");
    }
    let script = support::world::script();
    let arguments = calls::replaced("send-notification", "entry", " 85@109\n");
    support::call_there(&script, "send-notification", &arguments).unwrap_or_else(|failure| panic!("{failure}"));
    let posts = script.of_method("POST");
    let message = posts.last().expect("a post").json()["message"].as_str().expect("text").to_owned();
    assert!(message.ends_with("/#/WarRoom/109/85@109"), "{message}");
}

#[test]
fn no_list_of_problems_is_endless() {
    let users = vec!["x"; 2].into_iter().map(str::to_owned).chain((0..5_000).map(|n| format!("user{n}")));
    let users = json!(users.collect::<Vec<_>>()).to_string();
    let failure = refused("mattermost-add-group-member", &[("group_id", calls::GROUP), ("user_ids", &users)]);
    assert_eq!(problems(&failure).len(), 5_001);
    assert!(failure.message().starts_with("5001 arguments are wrong:\n"), "{failure}");
    assert!(failure.message().ends_with("\n- and 4981 more"), "{failure}");
}
