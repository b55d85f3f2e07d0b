use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use soar_contract::check::check;
use soar_contract::ty::Type;
use soar_testing::types::*;
use wasmtime::component::Val;

fn read(ty: &Type, json: Json) -> Val {
    check(ty, &json, "value").expect("it is right");
    from_json(ty, json).expect("a value")
}

fn written(ty: &Type, val: &Val) -> Json {
    to_json(ty, val).expect("a value of its type")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_value_survives_json((ty, json) in typed_jsons()) {
        let val = read(&ty, json);
        let json = written(&ty, &val);
        prop_assert_eq!(&read(&ty, json.clone()), &val);
        // Through text too: that is how it travels.
        let text: Json = serde_json::from_str(&json.to_string()).expect("JSON");
        prop_assert_eq!(&read(&ty, text), &val);
        prop_assert_eq!(written(&ty, &val), json);
    }

    #[test]
    fn what_is_right_is_a_value_and_a_value_is_right(ty in types(), json in jsons()) {
        let is_right = check(&ty, &json, "value").is_ok();
        match from_json(&ty, json) {
            Some(val) => prop_assert!(check(&ty, &written(&ty, &val), "value").is_ok()),
            None => prop_assert!(!is_right),
        }
    }

    #[test]
    fn a_value_of_another_type_is_written_or_refused(ty in types(), (other, json) in typed_jsons()) {
        let _ = to_json(&ty, &read(&other, json));
    }
}

#[test]
fn names_are_in_snake_case_and_fields_in_the_declared_order() {
    let ty = Type::record([("create-at", Type::S64), ("is-it", Type::Bool)]);
    let val = read(&ty, json!({"is_it": true, "create_at": 5}));
    assert_eq!(val, Val::Record(vec![("create-at".into(), Val::S64(5)), ("is-it".into(), Val::Bool(true))]));
    assert_eq!(written(&ty, &val).to_string(), json!({"create_at": 5, "is_it": true}).to_string());
}

#[test]
fn an_absent_option_is_none() {
    let person = Type::record([("user-name", Type::String), ("limit", Type::option(Type::U32))]);
    let Val::Record(fields) = read(&person, json!({"user_name": "a"})) else { panic!("a record") };
    assert_eq!(fields[1].1, Val::Option(None));
}

#[test]
fn numbers_are_of_their_type() {
    for (json, number) in [(json!(255), 255), (json!(2e2), 200), (json!(1.0), 1)] {
        assert_eq!(read(&Type::U8, json), Val::U8(number));
    }
    assert_eq!(read(&Type::U64, json!(u64::MAX)), Val::U64(u64::MAX));
    assert_eq!(read(&Type::S64, json!(i64::MIN)), Val::S64(i64::MIN));
    assert_eq!(read(&Type::Float32, json!("NaN")), Val::Float32(f32::NAN));
    assert_eq!(read(&Type::Float32, json!("-Infinity")), Val::Float32(f32::NEG_INFINITY));
    assert_eq!(written(&Type::Float32, &Val::Float32(0.1)), json!(0.1));
    assert_eq!(read(&Type::Char, json!("ß")), Val::Char('ß'));
}

#[test]
fn options_and_results_carry_values() {
    let nested = Type::option(Type::option(Type::U8));
    assert_eq!(read(&nested, json!(null)), Val::Option(None));
    assert_eq!(read(&nested, json!({"some": null})), Val::Option(Some(Box::new(Val::Option(None)))));
    let result = Type::result(None, Some(Type::U8));
    assert_eq!(read(&result, json!({"ok": null})), Val::Result(Ok(None)));
    assert_eq!(written(&result, &Val::Result(Ok(None))), json!({"ok": null}));
}

#[test]
fn variants_and_flags_have_their_names_in_wit() {
    let ty = Type::variant([("not-found", None), ("rate-limited", Some(Type::U32))]);
    assert_eq!(read(&ty, json!("not_found")), Val::Variant("not-found".into(), None));
    let limited = Val::Variant("rate-limited".into(), Some(Box::new(Val::U32(3))));
    assert_eq!(read(&ty, json!({"rate_limited": 3})), limited);
    let ty = Type::flags(["read-all", "write"]);
    let both = Val::Flags(vec!["read-all".into(), "write".into()]);
    assert_eq!(read(&ty, json!(["write", "read_all"])), both);
    assert_eq!(written(&ty, &both), json!(["read_all", "write"]));
}

#[test]
fn lists_maps_and_tuples_are_theirs() {
    let named = Type::Map(Type::String.into(), Type::U8.into());
    assert_eq!(read(&named, json!({"a": 1})), Val::Map(vec![(Val::String("a".into()), Val::U8(1))]));
    let numbered = Type::Map(Type::U8.into(), Type::Bool.into());
    assert_eq!(read(&numbered, json!([[1, true]])), Val::Map(vec![(Val::U8(1), Val::Bool(true))]));
    let twice = Val::Map(vec![(Val::U8(1), Val::Bool(true)), (Val::U8(1), Val::Bool(false))]);
    assert_eq!(written(&numbered, &twice), json!([[1, false]]));
    let tuple = Type::tuple([Type::U8, Type::String]);
    assert_eq!(read(&tuple, json!([1, "a"])), Val::Tuple(vec![Val::U8(1), Val::String("a".into())]));
    let fixed = Type::FixedLengthList(Type::U8.into(), 2);
    assert_eq!(read(&fixed, json!([1, 2])), Val::FixedLengthList(vec![Val::U8(1), Val::U8(2)]));
}

#[test]
fn a_resource_has_no_json() {
    assert!(to_json(&Type::Resource, &Val::U8(1)).is_err());
}
