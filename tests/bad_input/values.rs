//! Booleans, choices and lists; and arguments that come as JSON.

use crate::support::{self, assert_argument, calls, refused_for, succeeds, world};
use serde_json::{Value, json};
use soar::{Failure, Given};

#[test]
fn booleans_are_read_in_any_case() {
    for (words, private) in [
        (["true", "TRUE", "True", "tRuE", "yes", "YES", "Yes", " yes "], true),
        (["false", "FALSE", "False", "no", "NO", "nO", " no ", ""], false),
    ] {
        for word in words {
            let script = world::script();
            succeeds(&script, "mattermost-list-channels", &[("include_private_channels", word)]);
            let asked = script.lines().iter().any(|line| line.contains("/channels/private?"));
            assert_eq!(asked, private, "{word:?}");
        }
    }
}

#[test]
fn what_is_no_boolean_is_refused() {
    for (command, argument) in [
        ("mattermost-list-channels", "include_private_channels"),
        ("send-notification", "ignoreAddURL"),
        ("send-notification", "mattermost_ask"),
    ] {
        for word in ["1", "0", "on", "off", "y", "t", "truee", "true false", "нет", "null"] {
            let script = world::script();
            let arguments = calls::replaced(command, argument, word);
            let failure = support::call_there(&script, command, &arguments).unwrap_err();
            assert_argument(&failure, argument);
            assert_eq!(failure.fields()["expected"], "true, yes, false or no");
            assert!(failure.message().contains(word), "{failure}");
            assert!(script.requests().is_empty());
        }
    }
}

#[test]
fn choices_are_read_in_any_case_and_others_are_told_what_there_is() {
    for (word, kind) in
        [("Public", "O"), ("PUBLIC", "O"), ("private", "P"), ("Private", "P"), (" private ", "P"), ("", "O")]
    {
        let script = world::script();
        succeeds(&script, "mattermost-create-channel", &[("name", "a"), ("display_name", "A"), ("type", word)]);
        assert_eq!(script.of_method("POST")[0].json()["type"], kind, "{word:?}");
    }
    for (command, argument, word, expected) in [
        ("mattermost-create-channel", "type", "secret", "one of public, private"),
        ("mattermost-create-channel", "type", "O", "one of public, private"),
        ("mattermost-set-channel-role", "role", "Owner", "one of Admin, Member"),
        ("mattermost-set-channel-role", "role", "admin,member", "one of Admin, Member"),
    ] {
        let script = world::script();
        let failure = support::call_there(&script, command, &calls::replaced(command, argument, word)).unwrap_err();
        assert_argument(&failure, argument);
        assert_eq!(failure.fields()["expected"], expected);
        assert!(script.requests().is_empty());
    }
}

#[test]
fn a_role_that_is_not_given_is_member_and_says_member() {
    for role in [&[][..], &[("role", "")], &[("role", "MEMBER")]] {
        let script = world::script();
        let arguments = [&[("channel_id", calls::CHANNEL), ("user_id", calls::USER)], role].concat();
        let entry = succeeds(&script, "mattermost-set-channel-role", &arguments);
        assert!(entry.readable.ends_with("successfully to Member."), "{}", entry.readable);
        assert_eq!(script.of_method("PUT")[0].json(), json!({ "scheme_user": true, "scheme_admin": false }));
    }
}

#[test]
fn lists_are_json_or_commas_and_broken_json_is_refused() {
    let both = [calls::USER, calls::OTHER];
    let [one, other] = both;
    let (array, python) = (json!(both).to_string(), format!("['{one}', '{other}']"));
    let (python_2, bare) = (format!("[u'{one}', u'{other}']"), format!("[{one}, {other}]"));
    for text in [both.join(","), both.join(" ,\n "), format!(",{},,", both.join(",")), array, python, python_2, bare] {
        let script = world::script();
        succeeds(&script, "mattermost-add-group-member", &[("group_id", calls::GROUP), ("user_ids", &text)]);
        assert_eq!(script.of_method("POST")[0].json(), json!({ "user_ids": both }), "{text}");
    }
    for text in ["[", "[\"a\"", "['a'", "[a", "[] x", "[{}]", "[[]]", "[null]", "[true]", "[None]", "['a', True]"] {
        refused_for("mattermost-add-group-member", &[("group_id", calls::GROUP), ("user_ids", text)], "user_ids");
    }
    for text in [",", " , ,", "[]", "[\"\", \" \"]"] {
        let arguments = [("group_id", calls::GROUP), ("user_ids", text)];
        refused_for("mattermost-remove-group-member", &arguments, "user_ids");
    }
}

/// Calls a command with JSON, with the arguments of `calls` and one other value.
fn json_call(command: &str, argument: &str, value: Value) -> (Result<soar::Entry, Failure>, Vec<String>) {
    let script = world::script();
    let instance = support::with_platform(&script, support::platform());
    let mut arguments: serde_json::Map<String, Value> =
        calls::arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    arguments.insert(argument.to_owned(), value);
    let context = support::context();
    let result = support::runtime().block_on(instance.call_in(&context, command, Given::json(arguments)));
    (result, script.lines())
}

#[test]
fn json_of_the_wrong_type_is_refused_with_its_path() {
    for (command, argument, value) in [
        ("mattermost-list-channels", "limit", json!("ten")),
        ("mattermost-list-channels", "limit", json!(1.5)),
        ("mattermost-list-channels", "limit", json!(0)),
        ("mattermost-list-channels", "limit", json!(-1)),
        ("mattermost-list-channels", "limit", json!(1_000_000_000_000_u64)),
        ("mattermost-list-channels", "limit", json!(true)),
        ("mattermost-list-channels", "limit", json!([1])),
        ("mattermost-list-channels", "limit", json!({ "some": 1 })),
        ("mattermost-list-channels", "team", json!(5)),
        ("mattermost-list-channels", "team", json!(["panw"])),
        ("mattermost-list-channels", "include_private_channels", json!(1)),
        ("mattermost-list-channels", "include_private_channels", json!("maybe")),
        ("mattermost-create-channel", "type", json!(0)),
        ("mattermost-create-channel", "type", json!({ "public": null })),
        ("mattermost-add-group-member", "user_ids", json!({ "id": calls::USER })),
        ("mattermost-add-group-member", "user_ids", json!(7)),
        ("mattermost-add-group-member", "user_ids", json!([null])),
        ("mattermost-add-group-member", "user_ids", json!([calls::USER, [calls::OTHER]])),
        ("send-notification", "message", json!({ "text": "hello" })),
        ("send-notification", "message", json!(null)),
    ] {
        let (result, lines) = json_call(command, argument, value.clone());
        let failure = result.expect_err(&format!("{command} {argument}={value}"));
        assert_argument(&failure, argument);
        assert!(failure.message().starts_with(argument), "{failure}");
        assert!(lines.is_empty(), "{lines:?}");
    }
}

#[test]
fn json_of_the_right_type_is_taken_and_null_is_nothing() {
    for (command, argument, value) in [
        ("mattermost-list-channels", "limit", json!(3)),
        ("mattermost-list-channels", "limit", json!(3.0)),
        ("mattermost-list-channels", "limit", json!(3e0)),
        ("mattermost-list-channels", "limit", json!("3.0")),
        ("mattermost-list-channels", "limit", json!("3")),
        ("mattermost-list-channels", "limit", json!(null)),
        ("mattermost-list-channels", "include_private_channels", json!(false)),
        ("mattermost-list-channels", "include_private_channels", json!("No")),
        ("mattermost-add-group-member", "user_ids", json!([calls::USER])),
        ("mattermost-add-group-member", "user_ids", json!(calls::USER)),
    ] {
        let (result, _) = json_call(command, argument, value.clone());
        result.unwrap_or_else(|failure| panic!("{command} {argument}={value}: {failure}"));
    }
}
