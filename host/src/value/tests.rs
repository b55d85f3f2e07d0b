use super::testing::*;
use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use wasm_encoder::PrimitiveValType as Primitive;
use wasmtime::component::Val;

fn refused(shape: &Shape, json: Json) -> String {
    from_json(&ty(shape), &json, "arguments").expect_err("it is wrong").to_string()
}

fn read(shape: &Shape, json: Json) -> Val {
    from_json(&ty(shape), &json, "arguments").expect("it is right")
}

fn person() -> Shape {
    Shape::Record(vec![("user-name", STRING), ("limit", option(U32)), ("tags", list(STRING))])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_value_survives_json((ty, val) in typed_values()) {
        let json = to_json(&ty, &val).expect("a value of its type");
        let back = from_json(&ty, &json, "value").expect("its own JSON");
        prop_assert_eq!(&back, &val);
        // Through text too: that is how it travels.
        let text: Json = serde_json::from_str(&json.to_string()).expect("JSON");
        prop_assert_eq!(from_json(&ty, &text, "value").expect("the same JSON"), val);
    }

    #[test]
    fn json_survives_a_value((ty, val) in typed_values()) {
        let json = to_json(&ty, &val).expect("a value of its type");
        let again = to_json(&ty, &from_json(&ty, &json, "value").expect("its own JSON"));
        prop_assert_eq!(again, Ok(json));
    }

    #[test]
    fn any_json_is_read_or_refused(shape in shapes(), json in jsons()) {
        let ty = ty(&shape);
        if let Ok(val) = from_json(&ty, &json, "value") {
            prop_assert!(to_json(&ty, &val).is_ok());
        }
    }

    #[test]
    fn a_value_of_another_type_is_read_or_refused(shape in shapes(), (_, val) in typed_values()) {
        let _ = to_json(&ty(&shape), &val);
    }
}

#[test]
fn names_are_in_snake_case_and_fields_in_the_declared_order() {
    let shape = Shape::Record(vec![("create-at", S64), ("is-it", BOOL)]);
    let val = read(&shape, json!({"is_it": true, "create_at": 5}));
    assert_eq!(val, Val::Record(vec![("create-at".into(), Val::S64(5)), ("is-it".into(), Val::Bool(true))]));
    assert_eq!(to_json(&ty(&shape), &val), Ok(json!({"create_at": 5, "is_it": true})));
}

#[test]
fn an_absent_option_is_none_and_an_absent_field_is_an_error() {
    let val = read(&person(), json!({"user_name": "a", "tags": []}));
    let Val::Record(fields) = val else { panic!("a record") };
    assert_eq!(fields[1].1, Val::Option(None));
    assert_eq!(refused(&person(), json!({"user_name": "a"})), "arguments.tags: expected a list, got nothing");
}

#[test]
fn errors_name_the_path() {
    let team = Shape::Record(vec![("members", list(person()))]);
    let wrong = json!({"members": [{"user_name": "a", "tags": []}, {"user_name": "b", "tags": ["x", 5]}]});
    assert_eq!(refused(&team, wrong), "arguments.members[1].tags[1]: expected text, got 5");
    assert_eq!(
        refused(&person(), json!({"user_name": "a", "tags": [], "limit": "ten"})),
        r#"arguments.limit: expected a whole number from 0 to 4294967295, got "ten""#
    );
    assert_eq!(from_json(&ty(&BOOL), &json!(1), "").expect_err("no").to_string(), "expected true or false, got 1");
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
    assert_eq!(read(&U8, json!(255)), Val::U8(255));
    // Programs that calculate with floating-point numbers write whole ones so.
    assert_eq!(read(&U8, json!(2e2)), Val::U8(200));
    assert_eq!(read(&U8, json!(1.0)), Val::U8(1));
    for wrong in [json!(256), json!(-1), json!(1.5), json!(1e3), json!("1"), json!(null), json!(true)] {
        assert!(refused(&U8, wrong.clone()).contains("from 0 to 255"), "{wrong}");
    }
    let u64 = Shape::Primitive(Primitive::U64);
    assert_eq!(read(&u64, json!(u64::MAX)), Val::U64(u64::MAX));
    assert_eq!(read(&S64, json!(i64::MIN)), Val::S64(i64::MIN));
    assert!(from_json(&ty(&S64), &json!(u64::MAX), "n").is_err());
}

#[test]
fn floats_that_json_has_no_number_for_are_strings() {
    assert_eq!(read(&F32, json!("NaN")), Val::Float32(f32::NAN));
    assert_eq!(read(&F32, json!("-Infinity")), Val::Float32(f32::NEG_INFINITY));
    assert_eq!(to_json(&ty(&F32), &Val::Float32(0.1)), Ok(json!(0.1)));
    assert!(refused(&F32, json!(1e39)).contains("a number from"));
    assert!(refused(&F32, json!("inf")).contains("Infinity"));
}

#[test]
fn a_char_is_one_character() {
    assert_eq!(read(&CHAR, json!("ß")), Val::Char('ß'));
    assert!(refused(&CHAR, json!("")).contains("one character"));
    assert!(refused(&CHAR, json!("ab")).contains("one character"));
}

#[test]
fn an_option_of_an_option_says_some() {
    let shape = option(option(U8));
    assert_eq!(read(&shape, json!(null)), Val::Option(None));
    assert_eq!(read(&shape, json!({"some": null})), Val::Option(Some(Box::new(Val::Option(None)))));
    assert_eq!(refused(&shape, json!(5)), r#"arguments: expected null or {"some": …}, got 5"#);
}

#[test]
fn a_result_without_payload_is_null() {
    let shape = Shape::Result(None, Some(Box::new(U8)));
    assert_eq!(read(&shape, json!({"ok": null})), Val::Result(Ok(None)));
    assert_eq!(to_json(&ty(&shape), &Val::Result(Ok(None))), Ok(json!({"ok": null})));
    assert!(refused(&shape, json!({"ok": true})).contains("null, for no payload"));
    assert!(refused(&shape, json!({"err": null})).starts_with("arguments.err: "));
    assert!(refused(&shape, json!({"ok": null, "err": 1})).contains(r#"{"ok": …}"#));
}

#[test]
fn variants_and_enums_name_their_cases() {
    let shape = Shape::Variant(vec![("not-found", None), ("rate-limited", Some(U32))]);
    assert_eq!(read(&shape, json!("not_found")), Val::Variant("not-found".into(), None));
    assert_eq!(
        read(&shape, json!({"rate_limited": 3})),
        Val::Variant("rate-limited".into(), Some(Box::new(Val::U32(3))))
    );
    assert_eq!(refused(&shape, json!("gone")), r#"arguments: expected one of "not_found", "rate_limited", got "gone""#);
    assert!(refused(&shape, json!("rate_limited")).contains(r#"{"rate_limited": a whole number"#));
    assert!(refused(&shape, json!({"not_found": null})).contains("no payload"));
    assert!(
        refused(&Shape::Enum(vec!["public", "private"]), json!("Public")).contains(r#"one of "public", "private""#)
    );
}

#[test]
fn flags_are_a_set() {
    let shape = Shape::Flags(vec!["read-all", "write"]);
    let both = Val::Flags(vec!["read-all".into(), "write".into()]);
    assert_eq!(read(&shape, json!(["write", "read_all"])), both);
    assert_eq!(to_json(&ty(&shape), &both), Ok(json!(["read_all", "write"])));
    assert!(refused(&shape, json!(["write", "write"])).starts_with("arguments[1]: expected each name once"));
    assert!(refused(&shape, json!(["red"])).contains("read_all"));
    assert!(refused(&shape, json!({"write": true})).contains("a list of names"));
}

#[test]
fn maps_are_objects_when_their_keys_are_strings() {
    let named = Shape::Map(Primitive::String, Box::new(U8));
    assert_eq!(read(&named, json!({"a": 1})), Val::Map(vec![(Val::String("a".into()), Val::U8(1))]));
    let numbered = Shape::Map(Primitive::U8, Box::new(BOOL));
    assert_eq!(read(&numbered, json!([[1, true]])), Val::Map(vec![(Val::U8(1), Val::Bool(true))]));
    assert!(refused(&numbered, json!([[1, true], [1, false]])).contains("each key once"));
    let twice = Val::Map(vec![(Val::U8(1), Val::Bool(true)), (Val::U8(1), Val::Bool(false))]);
    assert_eq!(to_json(&ty(&numbered), &twice), Ok(json!([[1, false]])));
}

#[test]
fn tuples_and_fixed_lists_have_their_length() {
    let shape = Shape::Tuple(vec![U8, STRING]);
    assert_eq!(read(&shape, json!([1, "a"])), Val::Tuple(vec![Val::U8(1), Val::String("a".into())]));
    assert_eq!(refused(&shape, json!([1])), "arguments: expected a list of exactly 2 items, got 1 of them");
    let fixed = Shape::FixedLengthList(Box::new(U8), 2);
    assert_eq!(read(&fixed, json!([1, 2])), Val::FixedLengthList(vec![Val::U8(1), Val::U8(2)]));
    assert!(refused(&fixed, json!([1, 2, 3])).contains("exactly 2"));
}

#[test]
fn resources_are_an_error_and_no_panic() {
    assert_eq!(refused(&Shape::Resource, json!(1)), "arguments: expected a type that JSON can carry, got a resource");
    let inside = Shape::Record(vec![("content", Shape::Resource)]);
    assert!(refused(&inside, json!({"content": 0})).starts_with("arguments.content: "));
    assert!(to_json(&ty(&Shape::Resource), &Val::U8(1)).is_err());
}

#[test]
fn a_long_value_is_cut_in_its_error() {
    let error = from_json(&ty(&U8), &json!("ü".repeat(1_000_000)), "n").expect_err("too long");
    assert_eq!(error.found.chars().count(), 60);
    assert!(error.found.ends_with('…'));
    let exact = from_json(&ty(&U8), &json!("x".repeat(58)), "n").expect_err("no number");
    assert_eq!(exact.found, format!("\"{}\"", "x".repeat(58)));
}
