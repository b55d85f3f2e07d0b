//! What people write where a name is wanted: a mark before it, an ID, a username of any shape.

use crate::support::{Script, calls, fails, succeeds, world};
use serde_json::json;

const TEAM: &str = "team0team0team0team0team00";

/// A world where things have the ids by which they are asked for.
fn script() -> Script {
    let team = json!({ "id": TEAM, "name": "panw", "display_name": "PANW", "type": "O" });
    let channel =
        json!({ "id": calls::CHANNEL, "name": "alerts", "display_name": "Alerts", "type": "O", "team_id": TEAM });
    world::script()
        .json(&format!("GET /api/v4/teams/{TEAM}"), team)
        .json(&format!("GET /api/v4/channels/{}", calls::CHANNEL), channel)
}

#[test]
fn a_channel_may_have_the_mark_that_people_know_it_by() {
    for channel in ["#alerts", "~alerts", " ~alerts ", "alerts"] {
        for command in ["send-notification", "mattermost-close-channel", "mattermost-add-channel-member"] {
            let script = world::script();
            let mut arguments = vec![("channel", channel)];
            match command {
                "send-notification" => arguments.push(("message", "hello")),
                "mattermost-add-channel-member" => arguments.push(("user_id", calls::USER)),
                _ => {}
            }
            succeeds(&script, command, &arguments);
            let asked = script.lines().concat();
            assert!(asked.contains("/channels/name/alerts"), "{command} {channel}: {asked}");
        }
    }
    let script = world::script();
    succeeds(&script, "mattermost-create-channel", &[("name", "#war-room"), ("display_name", "War room")]);
    assert_eq!(script.of_method("POST")[0].json()["name"], "war-room");
}

#[test]
fn a_team_may_be_given_by_its_id() {
    for (command, argument, more) in [
        ("mattermost-get-team", "team_name", &[][..]),
        ("mattermost-list-channels", "team", &[]),
        ("mattermost-list-private-channels-for-user", "team_name", &[("user_id", calls::USER)]),
        ("mattermost-create-channel", "team", &[("name", "a"), ("display_name", "A")]),
        ("mattermost-list-users", "team_name", &[]),
    ] {
        let script = script();
        succeeds(&script, command, &[&[(argument, TEAM)], more].concat());
        assert!(script.lines().contains(&format!("GET /api/v4/teams/{TEAM}")), "{command}: {:?}", script.lines());
        assert_eq!(script.count(&format!("GET /api/v4/teams/name/{TEAM}")), 0);
    }
}

#[test]
fn a_channel_may_be_given_by_its_id_or_with_that_of_its_team() {
    for (command, team, more) in [
        ("mattermost-add-channel-member", "team", &[("user_id", calls::USER)][..]),
        ("mattermost-remove-channel-member", "team", &[("user_id", calls::USER)]),
        ("mattermost-close-channel", "team_name", &[]),
        ("mattermost-list-users", "team_name", &[]),
    ] {
        let script = script();
        succeeds(&script, command, &[&[("channel", calls::CHANNEL), (team, "panw")], more].concat());
        assert!(
            script.lines()[..2].contains(&format!("GET /api/v4/channels/{}", calls::CHANNEL)),
            "{:?}",
            script.lines()
        );
        let script = self::script();
        succeeds(&script, command, &[&[("channel", "alerts"), (team, TEAM)], more].concat());
        let by_team = format!("GET /api/v4/teams/{TEAM}/channels/name/alerts");
        assert!(script.lines().iter().any(|line| line.starts_with(&by_team)), "{:?}", script.lines());
    }
    let script = script();
    succeeds(&script, "send-notification", &[("channel", calls::CHANNEL), ("message", "hello")]);
    assert_eq!(script.of_method("POST")[0].json()["channel_id"], calls::CHANNEL);
}

#[test]
fn a_person_may_be_given_by_id() {
    let script = world::script();
    succeeds(&script, "send-notification", &[("to", calls::USER), ("message", "hello")]);
    assert_eq!(script.of_method("POST")[0].json(), json!([world::id("robot"), calls::USER]));
}

#[test]
fn a_group_may_be_searched_for_by_id_or_as_it_is_mentioned() {
    let group = json!({ "id": calls::GROUP, "name": "devs", "display_name": "Devs", "source": "custom" });
    let script = world::script().json(&format!("GET /api/v4/groups/{}", calls::GROUP), group);
    let entry = succeeds(&script, "mattermost-list-groups", &[("group", calls::GROUP)]);
    assert_eq!(entry.context["Mattermost"]["Groups"][0]["name"], "devs");
    assert_eq!(script.lines(), [format!("GET /api/v4/groups/{}", calls::GROUP)]);
    let script = world::script();
    succeeds(&script, "mattermost-list-groups", &[("group", "@devs")]);
    assert_eq!(script.lines(), ["GET /api/v4/groups?page=0&per_page=50&q=devs"]);
}

#[test]
fn what_has_the_form_of_an_id_may_be_a_name() {
    let name = "incident0incident0incident";
    let missing = |id: &str| world::error(404, id);
    for status in [400, 404] {
        let script = world::script()
            .on(&format!("GET /api/v4/teams/{name}"), world::error(status, "app.team.get.find.app_error"))
            .on(&format!("GET /api/v4/channels/{name}"), world::error(status, "app.channel.get.existing.app_error"))
            .on(
                &format!("GET /api/v4/teams/{name}/channels/name/{name}"),
                missing("app.channel.get_by_name.missing.app_error"),
            );
        succeeds(&script, "mattermost-get-team", &[("team_name", name)]);
        succeeds(&script, "mattermost-close-channel", &[("team_name", name), ("channel", name)]);
        let lines = script.lines();
        assert!(
            lines.iter().any(|line| line.ends_with(&format!("/channels/name/{name}?include_deleted=true"))),
            "{lines:?}"
        );
    }
}

#[test]
fn what_is_neither_an_id_nor_a_name_is_not_found() {
    let script = world::script()
        .on(&format!("GET /api/v4/teams/{TEAM}"), world::error(404, "app.team.get.find.app_error"))
        .on(&format!("GET /api/v4/teams/name/{TEAM}"), world::error(404, "app.team.get_by_name.missing.app_error"));
    let failure = fails(&script, "mattermost-get-team", &[("team_name", TEAM)]);
    assert_eq!(
        (failure.kind(), &failure.fields()["id"]),
        ("not_found", &"app.team.get_by_name.missing.app_error".into())
    );
    // What may not be seen is said, and not looked for under another name.
    let script = world::script().on(
        &format!("GET /api/v4/channels/{}", calls::CHANNEL),
        world::error(403, "api.context.permissions.app_error"),
    );
    let failure = fails(&script, "send-notification", &[("channel", calls::CHANNEL), ("message", "hello")]);
    assert_eq!(failure.kind(), "forbidden");
    assert!(!script.lines().iter().any(|line| line.contains("/name/")), "{:?}", script.lines());
}

#[test]
fn a_username_may_begin_with_any_of_its_characters() {
    for name in ["_svc", ".svc", "-svc", "7up", "a", "x-", "_"] {
        for written in [name.to_owned(), format!("@{name}"), format!("['{name}']")] {
            let script = world::script();
            succeeds(&script, "send-notification", &[("to", &written), ("message", "hello")]);
            let asked = format!("GET /api/v4/users/username/{name}");
            assert!(script.lines().contains(&asked), "{written}: {:?}", script.lines());
        }
    }
}
