//! A small server where everything that is asked for exists: what a test is not about is answered from here.

use super::{Answer, Script, Sent};
use serde_json::{Value, json};

/// An id that belongs to a name.
pub fn id(name: &str) -> String {
    let mut id: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    id.truncate(26);
    format!("{id:0<26}")
}

pub fn team(name: &str) -> Value {
    json!({ "id": id(&format!("team{name}")), "name": name, "display_name": name.to_uppercase(), "type": "O" })
}

pub fn channel(name: &str) -> Value {
    json!({ "id": id(&format!("channel{name}")), "name": name, "display_name": format!("The {name}"), "type": "O" })
}

pub fn user(name: &str) -> Value {
    json!({ "id": id(name), "username": name, "email": format!("{name}@example.test"), "roles": "system_user" })
}

pub fn group(name: &str) -> Value {
    json!({ "id": id(&format!("group{name}")), "name": name, "display_name": name, "source": "custom" })
}

/// An error in Mattermost's shape.
pub fn error(status: u16, id: &str) -> Answer {
    let body = json!({
        "id": id,
        "message": format!("The server says {id}."),
        "detailed_error": "",
        "request_id": "dxh9k8wmtbyyp89eeyzyx67eka",
        "status_code": status,
    });
    Answer::Json(status, body)
}

/// A script that answers everything.
pub fn script() -> Script {
    Script::new().otherwise(answer)
}

/// What it answers to a request line without a body.
pub fn json(line: &str) -> Value {
    let sent = Sent {
        line: line.into(),
        origin: String::new(),
        headers: Default::default(),
        authorization: String::new(),
        body: Vec::new(),
    };
    match answer(&sent) {
        Answer::Json(_, value) => value,
        _ => panic!("{line} is answered with no JSON"),
    }
}

/// What it answers.
pub fn answer(sent: &Sent) -> Answer {
    let method = sent.line.split(' ').next().unwrap_or_default();
    let segments = sent.segments();
    // Whatever path the server lives below.
    let api = segments.windows(2).position(|two| two == ["api", "v4"]).expect("a path of the API");
    let value = match (method, &segments[api + 2..]) {
        ("GET", ["users", "me"]) => user("robot"),
        ("GET", ["users", "username", name]) => user(name),
        ("GET", ["users", "email", email]) => user(email.split('@').next().unwrap_or_default()),
        ("GET", ["users", id]) => json!({ "id": id, "username": format!("name-of-{id}") }),
        ("GET", ["users"]) => json!([user("anna"), user("ben")]),
        ("GET", ["users", _, "teams", _, "channels"]) => json!([channel("town-square")]),
        ("GET", ["teams", "name", name]) => team(name),
        ("GET", ["teams", "name", _, "channels", "name", name]) => channel(name),
        ("GET", ["teams", _, "channels", "name", name]) => channel(name),
        ("GET", ["teams", _, "channels"]) => json!([channel("town-square"), channel("off-topic")]),
        ("GET", ["teams", _, "channels", "private"]) => json!([channel("secret")]),
        ("POST", ["channels", "direct" | "group"]) => channel("people"),
        ("POST", ["channels"]) => {
            let mut channel = sent.json();
            channel["id"] = id("new").into();
            return Answer::Json(201, channel);
        }
        ("GET", ["channels", _, "members", _]) => json!({ "scheme_user": true, "scheme_guest": false }),
        (_, ["channels", ..]) => json!({ "status": "OK" }),
        ("GET", ["groups"]) => json!([group("analysts")]),
        ("GET", ["groups", _, "members"]) => json!({ "members": [user("anna")], "total_member_count": 1 }),
        (_, ["groups", group, "members"]) => {
            let users = sent.json()["user_ids"].as_array().expect("users").clone();
            users.into_iter().map(|user| json!({ "group_id": group, "user_id": user })).collect()
        }
        ("POST", ["files"]) => {
            let info = json!({ "id": id("file"), "size": sent.body.len() });
            return Answer::Json(201, json!({ "file_infos": [info], "client_ids": [] }));
        }
        ("POST", ["posts"]) => {
            let mut post = sent.json();
            post["id"] = id("post").into();
            return Answer::Json(201, post);
        }
        _ => panic!(
            "the small server of the tests has no {}: give it an answer in `answer` of tests/support/world.rs",
            sent.line
        ),
    };
    Answer::Json(200, value)
}
