//! Ids of the wrong shape, for every argument that is an id.

use crate::support::{self, assert_argument, calls, world};

/// Every argument that takes an id of Mattermost's, with its command. An entry's id is the platform's.
fn ids() -> Vec<(String, String)> {
    let is_id = |name: &str| (name.ends_with("_id") || name.ends_with("_ids")) && name != "entry_id";
    let ids = calls::with(is_id);
    assert!(ids.len() >= 11, "{ids:?}");
    ids
}

#[test]
fn an_id_of_the_wrong_shape_is_refused() {
    for (command, argument) in &ids() {
        for wrong in [
            "a",
            "me",
            "dev",
            "gb3fnuc5bigzuckruzu79zqp3",
            "gb3fnuc5bigzuckruzu79zqp3cc",
            "GB3FNUC5BIGZUCKRUZU79ZQP3C",
            "gb3fnuc5bigzuckruzu79zqp3ß",
            "gb3fnuc5bigzuckruzu79zqp-c",
            "gb3fnuc5bigz\0uckruzu79zqp3",
            "../../../users/victim?x=",
            "..%2f..%2fusers%2fvictimxx",
            "dev@example.test",
        ] {
            let script = world::script();
            let failure =
                support::call_there(&script, command, &calls::replaced(command, argument, wrong)).unwrap_err();
            assert_argument(&failure, argument);
            assert!(failure.message().contains("26 lower-case letters and digits"), "{failure}");
            assert!(failure.message().contains("is not an ID"), "{failure}");
            assert!(script.requests().is_empty(), "{:?}", script.lines());
        }
    }
}

#[test]
fn one_wrong_id_in_a_list_is_named() {
    for command in ["mattermost-add-group-member", "mattermost-remove-group-member"] {
        let users = format!("{},victim", calls::USER);
        let arguments = [("group_id", calls::GROUP), ("user_ids", &users)];
        let failure = support::refused_for(command, &arguments, "user_ids");
        assert!(failure.message().contains("\"victim\"") && !failure.message().contains(calls::USER), "{failure}");
    }
}

#[test]
fn a_long_wrong_id_is_not_repeated_whole() {
    let long = "x".repeat(100_000);
    let arguments = calls::replaced("mattermost-list-group-members", "group_id", &long);
    let failure = support::call_there(&world::script(), "mattermost-list-group-members", &arguments).unwrap_err();
    assert_argument(&failure, "group_id");
    assert!(failure.message().len() < 400, "{} bytes", failure.message().len());
}
