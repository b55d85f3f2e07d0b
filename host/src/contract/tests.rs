//! Holds the Rust types against `wit/platform`.

use super::declared::declared;
use super::*;
use crate::check::check;
use crate::names::snake;
use crate::ty::testing::jsons_of;
use proptest::prelude::*;
use serde_json::Value as Json;

#[test]
fn what_describe_gives_is_what_the_contract_declares() {
    assert_eq!(check_shape(&declared("manifest", "integration")), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_manifest_of_the_contract_is_read(json in jsons_of(&declared("manifest", "integration"))) {
        let read: Integration = serde_json::from_value(json.clone()).expect("an integration");
        let commands = json["commands"].as_array().expect("a list");
        prop_assert_eq!(read.name, json["name"].as_str().expect("text"));
        prop_assert_eq!(read.commands.len(), commands.len());
        for (command, json) in read.commands.iter().zip(commands) {
            prop_assert_eq!(&command.function, json["function"].as_str().expect("text"));
            prop_assert_eq!(command.endpoints.len(), json["endpoints"].as_array().expect("a list").len());
        }
        for (parameter, json) in read.parameters.iter().zip(json["parameters"].as_array().expect("a list")) {
            prop_assert_eq!(snake(parameter.kind.name()), json["kind"].as_str().expect("text"));
        }
    }

    #[test]
    fn a_reason_is_a_case_of_the_contract(json in jsons_of(&declared("errors", "error"))) {
        // Refusals are cases of their own in Rust: see `lift`.
        if json.get("refused").is_none() {
            let reason: Reason = serde_json::from_value(json.clone()).expect("a case of the contract");
            prop_assert_eq!(Some(&reason.kind().to_owned()), json.as_object().and_then(|case| case.keys().next()));
            prop_assert_eq!(check(&declared("errors", "error"), &serde_json::to_value(&reason).expect("JSON"), ""), Ok(()));
        }
    }
}

#[test]
fn a_manifest_with_more_in_it_is_refused() {
    let endpoint = r#"{"method": "GET", "path": "/", "credential": null, "volatile": [], "query": [], "headers": []}"#;
    assert!(serde_json::from_str::<Endpoint>(endpoint).is_ok());
    let mut more: Json = serde_json::from_str(endpoint).expect("JSON");
    more["anything"] = true.into();
    let error = serde_json::from_value::<Endpoint>(more).expect_err("more than there is").to_string();
    assert!(error.contains("unknown field `anything`"), "{error}");
}
