use super::*;
use crate::recording::{Asked, Content, Exchange, Recording, Request, samples};
use bytes::Bytes;
use serde_json::{Value, json};
use soar_contract::manifest::Endpoint;

fn endpoint(method: &str, path: &str) -> Endpoint {
    Endpoint {
        method: method.into(),
        path: path.into(),
        credential: None,
        volatile: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
    }
}

fn endpoints() -> Vec<Endpoint> {
    [
        ("GET", "/api/teams/name/{team}"),
        ("GET", "/api/users/me"),
        ("GET", "/api/users/{user}"),
        ("GET", "/api/teams/{team}/channels/name/{channel}"),
        ("GET", "/api/channels"),
        ("POST", "/api/channels"),
        ("POST", "/api/users/ids"),
        ("POST", "/api/files"),
        ("PUT", "/api/channels/{channel}/roles"),
    ]
    .map(|(method, path)| endpoint(method, path))
    .to_vec()
}

fn request(method: &str, path: &str, body: &str) -> Request {
    let media_type = if body.starts_with(['{', '[']) { "application/json" } else { "text/plain" };
    Request {
        method: method.into(),
        url: format!("https://chat.example{path}"),
        version: "HTTP/1.1".into(),
        headers: Vec::new(),
        media_type: media_type.into(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        redactions: Default::default(),
    }
}

fn exchange(method: &str, path: &str, body: &str, status: u16, answer: Value) -> Exchange {
    let mut exchange = samples::exchange(method, "https://chat.example/", "application/json", b"");
    exchange.request = request(method, path, body);
    exchange.answer.status = status;
    exchange.answer.headers = Vec::new();
    exchange.answer.media_type = "application/json".into();
    exchange.answer.content = Content::Kept(Bytes::from(answer.to_string()));
    exchange
}

/// A session, and what it answers.
struct Rehearsed(Session);

impl Rehearsed {
    fn of(exchanges: Vec<Exchange>) -> Self {
        Self::with(exchanges, Binding::default(), Carried::default())
    }

    fn with(exchanges: Vec<Exchange>, binding: Binding, carried: Carried) -> Self {
        Self(Session::new(&endpoints(), Recording { exchanges, ..Recording::default() }, binding, carried))
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Option<Value> {
        let asked = Asked::of(&request(method, path, body));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let answer = runtime.block_on(self.0.answer(&asked, &[])).ok()?;
        let Content::Kept(body) = answer.content else { panic!("a body") };
        Some(serde_json::from_slice(&body).expect("JSON"))
    }
}

fn creating() -> Vec<Exchange> {
    let team = json!({ "id": "team-id-of-soc", "name": "soc", "display_name": "SOC" });
    let channel = json!({
        "id": "channel-id-1", "team_id": "team-id-of-soc", "type": "O", "name": "incident-1", "display_name": "Incident 1",
        "header": "", "url": "https://chat.example/soc/channels/incident-1", "count": 0,
    });
    let body = r#"{"name":"incident-1","display_name":"Incident 1","team_id":"team-id-of-soc","type":"O"}"#;
    vec![exchange("GET", "/api/teams/name/soc", "", 200, team), exchange("POST", "/api/channels", body, 201, channel)]
}

#[test]
fn what_differs_is_bound_and_put_into_the_answers() {
    let mut rehearsed = Rehearsed::of(creating());
    let team = rehearsed.ask("GET", "/base/api/teams/name/panw", "").expect("an answer");
    assert_eq!(team["name"], "panw");
    let body = json!({
        "name": "war-room-7", "display_name": "War room 7", "team_id": team["id"], "type": "P", "header": "Runbook",
    });
    let channel = rehearsed.ask("POST", "/base/api/channels", &body.to_string()).expect("an answer");
    for (name, value) in body.as_object().expect("fields") {
        assert_eq!(&channel[name], value, "{name}");
    }
    assert_eq!(channel["url"], "https://chat.example/panw/channels/war-room-7");
    // Another one than the recorded channel.
    let id = channel["id"].as_str().expect("a text");
    assert!(id != "channel-id-1" && id.len() == "channel-id-1".len(), "{id}");
    assert_eq!(channel["count"], 0);
}

#[test]
fn one_value_for_two_arguments_and_two_values_for_one_are_told_apart_by_their_fields() {
    let mut rehearsed = Rehearsed::of(creating());
    let body = |name: &str, title: &str| json!({ "name": name, "display_name": title, "team_id": "team-id-of-soc", "type": "O" });
    let channel = rehearsed.ask("POST", "/api/channels", &body("test", "test").to_string()).expect("an answer");
    assert_eq!((&channel["name"], &channel["display_name"]), (&json!("test"), &json!("test")));

    let same = exchange("POST", "/api/channels", &body("alerts", "alerts").to_string(), 201, body("alerts", "alerts"));
    let channel = Rehearsed::of(vec![same]).ask("POST", "/api/channels", &body("one", "Two").to_string());
    assert_eq!(channel, Some(body("one", "Two")));
}

#[test]
fn a_value_that_something_recorded_has_already_changes_places_with_it() {
    let names = json!([{ "id": "channel-id-1", "name": "incident-1" }, { "id": "channel-id-2", "name": "alerts" }]);
    let mut exchanges = creating();
    exchanges.push(exchange("GET", "/api/channels", "", 200, names));
    let mut rehearsed = Rehearsed::of(exchanges);
    let body = r#"{"name":"alerts","display_name":"Alerts","team_id":"team-id-of-soc","type":"O"}"#;
    rehearsed.ask("POST", "/api/channels", body).expect("an answer");
    let names = rehearsed.ask("GET", "/api/channels", "").expect("an answer");
    assert_eq!((&names[0]["name"], &names[1]["name"]), (&json!("alerts"), &json!("incident-1")));
}

#[test]
fn a_value_of_something_else_stays_where_the_bound_one_is_not() {
    let channels = json!([{ "name": "off-topic", "type": "O" }, { "name": "town-square", "type": "O" }]);
    let mut rehearsed = Rehearsed::of(vec![
        exchange("GET", "/api/teams/name/soc", "", 200, json!({ "name": "soc" })),
        exchange("GET", "/api/channels", "", 200, channels.clone()),
    ]);
    assert_eq!(rehearsed.ask("GET", "/api/teams/name/off-topic", ""), Some(json!({ "name": "off-topic" })));
    assert_eq!(rehearsed.ask("GET", "/api/channels", ""), Some(channels));
    // One letter is a name, too.
    let team = exchange("GET", "/api/teams/name/soc", "", 200, json!({ "name": "soc", "type": "I" }));
    let asked = Rehearsed::of(vec![team]).ask("GET", "/api/teams/name/I", "");
    assert_eq!(asked, Some(json!({ "name": "I", "type": "I" })));
}

#[test]
fn that_a_server_said_no_is_no_answer_to_something_else_unless_it_was_chosen() {
    let refused = || vec![exchange("GET", "/api/users/dev", "", 404, json!({ "id": "not-found" }))];
    assert!(Rehearsed::of(refused()).ask("GET", "/api/users/carol", "").is_some());
    let without = || Rehearsed(Rehearsed::of(refused()).0.without_failures());
    assert_eq!(without().ask("GET", "/api/users/carol", ""), None);
    assert!(without().ask("GET", "/api/users/dev", "").is_some());
}

#[test]
fn a_part_of_another_word_stays_and_numbers_and_flags_are_of_their_field_alone() {
    let answer = json!({ "name": "a", "text": "a in alerts, and alerts-2", "scheme_admin": false, "active": false, "a": 1, "page": 1 });
    let put = |flag: bool, name: &str| json!({ "name": name, "scheme_admin": flag, "a": 1 }).to_string();
    let mut rehearsed =
        Rehearsed::of(vec![exchange("PUT", "/api/channels/alerts/roles", &put(false, "a"), 200, answer)]);
    let bound = rehearsed.ask("PUT", "/api/channels/war/roles", &put(true, "b")).expect("an answer");
    let expected = json!({ "name": "b", "text": "a in war, and alerts-2", "scheme_admin": true, "active": false, "a": 1, "page": 1 });
    assert_eq!(bound, expected);
}

#[test]
fn a_shorter_list_is_cut_and_a_longer_one_has_no_answer() {
    let people =
        || json!([{ "id": "u1", "name": "one" }, { "id": "u2", "name": "two" }, { "id": "u3", "name": "three" }]);
    let recorded = || vec![exchange("POST", "/api/users/ids", r#"["u1","u2","u3"]"#, 200, people())];
    let fewer = Rehearsed::of(recorded()).ask("POST", "/api/users/ids", r#"["u3","x9"]"#);
    assert_eq!(fewer, Some(json!([{ "id": "x9", "name": "one" }, { "id": "u3", "name": "three" }])));
    let mut more = Rehearsed::of(recorded());
    assert_eq!(more.ask("POST", "/api/users/ids", r#"["u1","u2","u3","u4"]"#), None);
    assert_eq!(more.0.ended(), Some(Ended { recorded: 3 }));
}

#[test]
fn pages_are_made_of_what_was_recorded_of_a_list() {
    let page =
        |path: &str, ids: &[u32]| exchange("GET", path, "", 200, ids.iter().map(|id| json!({ "n": id })).collect());
    let recorded =
        || vec![page("/api/channels?page=0&per_page=3", &[1, 2, 3]), page("/api/channels?page=1&per_page=3", &[4])];
    let mut rehearsed = Rehearsed::of(recorded());
    let mut numbers = |path: &str| -> Option<Vec<u64>> {
        let answer = rehearsed.ask("GET", path, "")?;
        Some(answer.as_array()?.iter().filter_map(|item| item["n"].as_u64()).collect())
    };
    assert_eq!(numbers("/api/channels?page=0&per_page=2"), Some(vec![1, 2]));
    assert_eq!(numbers("/api/channels?page=1&per_page=2"), Some(vec![3, 4]));
    assert_eq!(numbers("/api/channels?page=0&per_page=50"), Some(vec![1, 2, 3, 4]));
    assert_eq!(numbers("/api/channels?page=7&per_page=50"), Some(vec![]));
    // Another query is another list.
    assert_eq!(numbers("/api/channels?page=0&per_page=2&deleted=true"), None);
    let mut full = Rehearsed::of(vec![page("/api/channels?page=0&per_page=3", &[1, 2, 3])]);
    assert_eq!(
        full.ask("GET", "/api/channels?page=0&per_page=5", "").map(|items| items.as_array().map(Vec::len)),
        Some(Some(3))
    );
    assert_eq!(full.0.ended(), Some(Ended { recorded: 3 }));
    // What comes behind the end that was told is nothing; without it nothing is known.
    assert_eq!(full.ask("GET", "/api/channels?page=1&per_page=5", ""), Some(json!([])));
    let mut full = Rehearsed::of(vec![page("/api/channels?page=0&per_page=3", &[1, 2, 3])]);
    assert_eq!(full.ask("GET", "/api/channels?page=3&per_page=5", ""), None);
}

#[test]
fn nothing_is_made_up() {
    let mut rehearsed = Rehearsed::of(creating());
    // Another route, another method, another kind of body, a field that the recorded request needs.
    assert_eq!(rehearsed.ask("GET", "/api/users/me", ""), None);
    assert_eq!(rehearsed.ask("GET", "/api/channels", ""), None);
    assert_eq!(rehearsed.ask("POST", "/api/channels", "name=x"), None);
    assert_eq!(rehearsed.ask("POST", "/api/channels", r#"{"name":"x"}"#), None);
    // What was recorded once happens once, and stands for one thing.
    assert!(rehearsed.ask("GET", "/api/teams/name/panw", "").is_some());
    assert!(rehearsed.ask("GET", "/api/teams/name/panw", "").is_some());
    assert_eq!(rehearsed.ask("GET", "/api/teams/name/big", ""), None);
}

#[test]
fn the_size_of_another_file_is_that_of_the_file() {
    let answer = json!({ "id": "file-id-1", "name": "report.txt", "size": 25, "width": 25, "height": 7 });
    let recorded = exchange("POST", "/api/files?filename=report.txt", &"x".repeat(25), 201, answer);
    let bound =
        Rehearsed::of(vec![recorded]).ask("POST", "/api/files?filename=note.md", &"y".repeat(40)).expect("an answer");
    assert_eq!((&bound["name"], &bound["size"], &bound["height"]), (&json!("note.md"), &json!(40), &json!(7)));
}

#[test]
fn a_literal_part_goes_before_a_variable_one() {
    let mut rehearsed = Rehearsed::of(vec![
        exchange("GET", "/api/users/dev", "", 200, json!({ "name": "dev" })),
        exchange("GET", "/api/users/me", "", 200, json!({ "name": "bot" })),
    ]);
    assert_eq!(rehearsed.ask("GET", "/api/users/me", ""), Some(json!({ "name": "bot" })));
    assert_eq!(rehearsed.ask("GET", "/api/users/carol", ""), Some(json!({ "name": "carol" })));
}

#[test]
fn the_next_call_finds_what_was_made() {
    let create = |name: &str, carried: Carried| {
        let mut rehearsed = Rehearsed::with(creating(), Binding::default(), carried);
        let body = json!({ "name": name, "display_name": "X", "team_id": "team-id-of-soc", "type": "O" });
        let made = rehearsed.ask("POST", "/api/channels", &body.to_string()).expect("an answer");
        (made, rehearsed.0.carried().clone())
    };
    let (first, carried) = create("war-room-7", Carried::default());
    let (second, carried) = create("war-room-8", carried);
    assert_ne!(first["id"], second["id"]);
    let found = json!({
        "id": "channel-id-9", "team_id": "team-id-of-soc", "type": "O", "name": "alerts", "display_name": "Alerts",
        "header": "", "url": "", "count": 4,
    });
    let roles = exchange("PUT", "/api/channels/channel-id-9/roles", "", 200, json!({ "channel_id": "channel-id-9" }));
    for (name, made) in [("war-room-7", &first), ("war-room-8", &second)] {
        let recorded = exchange("GET", "/api/teams/t/channels/name/alerts", "", 200, found.clone());
        let mut rehearsed = Rehearsed::with(vec![recorded, roles.clone()], Binding::default(), carried.clone());
        let channel = rehearsed.ask("GET", &format!("/api/teams/t/channels/name/{name}"), "").expect("an answer");
        assert_eq!((&channel["id"], &channel["name"]), (&made["id"], &made["name"]));
        let id = made["id"].as_str().expect("a text");
        let answer = rehearsed.ask("PUT", &format!("/api/channels/{id}/roles"), "");
        assert_eq!(answer, Some(json!({ "channel_id": id })));
    }
}

#[test]
fn what_was_taken_out_stands_for_anything_and_binds_nothing() {
    let mut recorded = exchange("GET", "/api/teams/name/[redacted]", "", 200, json!({ "name": "soc" }));
    let at = recorded.request.url.find("[redacted]").expect("it is there");
    recorded.request.redactions.url = std::iter::once(at..at + "[redacted]".len()).collect();
    assert_eq!(Rehearsed::of(vec![recorded]).ask("GET", "/api/teams/name/panw", ""), Some(json!({ "name": "soc" })));
}
