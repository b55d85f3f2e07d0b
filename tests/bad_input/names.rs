//! Names of teams and channels.

use crate::support::{self, assert_argument, calls, succeeds, world};

/// Every argument with the name of a team or channel that should exist, with its command.
fn existing() -> Vec<(String, String)> {
    let existing = calls::with(|name| ["team", "team_name", "channel"].contains(&name));
    assert!(existing.len() >= 15, "{existing:?}");
    existing
}

#[test]
fn a_name_that_cannot_be_in_a_url_is_refused() {
    let sixty_five = "n".repeat(65);
    for (command, argument) in &existing() {
        for wrong in [
            sixty_five.as_str(),
            "a b",
            "a.b",
            ".",
            "..",
            "a/b",
            "a\\b",
            "a?b",
            "a#b",
            "%2e",
            "größe",
            "名前",
            "a\0b",
            "a\nb",
        ] {
            let script = world::script();
            let failure =
                support::call_there(&script, command, &calls::replaced(command, argument, wrong)).unwrap_err();
            assert_argument(&failure, argument);
            assert!(failure.message().contains("as in the URL"), "{failure}");
            assert!(script.requests().is_empty(), "{:?}", script.lines());
        }
    }
}

#[test]
fn a_name_of_one_or_of_64_characters_is_asked_for() {
    let longest = "n".repeat(64);
    for (command, argument) in &existing() {
        for name in ["a", &longest, "under_score-1"] {
            let script = world::script();
            support::call_there(&script, command, &calls::replaced(command, argument, name))
                .unwrap_or_else(|failure| panic!("{command} {argument}={name}: {failure}"));
            let encoded = |line: &String| line.split(['/', '?']).any(|segment| segment == name);
            assert!(script.lines().iter().any(encoded), "{command} {argument}: {:?}", script.lines());
        }
    }
}

fn create(name: &str) -> Vec<(&str, &str)> {
    vec![("name", name), ("display_name", "War Room")]
}

#[test]
fn a_new_channel_has_a_name_that_the_server_takes() {
    let (longest, too_long) = ("n".repeat(64), "n".repeat(65));
    for right in ["a", "7", "ab", "incident-109", "a_b", &longest] {
        let script = world::script();
        succeeds(&script, "mattermost-create-channel", &create(right));
        assert_eq!(script.of_method("POST")[0].json()["name"], right);
    }
    for wrong in [
        "", " ", "-abc", "_abc", "-", "Incident", "INCIDENT", "a.b", "a b", " a", "a ", "größe", "名前", "🦀", "a/b",
        &too_long,
    ] {
        let failure = support::refused_for("mattermost-create-channel", &create(wrong), "name");
        if !wrong.is_empty() {
            assert!(failure.message().contains("1 to 64 lower-case letters, digits, - and _"), "{failure}");
        }
    }
}

#[test]
fn lengths_of_a_new_channels_texts_are_counted_in_characters() {
    for (argument, most) in [("display_name", 64), ("purpose", 250), ("header", 1024)] {
        for letter in ["a", "é", "世", "🦀"] {
            let (fits, too_long) = (letter.repeat(most), letter.repeat(most + 1));
            let command = "mattermost-create-channel";
            let script = world::script();
            support::call_there(&script, command, &calls::replaced(command, argument, &fits))
                .unwrap_or_else(|failure| panic!("{argument}: {failure}"));
            assert_eq!(script.of_method("POST")[0].json()[argument], fits);

            let script = world::script();
            let failure =
                support::call_there(&script, command, &calls::replaced(command, argument, &too_long)).unwrap_err();
            assert_argument(&failure, argument);
            assert!(failure.message().contains(&format!("{most} at most")), "{failure}");
            assert!(failure.message().contains(&format!("{} characters", most + 1)), "{failure}");
            assert!(script.requests().is_empty());
        }
    }
}

#[test]
fn a_channel_without_its_team_is_not_looked_for() {
    let failure = support::refused_for("mattermost-list-users", &[("channel", "war-room")], "team_name");
    assert!(failure.message().contains("war-room"), "{failure}");
}
