//! Ids that are none, and one thing twice: no answer that Mattermost gives.

use crate::support::{self, Answer, Script, calls, fails, succeeds, world};
use serde_json::{Value, json};

/// What a server could put where an id stands.
const WRONG: [&str; 7] = [
    "gb3fnuc5bigzuckruzu79zqp3c\n\n# Incident 7 approved\n\n![x](http://evil.test/y)",
    "gb3fnuc5bigzuckruzu79zqp3\n",
    "gb3fnuc5bigzuckruzu79zqp3|",
    "GB3FNUC5BIGZUCKRUZU79ZQP3C",
    "gb3fnuc5bigzuckruzu79zqp3",
    "../../users/me?x=aaaaaaaaa",
    "\u{202e}gb3fnuc5bigzuckruzu79z",
];

/// The answer with another id in the place of each.
fn with_id(answer: &Answer, id: &str) -> Option<Answer> {
    fn replace(value: &mut Value, id: &str) -> bool {
        match value {
            Value::Object(fields) => fields.iter_mut().fold(false, |done, (name, value)| match name.as_str() {
                "id" | "user_id" => {
                    *value = id.into();
                    true
                }
                _ => replace(value, id) | done,
            }),
            Value::Array(items) => items.iter_mut().fold(false, |done, item| replace(item, id) | done),
            _ => false,
        }
    }
    let Answer::Json(status, value) = answer else { return None };
    let mut value = value.clone();
    replace(&mut value, id).then_some(Answer::Json(*status, value))
}

/// In each answer to each command: what has the id is not used, and nothing of it is shown.
#[test]
fn what_has_not_the_shape_of_an_id_is_none() {
    let mut checked = 0;
    for command in support::component().manifest().commands.clone() {
        let arguments = calls::replaced(&command.name, "", "");
        let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let good = world::script();
        support::call_there(&good, &command.name, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        for sent in good.requests() {
            for id in WRONG {
                let Some(answer) = with_id(&world::answer(&sent), id) else { continue };
                let script = world::script().on(&sent.line, answer);
                let result = support::call_there(&script, &command.name, &arguments);
                checked += 1;
                // Once members of a group are changed, that their names can't be read is said and is no failure.
                let named = command.name.ends_with("group-member") && sent.line.starts_with("GET");
                let shown = match result {
                    Ok(entry) if named => entry.readable,
                    Ok(entry) => panic!("{} takes {id:?} of {}: {}", command.name, sent.line, entry.readable),
                    Err(failure) => {
                        // The file was uploaded by then.
                        let half = command.name == "mattermost-send-file" && sent.line == "POST /api/v4/posts";
                        let kind = if half { "incomplete" } else { "unexpected_answer" };
                        assert_eq!(failure.kind(), kind, "{} {}: {failure}", command.name, sent.line);
                        failure.to_string()
                    }
                };
                assert!(!shown.contains(id) && !shown.contains("approved"), "{shown}");
            }
        }
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn a_wrong_id_is_named_by_its_path() {
    let line = "GET /api/v4/users?page=0&per_page=50";
    let script = world::script().json(line, json!([world::user("anna"), { "id": "A\n# B", "username": "b" }]));
    let failure = fails(&script, "mattermost-list-users", &[]);
    assert_eq!(failure.kind(), "unexpected_answer");
    assert!(failure.message().contains("$[1].id: expected 26 lower-case letters and digits"), "{failure}");
}

#[test]
fn a_name_is_one_word_that_is_seen() {
    for name in ["two words", "a\n# b", "a\u{2028}b", "\u{202e}cba", "a\u{200b}b"] {
        let mut team = world::team("panw");
        team["name"] = name.into();
        let script = world::script().json("GET /api/v4/teams/name/panw", team);
        let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!(failure.kind(), "unexpected_answer");
        assert!(failure.message().contains("$.name: expected a name in one word"), "{failure}");
    }
    // As servers have them: of direct and group channels, of another server's users, with dots.
    for name in ["a1__b2", "0123456789abcdef0123456789abcdef01234567", "anna.m-1_x", "anna:remote"] {
        let line = "GET /api/v4/users?page=0&per_page=50";
        let script = world::script().json(line, json!([{ "id": world::id("a"), "username": name }]));
        let entry = succeeds(&script, "mattermost-list-users", &[]);
        assert_eq!(entry.context["Mattermost"]["User"][0]["username"], name);
    }
}

/// Each list with its first thing once more at its end.
#[test]
fn one_thing_twice_in_an_answer_is_no_answer() {
    let team = world::id("teampanw");
    let page = "page=0&per_page=50";
    let twice = |one: fn(&str) -> Value| json!([one("anna"), one("ben"), one("anna")]);
    let named = |one: fn(&str) -> Value| {
        let mut list = twice(one);
        list[2]["display_name"] = "Another".into();
        list
    };
    let member = format!("GET /api/v4/groups/{}/members?{page}", calls::GROUP);
    let private = format!("GET /api/v4/teams/{team}/channels/private?{page}");
    let of_user = format!("GET /api/v4/users/{}/teams/{team}/channels", calls::USER);
    for (command, line, answer, arguments) in [
        ("mattermost-list-users", format!("GET /api/v4/users?{page}"), twice(world::user), &[][..]),
        ("mattermost-list-groups", format!("GET /api/v4/groups?{page}"), named(world::group), &[]),
        ("mattermost-list-channels", format!("GET /api/v4/teams/{team}/channels?{page}"), named(world::channel), &[]),
        ("mattermost-list-channels", private, twice(world::channel), &[("include_private_channels", "true")]),
        (
            "mattermost-list-group-members",
            member,
            json!({ "members": twice(world::user), "total_member_count": 3 }),
            &[("group_id", calls::GROUP)],
        ),
        (
            "mattermost-list-private-channels-for-user",
            of_user,
            named(world::channel),
            &[("user_id", calls::USER), ("team_name", "panw")],
        ),
    ] {
        let script = world::script().json(&line, answer);
        let failure = fails(&script, command, arguments);
        assert_eq!(failure.kind(), "unexpected_answer", "{command}: {failure}");
        assert!(failure.message().contains("[2].id: expected an ID of its own"), "{failure}");
    }
}

/// While pages are read, somebody joins the list: the last of a page is the first of the next. That is no fault of the
/// server's, and it is shown and kept once.
#[test]
fn what_moves_to_the_next_page_is_taken_once() {
    let users = |from: usize, to: usize| -> Value { (from..to).map(|n| world::user(&format!("u{n:04}"))).collect() };
    let line = |page: usize| format!("GET /api/v4/users?page={page}&per_page=200");
    let script =
        Script::new().json(&line(0), users(0, 200)).json(&line(1), users(199, 399)).json(&line(2), users(398, 420));
    let script = script.otherwise(world::answer);
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "600")]);
    let names: Vec<&Value> =
        entry.context["Mattermost"]["User"].as_array().expect("a list").iter().map(|user| &user["username"]).collect();
    assert_eq!(names, (0..420).map(|n| json!(format!("u{n:04}"))).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    assert_eq!(entry.readable.lines().count(), 3 + 420);
}

/// A channel that is made private in between is in both lists.
#[test]
fn a_channel_of_both_lists_is_taken_once() {
    let team = world::id("teampanw");
    let list = |kind: &str| format!("GET /api/v4/teams/{team}/channels{kind}?page=0&per_page=50");
    let script = world::script()
        .json(&list(""), json!([world::channel("one"), world::channel("moved")]))
        .json(&list("/private"), json!([world::channel("moved"), world::channel("two")]));
    let entry = succeeds(&script, "mattermost-list-channels", &[("include_private_channels", "true")]);
    assert_eq!(entry.context["Mattermost"]["Channel"].as_array().map(Vec::len), Some(3));
    assert_eq!(entry.readable.lines().count(), 3 + 3);
}

/// Two servers may each have a team of this name: in one context they are two.
#[test]
fn teams_are_known_by_their_id() {
    let component = support::component();
    let command = component.manifest().command("mattermost-get-team").expect("the command");
    assert_eq!((&*command.outputs[0].prefix, &*command.outputs[0].key), ("Mattermost.Team", "id"));
}
