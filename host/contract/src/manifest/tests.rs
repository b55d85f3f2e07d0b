//! Holds the Rust types against `wit/platform`.

use super::*;
use crate::check::check;
use crate::tests::declared::declared;
use crate::tests::types::jsons_of;
use proptest::prelude::*;

proptest! {
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
