use super::*;
use crate::limits::{Limit, Limits};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::json;

fn json(context: &Context) -> Json {
    Json::Object(context.as_object().clone())
}

fn merged(steps: &[(&str, &str, Json)]) -> Json {
    let mut context = Context::new();
    for (prefix, key, found) in steps {
        context.merge(prefix, key, found.clone());
    }
    context.into()
}

#[test]
fn dots_make_nested_objects() {
    assert_eq!(
        merged(&[("Chat.Team", "name", json!({"name": "a"})), ("Chat.Channel", "id", json!([{"id": 1}]))]),
        json!({"Chat": {"Team": {"name": "a"}, "Channel": [{"id": 1}]}})
    );
}

#[test]
fn the_same_key_updates_and_another_appends() {
    assert_eq!(
        merged(&[
            ("C", "id", json!([{"id": 1, "a": 1}, {"id": 2}])),
            ("C", "id", json!([{"id": 2, "b": 2}, {"id": 3}, {"id": 1, "a": [5]}])),
        ]),
        json!({"C": [{"id": 1, "a": [5]}, {"id": 2, "b": 2}, {"id": 3}]})
    );
}

#[test]
fn one_object_becomes_a_list_when_a_second_comes() {
    let one = ("C", "id", json!({"id": 1}));
    assert_eq!(merged(&[one.clone(), ("C", "id", json!({"id": 1, "a": 1}))]), json!({"C": {"id": 1, "a": 1}}));
    assert_eq!(merged(&[one, ("C", "id", json!({"id": 2}))]), json!({"C": [{"id": 1}, {"id": 2}]}));
}

#[test]
fn nothing_found_is_no_context() {
    assert_eq!(merged(&[("C", "id", json!([])), ("C.D", "id", json!(null))]), json!({}));
    assert_eq!(merged(&[("C", "id", json!([]))]), json!({}));
    let there = ("C", "id", json!([{"id": 1}]));
    assert_eq!(merged(&[there, ("C", "id", json!([]))]), json!({"C": [{"id": 1}]}));
}

#[test]
fn a_missing_or_null_key_matches_nothing() {
    let nameless = ("C", "id", json!({"id": null, "a": 1}));
    assert_eq!(merged(&[nameless.clone(), nameless]), json!({"C": [{"id": null, "a": 1}, {"id": null, "a": 1}]}));
    assert_eq!(
        merged(&[("C", "id", json!({"a": 1})), ("C", "id", json!({"a": 2}))]),
        json!({"C": [{"a": 1}, {"a": 2}]})
    );
}

#[test]
fn a_path_through_something_else_takes_nothing_away() {
    let list = ("U", "id", json!([{"id": 1}]));
    let inside = ("U.Channels", "id", json!([{"id": 7}]));
    let both = json!({"U": [{"id": 1}, {"Channels": [{"id": 7}]}]});
    assert_eq!(merged(&[list.clone(), inside.clone()]), both);
    assert_eq!(merged(&[list, inside.clone(), inside.clone()]), both);
    assert_eq!(merged(&[("U", "id", json!("x")), inside]), json!({"U": ["x", {"Channels": [{"id": 7}]}]}));
}

#[test]
fn names_are_those_of_the_manifest_in_each_item() {
    let names = [
        ("timezone.automatic-timezone".to_owned(), "automaticTimezone".to_owned()),
        ("timezone".to_owned(), "TimeZone".to_owned()),
        ("not-there".to_owned(), "x".to_owned()),
    ];
    let user = json!({"id": 1, "timezone": {"automatic_timezone": "UTC", "manual_timezone": ""}, "create_at": 5});
    let other = json!({"id": 2, "timezone": null});
    assert_eq!(
        renamed(json!([user, other]), &names).to_string(),
        json!([
            {"id": 1, "TimeZone": {"automaticTimezone": "UTC", "manual_timezone": ""}, "create_at": 5},
            {"id": 2, "TimeZone": null},
        ])
        .to_string()
    );
}

#[test]
fn the_work_grows_with_the_items_and_not_with_their_names() {
    let work = |names: usize| {
        let names: Vec<_> = (0..names).map(|name| (format!("a{name}.b"), format!("n{name}"))).collect();
        let mut budget = Budget::endless();
        let mut found: Json = (0..1000).map(|id| json!({"id": id, "a1": {"b": id}})).collect();
        Names::new(&names).rename(&mut found, &mut budget).unwrap();
        assert_eq!(found[5], json!({"id": 5, "a1": {"n1": 5}}));
        budget.work()
    };
    assert_eq!(work(2), work(20_000));
}

#[test]
fn a_context_takes_no_more_than_the_budget() {
    let output = |prefix: String| Output { prefix, key: "id".into(), field: "users".into(), names: Vec::new() };
    let context = |copies: usize, bytes| {
        let outputs: Vec<_> = (0..copies).map(|copy| output(format!("Chat.User{copy}"))).collect();
        let users: Json = (0..1000).map(|id| json!({"id": id})).collect();
        let Json::Object(mut result) = json!({ "users": users }) else { unreachable!() };
        let mut budget = Budget::new(&Limits::default().with(Limit::Output, bytes), None);
        Context::found(&outputs, &mut result, &mut budget)
    };
    assert!(context(1, 1 << 20).is_ok());
    assert_eq!(context(20, 1 << 20).unwrap_err().limit, Limit::Output);
    assert!(context(20, 64 << 20).is_ok());
}

#[test]
fn a_result_fills_the_context_by_the_manifest() {
    let output =
        |prefix: &str, names| Output { prefix: prefix.into(), key: "id".into(), field: "the-user".into(), names };
    // Two outputs may be of one field.
    let outputs = [output("Chat.User", vec![("channels".into(), "Channels".into())]), output("Chat.Last", Vec::new())];
    let user = json!({"id": "u", "channels": [{"id": "c", "create_at": 1}]});
    let Json::Object(mut result) = json!({"the_user": user, "other": "x"}) else { unreachable!() };
    assert_eq!(
        Json::from(Context::of_result(&outputs, &mut result)),
        json!({"Chat": {"User": {"id": "u", "Channels": [{"id": "c", "create_at": 1}]}, "Last": user}})
    );
    assert_eq!(Json::from(result.clone()), json!({"other": "x"}), "what is taken is not there any more");
    assert!(Context::of_result(&outputs, &mut result).is_empty());
}

/// Items with a key, so that they are known again.
fn items() -> impl Strategy<Value = Json> {
    let item = (0..5u8, btree_map("[a-d]", 0..9i64, 0..3)).prop_map(|(id, fields)| {
        let mut object = Map::from_iter([("id".to_owned(), json!(id))]);
        object.extend(fields.into_iter().map(|(name, number)| (name, json!(number))));
        Json::Object(object)
    });
    prop_oneof![item.clone(), vec(item, 0..5).prop_map(Json::from)]
}

fn prefixes() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["A", "A.B", "A.B.C", "B", "B.A"])
}

/// Whether everything in one is in the other, items under their key and fields under their name.
fn kept(before: &Json, after: &Json) -> bool {
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            before.iter().all(|(name, json)| name != "id" || after.get(name) == Some(json))
                && before.iter().all(|(name, json)| after.get(name).is_some_and(|other| kept(json, other)))
        }
        (Json::Array(before), Json::Array(after)) => {
            before.iter().all(|item| after.iter().any(|other| kept(item, other)))
        }
        (before, Json::Array(after)) => after.iter().any(|other| kept(before, other)),
        (before, after) => !before.is_object() && !after.is_object(),
    }
}

proptest! {
    #[test]
    fn merging_twice_is_merging_once(steps in vec((prefixes(), items()), 0..4), prefix in prefixes(), found in items()) {
        let mut context = Context::new();
        for (prefix, found) in steps {
            context.merge(prefix, "id", found);
        }
        context.merge(prefix, "id", found.clone());
        let once = context.clone();
        context.merge(prefix, "id", found);
        prop_assert_eq!(json(&context), json(&once));
    }

    #[test]
    fn nothing_that_is_there_is_lost(steps in vec((prefixes(), items()), 1..6)) {
        let mut context = Context::new();
        for (prefix, found) in steps {
            let before = json(&context);
            context.merge(prefix, "id", found.clone());
            let after = json(&context);
            prop_assert!(kept(&before, &after), "{before} then {found} at {prefix}: {after}");
        }
    }
}
