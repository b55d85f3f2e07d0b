//! What holds for every binding.

use super::{Binding, View};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Few values, so that they meet.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[abc]{1,3}".prop_map(Value::from),
        prop::sample::select(vec!["alerts", "war-room-7", "alerts war-room-7", "#alerts", ""]).prop_map(Value::from),
        (0..3).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

fn place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["name", "team", "page"])
}

/// A binding of whatever goes together, as requests make it.
fn binding() -> impl Strategy<Value = Binding> {
    let pair = (place(), value(), value(), any::<bool>(), any::<bool>());
    prop::collection::vec(pair, 0..12).prop_map(|pairs| {
        let mut binding = Binding::default();
        for (place, recorded, asked, sure, next) in pairs {
            if next {
                binding.next();
            }
            if sure {
                let _ = binding.bind(place, &recorded, &asked);
            } else {
                binding.seed(place, &recorded, &asked);
            }
        }
        binding
    })
}

fn whole(view: &View, value: &Value) -> Value {
    // Of texts with several words parts are replaced: those are not one to one with others by themselves.
    view.value(value)
}

proptest! {
    #[test]
    fn two_recorded_values_never_become_one(binding in binding(), place in place()) {
        let view = binding.view(place);
        let mut seen: BTreeMap<String, Value> = BTreeMap::new();
        let texts = ["a", "b", "c", "ab", "abc", "cab", "alerts", "war-room-7", ""].map(Value::from);
        let others = [json!(0), json!(1), json!(2), json!(true), json!(false), Value::Null];
        for recorded in texts.into_iter().chain(others) {
            let asked = whole(&view, &recorded).to_string();
            if let Some(other) = seen.insert(asked.clone(), recorded.clone()) {
                prop_assert!(false, "{other} and {recorded} are both {asked}: {binding:?}");
            }
        }
    }

    #[test]
    fn equal_values_are_the_identity(values in prop::collection::vec((place(), value()), 0..12), text in ".{0,40}") {
        let mut binding = Binding::default();
        for (place, value) in &values {
            prop_assert_eq!(binding.bind(place, value, value), Ok(false));
        }
        prop_assert!(binding.is_identity());
        for (place, value) in &values {
            prop_assert_eq!(&binding.view(place).value(value), value);
            prop_assert_eq!(binding.view(place).text(&text), None);
        }
    }

    #[test]
    fn what_a_request_has_is_what_its_answer_has(binding in binding(), place in place(), recorded in value(), asked in value()) {
        let mut binding = binding;
        binding.next();
        if binding.bind(place, &recorded, &asked).is_ok() {
            prop_assert_eq!(binding.view(place).value(&recorded), asked);
        }
    }
}
