use super::*;
use crate::value::testing::{BOOL, S64, STRING, Shape, U8, U32, list, option, ty};
use proptest::prelude::*;
use serde_json::json;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

/// A command with an argument of each kind, and the record of them.
fn command() -> (Command, Type) {
    let record = ty(&Shape::Record(vec![
        ("channel", STRING),
        ("limit", option(U32)),
        ("page", U8),
        ("offset", option(S64)),
        ("ignore-add-url", BOOL),
        ("user-ids", option(list(STRING))),
        ("role", Shape::Enum(vec!["admin", "not-a-member"])),
        ("color", option(STRING)),
        ("extra", option(Shape::Record(vec![("a", U8)]))),
    ]));
    let command = Command {
        name: "do".into(),
        aliases: Vec::new(),
        interface: String::new(),
        function: String::new(),
        arguments: vec![
            Argument { aliases: strings(&["channel_name"]), ..Argument::plain("channel", "channel") },
            Argument { minimum: Some(1), ..Argument::plain("limit", "limit") },
            Argument { default: Some("0".into()), ..Argument::plain("page", "page") },
            Argument::plain("offset", "offset"),
            Argument { default: Some("No".into()), ..Argument::plain("ignoreAddURL", "ignore-add-url") },
            Argument::plain("user_ids", "user-ids"),
            Argument {
                default: Some("Admin".into()),
                options: strings(&["Admin", "Not a member"]),
                ..Argument::plain("role", "role")
            },
            Argument { options: strings(&["Red", "Blue"]), ..Argument::plain("color", "color") },
            Argument::plain("extra", "extra"),
        ],
        outputs: Vec::new(),
        permissions: String::new(),
        changes: false,
        endpoints: Vec::new(),
    };
    (command, record)
}

fn given(pairs: &[(&str, &str)]) -> Result<Map<String, Json>, ArgumentError> {
    let (command, record) = command();
    from_strings(&command, Some(record.unwrap_record()), pairs.iter().copied(), Unknown::Refuse)
}

/// What a field becomes when a string is given for an argument.
fn one(name: &str, text: &str) -> Json {
    let (command, _) = command();
    let field = command.argument(name).map(|argument| snake(&argument.field)).expect("an argument");
    given(&[("channel", "c"), (name, text)]).expect("it is right").remove(&field).unwrap_or(Json::Null)
}

fn refused(name: &str, text: &str) -> String {
    given(&[("channel", "c"), (name, text)]).expect_err("it is wrong").to_string()
}

#[test]
fn fields_are_in_their_order_with_defaults_and_without_what_is_not_given() {
    let object = given(&[("channel", " off topic ")]).expect("all that is required");
    assert_eq!(
        Json::Object(object).to_string(),
        json!({"channel": " off topic ", "page": 0, "ignore_add_url": false, "role": "admin"}).to_string()
    );
}

#[test]
fn booleans_in_every_case() {
    for text in ["true", "TRUE", "True", "yes", "Yes", "YES", " yes "] {
        assert_eq!(one("ignoreAddURL", text), json!(true), "{text}");
    }
    for text in ["false", "FALSE", "no", "No", "nO"] {
        assert_eq!(one("ignoreAddURL", text), json!(false), "{text}");
    }
    assert_eq!(refused("ignoreAddURL", "1"), r#"arguments.ignoreAddURL: expected true, yes, false or no, got "1""#);
}

#[test]
fn numbers_are_digits() {
    assert_eq!(one("limit", " 007 "), json!(7));
    assert_eq!(one("offset", "-5"), json!(-5));
    assert_eq!(one("offset", "-9223372036854775808"), json!(i64::MIN));
    for text in
        ["ten", "1e3", "+5", "0", "-1", "1.0", "0x10", "٣", "- 1", "-", "-99999999999999999999999999999999999999999999"]
    {
        assert_eq!(
            refused("limit", text),
            format!("arguments.limit: expected a whole number from 1, got {}", json!(text)),
        );
    }
    for text in ["4294967296", "1000000000000", "99999999999999999999999999999999999999999999"] {
        assert_eq!(
            refused("limit", text),
            format!(r#"arguments.limit: expected a whole number from 1 to 4294967295, got "{text}""#),
        );
    }
    assert_eq!(refused("page", "-1"), r#"arguments.page: expected a whole number from 0, got "-1""#);
    assert_eq!(refused("offset", "x"), r#"arguments.offset: expected a whole number, got "x""#);
}

#[test]
fn an_empty_string_is_not_given() {
    assert_eq!(one("limit", ""), Json::Null);
    assert_eq!(one("limit", "  "), Json::Null);
    assert_eq!(one("page", ""), json!(0));
    assert_eq!(one("user_ids", " "), Json::Null);
    // A list of nothing is not the same: nobody is not everybody.
    assert_eq!(one("user_ids", " , ,"), json!([]));
    assert_eq!(one("user_ids", "[]"), json!([]));
    assert_eq!(
        given(&[("channel", "")]).expect_err("none").to_string(),
        "arguments.channel: expected text, got nothing"
    );
    // Blanks are text.
    assert_eq!(given(&[("channel", " ")]).expect("text")["channel"], json!(" "));
}

#[test]
fn lists_are_json_or_separated_by_commas() {
    assert_eq!(one("user_ids", "a, b ,,c"), json!(["a", "b", "c"]));
    assert_eq!(one("user_ids", r#"["a", " b,c ", 7, ""]"#), json!(["a", "b,c", "7"]));
    assert_eq!(refused("user_ids", r#"["a", true]"#), "arguments.user_ids[1]: expected text, got true");
    assert!(refused("user_ids", r#"["a""#).contains("separated by commas, or a JSON array"));
}

#[test]
fn options_are_compared_without_case_and_listed_when_nothing_fits() {
    assert_eq!(one("role", "NOT A MEMBER"), json!("not_a_member"));
    assert_eq!(one("color", "bLUE"), json!("Blue"));
    assert_eq!(refused("role", "owner"), r#"arguments.role: expected one of Admin, Not a member, got "owner""#);
    assert_eq!(refused("color", "green"), r#"arguments.color: expected one of Red, Blue, got "green""#);
}

#[test]
fn other_types_are_json() {
    assert_eq!(one("extra", r#"{"a": 3}"#), json!({"a": 3}));
    assert_eq!(refused("extra", r#"{"a": 300}"#), "arguments.extra.a: expected a whole number from 0 to 255, got 300");
    assert_eq!(refused("extra", "a=3"), r#"arguments.extra: expected an object, as JSON, got "a=3""#);
}

#[test]
fn an_unknown_argument_is_refused_or_tolerated() {
    assert_eq!(
        refused("limt", "2"),
        "arguments.limt: expected a known argument, such as limit, got an unknown argument"
    );
    assert!(refused("zzz", "2").contains("one of the arguments channel, limit, page"));
    let (command, record) = command();
    let pairs = [("channel", "c"), ("zzz", "2")];
    assert!(from_strings(&command, Some(record.unwrap_record()), pairs, Unknown::Tolerate).is_ok());
}

#[test]
fn an_argument_is_given_once() {
    assert_eq!(
        given(&[("channel", "a"), ("channel_name", "a")]).expect_err("twice").to_string(),
        "arguments.channel: expected channel once, got it twice, as channel and as channel_name"
    );
    assert!(given(&[("channel", "a"), ("channel", "b")]).expect_err("twice").to_string().ends_with("got it twice"));
    assert_eq!(given(&[("channel_name", "a"), ("channel", "")]).expect("once")["channel"], json!("a"));
}

#[test]
fn an_alias_names_itself_in_errors() {
    let (mut command, record) = command();
    command.arguments[1].aliases.push("max".into());
    let error = from_strings(&command, Some(record.unwrap_record()), [("max", "ten")], Unknown::Refuse);
    let error = error.expect_err("no number");
    assert_eq!(error.to_string(), r#"arguments.max: expected a whole number from 1, got "ten""#);
    assert_eq!(
        (error.argument(), &*error.expected(), &*error.reason()),
        ("limit", "a whole number from 1", r#"got "ten""#)
    );
}

#[test]
fn typed_values_are_strict_and_strings_follow_the_rules() {
    let (command, record) = command();
    let read = |values: Json| {
        let Json::Object(values) = values else { panic!("an object") };
        from_values(&command, Some(record.unwrap_record()), &values, Unknown::Refuse)
    };
    let object =
        read(json!({"channel": "c", "limit": 3, "page": "4", "ignoreAddURL": true, "user_ids": ["x"], "color": null}));
    let object = object.expect("all is right");
    assert_eq!(
        Json::Object(object),
        json!({"channel": "c", "limit": 3, "page": 4, "ignore_add_url": true, "user_ids": ["x"], "role": "admin"})
    );
    let refused = |values: Json| read(values).expect_err("it is wrong").to_string();
    assert_eq!(refused(json!({"channel": "c", "limit": 0})), "arguments.limit: expected a whole number from 1, got 0");
    assert_eq!(
        refused(json!({"channel": "c", "limit": 1.5})),
        "arguments.limit: expected a whole number from 1, got 1.5"
    );
    assert_eq!(refused(json!({"channel": 5})), "arguments.channel: expected text, got 5");
    assert_eq!(refused(json!({"channel": "c", "user_ids": "x", "role": "owner"})).split(',').count(), 3);
}

#[test]
fn a_manifest_that_contradicts_its_types_is_the_components_fault() {
    let (mut command, record) = command();
    command.arguments[2].default = Some("many".into());
    let error = from_strings(&command, Some(record.unwrap_record()), [("channel", "c")], Unknown::Refuse);
    assert!(matches!(error, Err(ArgumentError::Contract { ref argument, .. }) if argument == "page"), "{error:?}");
    let error = from_strings(&command, None, [("channel", "c")], Unknown::Refuse).expect_err("no record");
    assert!(error.to_string().contains("does not have"), "{error}");
}

#[test]
fn a_command_without_a_record_takes_nothing() {
    let (mut command, _) = command();
    command.arguments.clear();
    assert_eq!(from_strings(&command, None, [], Unknown::Refuse), Ok(Map::new()));
    let error = from_strings(&command, None, [("x", "1")], Unknown::Refuse).expect_err("unknown");
    assert_eq!(error.to_string(), "arguments.x: expected no arguments, got an unknown argument");
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_a_value_of_the_record(name in 0..9usize, text in "\\PC{0,12}|[ -]?[0-9]{1,24}|[\\[{\",a-z0-9: ]{0,12}") {
        let (command, record) = command();
        let name = &command.arguments[name].name;
        let pairs = [("channel", "c"), (&**name, &*text)];
        if let Ok(object) = from_strings(&command, Some(record.unwrap_record()), pairs, Unknown::Refuse) {
            prop_assert!(from_json(&record, &Json::Object(object), "arguments").is_ok());
        }
    }

    #[test]
    fn numbers_are_what_they_say(number in any::<i64>()) {
        prop_assert_eq!(one("offset", &number.to_string()), json!(number));
        let limit = given(&[("channel", "c"), ("limit", &number.to_string())]);
        prop_assert_eq!(limit.is_ok(), (1..=i64::from(u32::MAX)).contains(&number));
    }
}
