//! Commands and arguments by wrong names, left out, doubled, empty.

use crate::support::{self, assert_argument, calls, refused, refused_for, world};

#[test]
fn an_unknown_command_is_told_the_nearest() {
    for (name, nearest) in [
        ("mattermost-list-chanels", "mattermost-list-channels"),
        ("list-channels", "mattermost-list-channels"),
        ("Mattermost-Get-Team", "mattermost-get-team"),
        ("send-notificaton", "send-notification"),
        ("close-chanel", "close-channel"),
    ] {
        let failure = refused(name, &[]);
        assert_eq!((failure.kind(), failure.is_wrong_call()), ("unknown_command", true), "{failure}");
        assert_eq!(failure.fields()["nearest"], nearest);
        assert!(failure.message().contains(name) && failure.message().contains(nearest), "{failure}");
    }
}

#[test]
fn a_command_like_no_other_is_unknown_without_a_suggestion() {
    for name in ["", "xyzzy", "🦀"] {
        let failure = refused(name, &[]);
        assert_eq!((failure.kind(), failure.is_wrong_call()), ("unknown_command", true), "{failure}");
        assert!(!failure.fields().contains_key("nearest"), "{failure}");
    }
}

#[test]
fn an_unknown_argument_is_told_the_nearest() {
    for (command, argument, nearest) in [
        ("mattermost-list-channels", "limt", "limit"),
        ("mattermost-list-channels", "Limit", "limit"),
        ("mattermost-get-team", "team", "team_name"),
        ("send-notification", "ignoreaddurl", "ignoreAddURL"),
        ("send-notification", "ignore_add_url", "ignoreAddURL"),
    ] {
        let failure = refused_for(command, &[(argument, "x")], argument);
        assert!(failure.message().contains(nearest), "{failure}");
    }
    let failure = refused_for("mattermost-get-team", &[("zzz", "x")], "zzz");
    assert!(failure.message().contains("team_name"), "it names those that there are: {failure}");
    let failure = refused_for("test-module", &[("team", "panw")], "team");
    assert!(failure.message().contains("no arguments"), "{failure}");
}

#[test]
fn every_required_argument_that_is_missing_or_empty_is_named() {
    let component = support::component();
    let mut seen = 0;
    for command in component.commands() {
        for info in command.arguments().into_iter().filter(|info| info.required) {
            let argument = &info.argument.name;
            for name in calls::names(&command) {
                let script = world::script();
                let missing = support::call_there(&script, name, &calls::without(name, argument)).unwrap_err();
                assert_argument(&missing, argument);
                for blank in ["", " ", "\t\n "] {
                    let arguments = calls::replaced(name, argument, blank);
                    let failure = support::call_there(&script, name, &arguments).unwrap_err();
                    assert_argument(&failure, argument);
                }
                assert!(script.requests().is_empty(), "{name} {argument}: {:?}", script.lines());
                seen += 1;
            }
        }
    }
    assert!(seen >= 18, "{seen} required arguments");
}

#[test]
fn an_empty_optional_argument_is_one_that_is_not_given() {
    let component = support::component();
    for command in component.commands() {
        for info in command.arguments().into_iter().filter(|info| !info.required) {
            let argument = &info.argument.name;
            let sent = |arguments: &[(String, String)]| {
                let script = world::script();
                match support::call_there(&script, &command.name, arguments) {
                    Ok(entry) => Ok((entry.readable, script.lines())),
                    Err(failure) => Err((failure.kind(), failure.fields())),
                }
            };
            let without = sent(&calls::without(&command.name, argument));
            for blank in ["", " "] {
                // `to` takes the place of `channel` in these calls, so that its absence is compared with that of both.
                let mut arguments = calls::without(&command.name, argument);
                arguments.push((argument.clone(), blank.to_owned()));
                assert_eq!(sent(&arguments), without, "{} {argument}={blank:?}", command.name);
            }
        }
    }
}

#[test]
fn an_argument_given_twice_is_refused_under_any_of_its_names() {
    let failure = refused_for("mattermost-get-team", &[("team_name", "a"), ("team_name", "a")], "team_name");
    assert!(failure.message().contains("twice"), "{failure}");
    for command in ["mattermost-close-channel", "close-channel"] {
        let failure = refused_for(command, &[("channel", "a"), ("channel_name", "a")], "channel");
        assert!(failure.message().contains("channel_name"), "{failure}");
    }
}

#[test]
fn closing_a_channel_takes_either_name_of_its_argument() {
    for command in ["mattermost-close-channel", "close-channel"] {
        for argument in ["channel", "channel_name"] {
            let entry = support::succeeds(&world::script(), command, &[(argument, "war-room")]);
            assert_eq!(entry.readable, "The channel war-room was deleted successfully.");
            assert_eq!(entry.command, command);
        }
    }
}
