use super::*;
use crate::tests::types::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn refused(ty: &Type, json: Json) -> String {
    check(ty, &json, "arguments").expect_err("it is wrong").to_string()
}

fn taken(ty: &Type, json: Json) {
    check(ty, &json, "arguments").expect("it is right");
}

fn person() -> Type {
    Type::record([("user-name", Type::String), ("limit", Type::option(Type::U32)), ("tags", Type::list(Type::String))])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_json_of_a_value_is_right((ty, json) in typed_jsons()) {
        prop_assert_eq!(check(&ty, &json, "value"), Ok(()));
        // Through text too: that is how it travels.
        let text: Json = serde_json::from_str(&json.to_string()).expect("JSON");
        prop_assert_eq!(check(&ty, &text, "value"), Ok(()));
    }

    #[test]
    fn any_json_is_right_or_wrong(ty in types(), json in jsons()) {
        let _ = check(&ty, &json, "value");
    }
}

#[test]
fn an_absent_field_is_an_error_unless_it_is_an_option() {
    taken(&person(), json!({"user_name": "a", "tags": []}));
    assert_eq!(refused(&person(), json!({"user_name": "a"})), "arguments.tags: expected a list, got nothing");
}

#[test]
fn errors_name_the_path() {
    let team = Type::record([("members", Type::list(person()))]);
    let wrong = json!({"members": [{"user_name": "a", "tags": []}, {"user_name": "b", "tags": ["x", 5]}]});
    assert_eq!(refused(&team, wrong), "arguments.members[1].tags[1]: expected text, got 5");
    assert_eq!(
        refused(&person(), json!({"user_name": "a", "tags": [], "limit": "ten"})),
        r#"arguments.limit: expected a whole number from 0 to 4294967295, got "ten""#
    );
    assert_eq!(check(&Type::Bool, &json!(1), "").expect_err("no").to_string(), "expected true or false, got 1");
}

#[test]
fn an_unknown_field_is_an_error_that_names_the_nearest() {
    assert_eq!(
        refused(&person(), json!({"user_name": "a", "tags": [], "limt": 1})),
        "arguments.limt: expected a known field, such as limit, got the unknown field limt"
    );
    // The WIT spelling is not the JSON one.
    assert!(refused(&person(), json!({"user-name": "a", "tags": []})).starts_with("arguments.user_name"));
}

#[test]
fn integers_keep_to_their_width() {
    // Programs that calculate with floating-point numbers write whole ones so.
    for right in [json!(255), json!(2e2), json!(1.0)] {
        taken(&Type::U8, right);
    }
    for wrong in [json!(256), json!(-1), json!(1.5), json!(1e3), json!("1"), json!(null), json!(true)] {
        assert!(refused(&Type::U8, wrong.clone()).contains("from 0 to 255"), "{wrong}");
    }
    taken(&Type::U64, json!(u64::MAX));
    taken(&Type::S64, json!(i64::MIN));
    assert!(check(&Type::S64, &json!(u64::MAX), "n").is_err());
}

#[test]
fn floats_that_json_has_no_number_for_are_strings() {
    taken(&Type::Float32, json!("NaN"));
    taken(&Type::Float32, json!("-Infinity"));
    assert!(refused(&Type::Float32, json!(1e39)).contains("a number from"));
    assert!(refused(&Type::Float32, json!("inf")).contains("Infinity"));
}

#[test]
fn a_char_is_one_character() {
    taken(&Type::Char, json!("ß"));
    assert!(refused(&Type::Char, json!("")).contains("one character"));
    assert!(refused(&Type::Char, json!("ab")).contains("one character"));
}

#[test]
fn an_option_of_an_option_says_some() {
    let ty = Type::option(Type::option(Type::U8));
    taken(&ty, json!(null));
    taken(&ty, json!({"some": null}));
    assert_eq!(refused(&ty, json!(5)), r#"arguments: expected null or {"some": …}, got 5"#);
}

#[test]
fn a_result_without_payload_is_null() {
    let ty = Type::result(None, Some(Type::U8));
    taken(&ty, json!({"ok": null}));
    assert!(refused(&ty, json!({"ok": true})).contains("null, for no payload"));
    assert!(refused(&ty, json!({"err": null})).starts_with("arguments.err: "));
    assert!(refused(&ty, json!({"ok": null, "err": 1})).contains(r#"{"ok": …}"#));
}

#[test]
fn variants_and_enums_name_their_cases() {
    let ty = Type::variant([("not-found", None), ("rate-limited", Some(Type::U32))]);
    taken(&ty, json!("not_found"));
    taken(&ty, json!({"rate_limited": 3}));
    assert_eq!(refused(&ty, json!("gone")), r#"arguments: expected one of "not_found", "rate_limited", got "gone""#);
    assert!(refused(&ty, json!("rate_limited")).contains(r#"{"rate_limited": a whole number"#));
    assert!(refused(&ty, json!({"not_found": null})).contains("no payload"));
    assert!(refused(&Type::cases(["public", "private"]), json!("Public")).contains(r#"one of "public", "private""#));
}

#[test]
fn flags_are_a_set() {
    let ty = Type::flags(["read-all", "write"]);
    taken(&ty, json!(["write", "read_all"]));
    assert!(refused(&ty, json!(["write", "write"])).starts_with("arguments[1]: expected each name once"));
    assert!(refused(&ty, json!(["red"])).contains("read_all"));
    assert!(refused(&ty, json!({"write": true})).contains("a list of names"));
}

#[test]
fn maps_are_objects_when_their_keys_are_strings() {
    taken(&Type::Map(Type::String.into(), Type::U8.into()), json!({"a": 1}));
    let numbered = Type::Map(Type::U8.into(), Type::Bool.into());
    taken(&numbered, json!([[1, true]]));
    assert!(refused(&numbered, json!([[1, true], [1, false]])).contains("each key once"));
}

#[test]
fn tuples_and_fixed_lists_have_their_length() {
    let ty = Type::tuple([Type::U8, Type::String]);
    taken(&ty, json!([1, "a"]));
    assert_eq!(refused(&ty, json!([1])), "arguments: expected a list of exactly 2 items, got 1 of them");
    let fixed = Type::FixedLengthList(Type::U8.into(), 2);
    taken(&fixed, json!([1, 2]));
    assert!(refused(&fixed, json!([1, 2, 3])).contains("exactly 2"));
}

#[test]
fn resources_are_an_error_and_no_panic() {
    assert_eq!(refused(&Type::Resource, json!(1)), "arguments: expected a type that JSON can carry, got a resource");
    let inside = Type::record([("content", Type::Resource)]);
    assert!(refused(&inside, json!({"content": 0})).starts_with("arguments.content: "));
}

#[test]
fn a_long_value_is_cut_in_its_error() {
    let error = check(&Type::U8, &json!("ü".repeat(1_000_000)), "n").expect_err("too long");
    assert_eq!(error.found.chars().count(), 60);
    assert!(error.found.ends_with('…'));
    let exact = check(&Type::U8, &json!("x".repeat(58)), "n").expect_err("no number");
    assert_eq!(exact.found, format!("\"{}\"", "x".repeat(58)));
}
