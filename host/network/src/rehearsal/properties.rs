//! What holds for every binding.

use super::{Binding, Carried, Session, View};
use crate::recording::{Answer, Asked, Content, Recording, samples};
use proptest::prelude::*;
use serde_json::{Value, json};
use soar_contract::manifest::Endpoint;
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

    #[test]
    fn a_recorded_request_has_its_recorded_answer(mut exchange in samples::exchanges(), others in prop::collection::vec(samples::exchanges(), 0..4)) {
        exchange.answer.status = exchange.answer.status.max(200);
        prop_assume!(matches!(exchange.answer.content, Content::Kept(_)));
        let endpoint = Endpoint {
            method: exchange.request.method.clone(),
            path: path(&exchange.request.url),
            credential: None,
            volatile: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
        };
        let recorded = exchange.answer.clone();
        let asked = Asked::of(&exchange.request);
        // Of several that are recorded for one request, the first one answers.
        let others = others.into_iter().filter(|other| !samples::is_same(&other.request, &exchange.request));
        let exchanges = others.collect::<Vec<_>>().into_iter().chain([exchange]).collect();
        let answer = answer(&[endpoint], exchanges, &asked);
        prop_assert_eq!(answer.map(|answer| answer.content), Some(recorded.content));
    }

    #[test]
    fn whatever_is_asked_of_whatever_was_recorded_ends(asked in samples::exchanges(), exchanges in prop::collection::vec(samples::exchanges(), 0..6)) {
        let endpoint = |exchange: &crate::recording::Exchange| Endpoint {
            method: exchange.request.method.clone(),
            path: format!("/{{{}}}", "one"),
            credential: None,
            volatile: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
        };
        let endpoints: Vec<_> = exchanges.iter().chain([&asked]).map(endpoint).collect();
        drop(answer(&endpoints, exchanges, &Asked::of(&asked.request)));
    }
}

/// The path of a URL, as an endpoint without variable parts declares it.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn answer(endpoints: &[Endpoint], exchanges: Vec<crate::recording::Exchange>, asked: &Asked) -> Option<Answer> {
    let recording = Recording { exchanges, ..Recording::default() };
    let mut session = Session::new(endpoints, recording, Binding::default(), Carried::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(session.answer(asked, &[])).ok()
}
