//! Whose account was refused, as people and programs are told.

use super::{live, soar};
use crate::support::{Answer, loopback, root, world};
use serde_json::{Value, json};

const POST: [&str; 4] = ["run", "send-notification", "channel=newc-1", "message=Alert 42"];

fn refusal() -> Value {
    let path = root().join("fixtures/send-notification/forbidden/exchanges.har");
    serde_json::from_slice(&std::fs::read(path).expect("a recording")).expect("JSON")
}

/// A channel is made by one account, and the other may not post there: the error has all that is needed to go on.
#[test]
fn the_chain_goes_on_with_what_the_error_says() {
    let bot = json!({ "id": world::id("impulse"), "username": "impulse", "roles": "system_user", "is_bot": true });
    let refused = world::error(403, "api.context.permissions.app_error");
    let script = world::script()
        .on("POST /api/v4/posts", refused)
        .on("POST /api/v4/posts", Answer::Json(201, json!({ "id": world::id("post") })))
        .json("GET /api/v4/users/me", bot);
    let url = loopback::serve(&script);
    live(&url, &["run", "--live", "mattermost-create-channel", "name=newc-1", "display_name=New"]).ends(0);
    let ran = live(&url, &[&POST[..], &["--live"]].concat()).ends(1);
    let words: Vec<&str> = ran.err.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "mattermost-add-channel-member").expect("the command");
    let adding: Vec<&str> = words[at..at + 4].iter().map(|word| word.trim_end_matches('.')).collect();
    live(&url, &[&["run", "--live"], &adding[..]].concat()).ends(0);
    let added = &script.of_method("POST")[2];
    assert_eq!(added.json(), json!({ "user_id": world::id("impulse") }));
    live(&url, &[&POST[..], &["--live"]].concat()).ends(0);
}

/// Who recorded a refusal before soar asked for the account has no answer to that.
#[test]
fn a_recording_without_the_account_replays_its_refusal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.har");
    let replay = |har: &Value| {
        std::fs::write(&path, har.to_string()).expect("written");
        let set = ["--set", "team_name=panw", "--json", "--replay", path.to_str().expect("text")];
        soar(&[&POST[..], &set].concat()).ends(1).object()["error"].clone()
    };
    let mut har = refusal();
    let new = replay(&har);
    assert!(new["message"].as_str().expect("text").contains("The bot impulse ("), "{new}");
    let entries = har["log"]["entries"].as_array_mut().expect("a list");
    entries.retain(|entry| !entry["request"]["url"].as_str().expect("text").ends_with("/users/me"));
    let old = replay(&har);
    assert_eq!((&old["kind"], &old["id"], &old["server_message"]), (&new["kind"], &new["id"], &new["server_message"]));
    assert!(old["message"].as_str().expect("text").contains("The account behind bot_access_token"), "{old}");
}

/// What the call needs and the recording lacks is still a miss.
#[test]
fn a_recording_without_what_the_call_needs_is_a_miss() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cut.har");
    let mut har = refusal();
    let entries = har["log"]["entries"].as_array_mut().expect("a list");
    entries.retain(|entry| entry["request"]["method"] == "GET");
    std::fs::write(&path, har.to_string()).expect("written");
    let set = ["--set", "team_name=panw", "--json", "--replay", path.to_str().expect("text")];
    let error = soar(&[&POST[..], &set].concat()).ends(1).object()["error"].clone();
    assert_eq!(error["kind"], "replay_miss", "{error}");
}
