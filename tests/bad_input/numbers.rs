//! Numbers that are none, or too small, or too large.

use crate::support::{self, calls, refused_for, succeeds, world};

/// The commands with pages.
fn paged() -> Vec<String> {
    let paged: Vec<_> = calls::with(|name| name == "page_size").into_iter().map(|(command, _)| command).collect();
    assert!(paged.len() >= 4, "{paged:?}");
    paged
}

fn refuses(command: &str, argument: &str, value: &str) -> String {
    let script = world::script();
    let arguments = calls::replaced(command, argument, value);
    let failure = support::call_there(&script, command, &arguments).unwrap_err();
    support::assert_argument(&failure, argument);
    assert!(script.requests().is_empty());
    failure.message()
}

#[test]
fn a_number_that_is_none_says_so_to_the_letter() {
    let failure = refused_for("mattermost-list-channels", &[("limit", "ten")], "limit");
    assert_eq!(failure.message(), r#"limit is "ten"; a whole number from 1 was expected"#);
    assert_eq!(
        failure.to_string(),
        r#"Failed to execute mattermost-list-channels command. Error: limit is "ten"; a whole number from 1 was expected."#
    );
}

#[test]
fn limits_and_sizes_begin_at_one_and_pages_at_zero() {
    for command in &paged() {
        for (argument, least) in [("limit", 1), ("page_size", 1), ("page", 0)] {
            for value in
                ["ten", "-1", "3.5", "1e-1", "3.", "0x10", "+5", "1 0", "1,000", "٣", "½", "--1", "-", "null", "[1]"]
            {
                let message = refuses(command, argument, value);
                let value = serde_json::json!(value);
                assert_eq!(message, format!("{argument} is {value}; a whole number from {least} was expected"));
            }
        }
        for argument in ["limit", "page_size"] {
            for zero in ["0", "0.0", "0e5"] {
                assert!(refuses(command, argument, zero).ends_with("a whole number from 1 was expected"));
            }
        }
    }
}

#[test]
fn a_number_larger_than_any_is_told_the_largest() {
    for command in &paged() {
        for argument in ["limit", "page_size", "page"] {
            for value in ["1000000000000", "4294967296", "1e99", "99999999999999999999999999999999999999999999999999"] {
                let message = refuses(command, argument, value);
                assert!(message.contains(" to 4294967295 was expected"), "{message}");
            }
        }
    }
}

#[test]
fn a_number_is_whole_however_it_is_written() {
    for value in ["2", " 2 ", "002", "2.0", "2.000", "2e0", "0.2e+01"] {
        let script = world::script();
        succeeds(&script, "mattermost-list-groups", &[("limit", value)]);
        assert_eq!(script.lines(), ["GET /api/v4/groups?page=0&per_page=2"]);
    }
}

#[test]
fn a_page_without_its_size_has_the_default_size() {
    for (command, more, line) in [
        ("mattermost-list-channels", None, "/api/v4/teams/teampanw000000000000000000/channels?page=3&per_page=50"),
        ("mattermost-list-users", None, "/api/v4/users?page=3&per_page=50"),
        ("mattermost-list-groups", None, "/api/v4/groups?page=3&per_page=50"),
        (
            "mattermost-list-group-members",
            Some(("group_id", calls::GROUP)),
            "/api/v4/groups/group0group0group0group000/members?page=3&per_page=50",
        ),
    ] {
        let script = world::script();
        let arguments: Vec<_> = [("page", "3")].into_iter().chain(more).collect();
        succeeds(&script, command, &arguments);
        assert_eq!(script.lines().last().map(String::as_str), Some(format!("GET {line}").as_str()));
    }
}

#[test]
fn the_largest_page_is_asked_for_as_it_is() {
    let script = world::script();
    succeeds(&script, "mattermost-list-groups", &[("page", "4294967295"), ("page_size", "200")]);
    assert_eq!(script.lines(), ["GET /api/v4/groups?page=4294967295&per_page=200"]);
    let script = world::script();
    succeeds(&script, "mattermost-list-groups", &[("limit", "4294967295")]);
    assert!(script.lines().len() <= 2, "a short page ends it: {:?}", script.lines());
}
