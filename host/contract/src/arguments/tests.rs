use super::*;
use crate::check::check;
use proptest::prelude::*;
use serde_json::json;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

/// A command with an argument of each kind, and the record of them.
fn command() -> (Command, Record) {
    let record = Record::new([
        ("channel", Type::String),
        ("limit", Type::option(Type::U32)),
        ("page", Type::U8),
        ("offset", Type::option(Type::S64)),
        ("ignore-add-url", Type::Bool),
        ("user-ids", Type::option(Type::list(Type::String))),
        ("role", Type::cases(["admin", "not-a-member"])),
        ("color", Type::option(Type::String)),
        ("extra", Type::option(Type::record([("a", Type::U8)]))),
    ]);
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

fn given(pairs: &[(&str, &str)]) -> Result<Map<String, Json>, ArgumentErrors> {
    let (command, record) = command();
    from_strings(&command, Some(&record), pairs.iter().copied(), Unknown::Refuse)
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
    assert_eq!(refused("ignoreAddURL", "1"), r#"ignoreAddURL is "1"; true, yes, false or no was expected"#);
}

#[test]
fn numbers_are_digits() {
    assert_eq!(one("limit", " 007 "), json!(7));
    assert_eq!(one("offset", "-5"), json!(-5));
    assert_eq!(one("offset", "-9223372036854775808"), json!(i64::MIN));
    for (text, number) in [("3.0", 3), ("1.00", 1), ("1e3", 1000), ("1E+06", 1_000_000), ("1.234567e+06", 1_234_567)] {
        assert_eq!(one("limit", text), json!(number), "{text}");
    }
    for text in [
        "ten",
        "3.5",
        "3.",
        "1e-1",
        "+5",
        "0",
        "0.0",
        "-1",
        "-1.0",
        "1,000",
        "0x10",
        "٣",
        "- 1",
        "-",
        "-99999999999999999999999999999999999999999999",
    ] {
        assert_eq!(refused("limit", text), format!("limit is {}; a whole number from 1 was expected", json!(text)));
    }
    for text in ["4294967296", "1000000000000", "1e99", "99999999999999999999999999999999999999999999"] {
        assert_eq!(
            refused("limit", text),
            format!(r#"limit is "{text}"; a whole number from 1 to 4294967295 was expected"#),
        );
    }
    assert_eq!(refused("page", "-1"), r#"page is "-1"; a whole number from 0 was expected"#);
    assert_eq!(refused("offset", "x"), r#"offset is "x"; a whole number was expected"#);
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
    assert_eq!(given(&[("channel", "")]).expect_err("none").to_string(), "channel is missing");
    // Blanks are text.
    assert_eq!(given(&[("channel", " ")]).expect("text")["channel"], json!(" "));
}

#[test]
fn lists_are_json_or_separated_by_commas() {
    assert_eq!(one("user_ids", "a, b ,,c"), json!(["a", "b", "c"]));
    assert_eq!(one("user_ids", r#"["a", " b,c ", 7, ""]"#), json!(["a", "b,c", "7"]));
    assert_eq!(refused("user_ids", r#"["a", true]"#), "user_ids[1] is true; text was expected");
    assert_eq!(
        refused("user_ids", r#"["a""#),
        r#"user_ids is "[\"a\""; a list separated by commas or a JSON array was expected"#
    );
}

#[test]
fn lists_are_taken_as_python_prints_them() {
    for text in ["['a', 'b']", "[u'a', u'b']", "[a, b]", "[ a,b ]", "['a', \"b\", '']"] {
        assert_eq!(one("user_ids", text), json!(["a", "b"]), "{text}");
    }
    assert_eq!(refused("user_ids", "['a', None]"), "user_ids[1] is null; text was expected");
    assert_eq!(refused("user_ids", "[True]"), "user_ids[0] is true; text was expected");
    assert_eq!(one("user_ids", "['None', 'True']"), json!(["None", "True"]));
    for text in ["[", "['a'", "[a]]", "[[a]]", "[a] b"] {
        assert!(refused("user_ids", text).ends_with("was expected"), "{text}");
    }
}

#[test]
fn what_a_playbook_left_unresolved_is_called_that() {
    for (name, text) in [
        ("limit", "${inputs.limit}"),
        ("role", "${role}"),
        ("ignoreAddURL", " ${a.b}"),
        ("color", "${x}"),
        ("extra", "${a.b}"),
    ] {
        let expected =
            format!("{name} is \"{}\": the playbook left it unresolved; its value was expected", text.trim());
        assert_eq!(refused(name, text), expected);
    }
    assert_eq!(
        given(&[("channel", "inc-${incident.id}")]).expect_err("left").to_string(),
        "channel has \"${incident.id}\" in it: the playbook left it unresolved; its value was expected"
    );
    for text in ["a,${b.c}", "['a', '${b.c}']", "[a b, ${b.c}]", r#"["a b", "${b.c}"]"#] {
        let expected = "user_ids has \"${b.c}\" in it: the playbook left it unresolved; its value was expected";
        assert_eq!(refused("user_ids", text), expected, "{text}");
    }
    let alert = "Somebody sent ${jndi:ldap://a.example/b} from ${HOME}";
    assert_eq!(given(&[("channel", alert)]).expect("text")["channel"], json!(alert));
    let (command, record) = command();
    let values = Map::from_iter([("channel".to_owned(), json!("c")), ("user_ids".to_owned(), json!(["${a.b}"]))]);
    let error = from_values(&command, Some(&record), &values, Unknown::Refuse).expect_err("left");
    assert!(error.to_string().starts_with("user_ids has \"${a.b}\" in it"), "{error}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let pairs = [("zzz", "1"), ("limit", "x"), ("role", "owner"), ("user_ids", "a"), ("user_ids", "b"), ("limt", "2")];
    let errors = given(&pairs).expect_err("wrong");
    let arguments: Vec<&str> = errors.iter().map(ArgumentError::argument).collect();
    assert_eq!(arguments, ["zzz", "limit", "role", "user_ids", "limt", "channel"]);
    let text = errors.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[2]),
        (7, "6 arguments are wrong:", "- limit is \"x\"; a whole number from 1 was expected")
    );
    assert_eq!(lines[5..], ["- unknown argument limt; did you mean limit?", "- channel is missing"]);
    // Whoever misspelt a name is told that, and not that it is missing.
    for name in ["chanel", "channel_nam"] {
        let errors = given(&[(name, "c")]).expect_err("unknown");
        assert_eq!(errors.iter().count(), 1, "{errors}");
    }
}

#[test]
fn options_are_compared_without_case_and_listed_when_nothing_fits() {
    assert_eq!(one("role", "NOT A MEMBER"), json!("not_a_member"));
    assert_eq!(one("color", "bLUE"), json!("Blue"));
    assert_eq!(refused("role", "owner"), r#"role is "owner"; one of Admin, Not a member was expected"#);
    assert_eq!(refused("color", "green"), r#"color is "green"; one of Red, Blue was expected"#);
}

#[test]
fn other_types_are_json() {
    assert_eq!(one("extra", r#"{"a": 3}"#), json!({"a": 3}));
    assert_eq!(refused("extra", r#"{"a": 300}"#), "extra.a is 300; a whole number from 0 to 255 was expected");
    assert_eq!(refused("extra", "a=3"), r#"extra is "a=3"; an object, as JSON, was expected"#);
}

#[test]
fn an_unknown_argument_is_refused_or_tolerated() {
    let alone = |name: &str| given(&[("channel", "c"), (name, "2")]).expect_err("unknown").to_string();
    assert_eq!(alone("limt"), "unknown argument limt; did you mean limit?");
    assert!(alone("zzz").starts_with("unknown argument zzz; the command takes channel, limit, page"));
    let (command, record) = command();
    let pairs = [("channel", "c"), ("zzz", "2")];
    assert!(from_strings(&command, Some(&record), pairs, Unknown::Tolerate).is_ok());
}

#[test]
fn an_argument_is_given_once() {
    assert_eq!(
        given(&[("channel", "a"), ("channel_name", "a")]).expect_err("twice").to_string(),
        "channel was given twice, as channel and as channel_name"
    );
    assert!(
        given(&[("channel", "a"), ("channel", "b")])
            .expect_err("twice")
            .to_string()
            .ends_with("channel was given twice")
    );
    assert_eq!(given(&[("channel_name", "a"), ("channel", "")]).expect("once")["channel"], json!("a"));
}

#[test]
fn an_alias_names_itself_in_errors() {
    let (mut command, record) = command();
    command.arguments[1].aliases.push("max".into());
    let error = from_strings(&command, Some(&record), [("max", "ten")], Unknown::Refuse);
    let error = error.expect_err("no number");
    // And the argument that has no value at all.
    let text = r#"max is "ten"; a whole number from 1 was expected"#;
    assert_eq!(error.to_string(), format!("2 arguments are wrong:\n- {text}\n- channel is missing"));
    let error = error.iter().next().expect("an error");
    assert_eq!(
        (error.argument(), &*error.expected(), &*error.reason()),
        ("limit", "a whole number from 1", r#"is "ten""#)
    );
}

#[test]
fn typed_values_are_strict_and_strings_follow_the_rules() {
    let (command, record) = command();
    let read = |values: Json| {
        let Json::Object(values) = values else { panic!("an object") };
        from_values(&command, Some(&record), &values, Unknown::Refuse)
    };
    let object =
        read(json!({"channel": "c", "limit": 3, "page": "4", "ignoreAddURL": true, "user_ids": ["x"], "color": null}));
    let object = object.expect("all is right");
    assert_eq!(
        Json::Object(object),
        json!({"channel": "c", "limit": 3, "page": 4, "ignore_add_url": true, "user_ids": ["x"], "role": "admin"})
    );
    let refused = |values: Json| read(values).expect_err("it is wrong").to_string();
    assert_eq!(refused(json!({"channel": "c", "limit": 0})), "limit is 0; a whole number from 1 was expected");
    assert_eq!(refused(json!({"channel": "c", "limit": 1.5})), "limit is 1.5; a whole number from 1 was expected");
    assert_eq!(refused(json!({"channel": 5})), "channel is 5; text was expected");
    assert_eq!(
        refused(json!({"channel": "c", "user_ids": "x", "role": "owner"})),
        "role is \"owner\"; one of Admin, Not a member was expected"
    );
    let object = read(json!({"channel": "c", "limit": 3.0, "offset": -2e3})).expect("whole numbers");
    assert_eq!((&object["limit"], &object["offset"]), (&json!(3), &json!(-2000)));
}

#[test]
fn a_manifest_that_contradicts_its_types_is_the_components_fault() {
    let (mut command, record) = command();
    command.arguments[2].default = Some("many".into());
    let error = from_strings(&command, Some(&record), [("channel", "c")], Unknown::Refuse);
    assert!(
        matches!(error.as_ref().map_err(ArgumentErrors::contract), Err(Some(ArgumentError::Contract { argument, .. })) if argument == "page"),
        "{error:?}"
    );
    let error = from_strings(&command, None, [("channel", "c")], Unknown::Refuse).expect_err("no record");
    assert!(error.to_string().contains("does not have"), "{error}");
}

#[test]
fn a_command_without_a_record_takes_nothing() {
    let (mut command, _) = command();
    command.arguments.clear();
    assert_eq!(from_strings(&command, None, [], Unknown::Refuse), Ok(Map::new()));
    let error = from_strings(&command, None, [("x", "1")], Unknown::Refuse).expect_err("unknown");
    assert_eq!(error.to_string(), "unknown argument x; the command takes no arguments");
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_a_value_of_the_record(name in 0..9usize, text in "\\PC{0,12}|[ -]?[0-9]{1,24}|[\\[{\",a-z0-9: ]{0,12}") {
        let (command, record) = command();
        let name = &command.arguments[name].name;
        let pairs = [("channel", "c"), (&**name, &*text)];
        if let Ok(object) = from_strings(&command, Some(&record), pairs, Unknown::Refuse) {
            prop_assert!(check(&Type::Record(record), &Json::Object(object), "arguments").is_ok());
        }
    }

    #[test]
    fn numbers_are_what_they_say(number in any::<i64>()) {
        prop_assert_eq!(one("offset", &number.to_string()), json!(number));
        let limit = given(&[("channel", "c"), ("limit", &number.to_string())]);
        prop_assert_eq!(limit.is_ok(), (1..=i64::from(u32::MAX)).contains(&number));
    }
}
