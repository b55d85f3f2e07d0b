//! Recordings of servers that live below a path.

use super::others::{Case, plays};
use super::text;
use crate::cli::{live, soar};
use crate::support::{self, Answer, Sent, loopback, world};
use serde_json::Value;

#[test]
fn the_base_is_what_stands_before_the_declared_path() {
    let below =
        |base: &str| Case::with(|entry| entry["request"]["url"] = format!("{base}/api/v4/teams/name/panw").into());
    for base in ["http://127.0.0.1:8065", "http://127.0.0.1:8065/mattermost", "https://chat.example/a/b.c/d"] {
        below(base).plays();
    }
    // The page that was left before may be of any server.
    let mut case = below("https://chat.example/mattermost");
    let entries = case.har["log"]["entries"].as_array_mut().expect("a list");
    for url in ["https://cdn.example/main.js", "https://chat.example/mattermost/static/x.css", "data:,x"] {
        let mut other = entries.last().expect("one").clone();
        other["request"]["url"] = url.into();
        entries.insert(0, other);
    }
    case.plays();
}

#[test]
fn a_recording_below_one_path_replays_below_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.har");
    let call = ["run", "mattermost-get-team", "team_name=panw", "--set", "team_name=panw", "--json", "--replay"];
    for recorded in ["", "/mattermost", "/a/b"] {
        let case = Case::with(|entry| {
            entry["request"]["url"] = format!("https://recorded.example{recorded}/api/v4/teams/name/panw").into();
        });
        std::fs::write(&path, case.har.to_string()).expect("written");
        for url in ["https://h.example", "https://h.example/mattermost", "https://h.example/c/d/e"] {
            plays(soar(&[&call[..], &[text(&path), "--set", &format!("url={url}")]].concat()));
        }
    }
    // What is like it and below no server's path is another request.
    let case = Case::with(|entry| {
        entry["request"]["url"] = "https://recorded.example/api/v4/plugins/api/v4/teams/name/panw/x".into();
    });
    std::fs::write(&path, case.har.to_string()).expect("written");
    soar(&[&call[..], &[text(&path)]].concat()).ends(1);
}

/// Everything, below a path.
fn below(sent: &Sent) -> Answer {
    match sent.line.split_once(" /mattermost/") {
        Some((method, rest)) => world::answer(&Sent { line: format!("{method} /{rest}"), ..sent.clone() }),
        None => world::error(404, "api.context.404.app_error"),
    }
}

#[test]
fn a_recording_of_our_own_below_a_path_replays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = loopback::serve(&support::Script::new().otherwise(below));
    let url = format!("{server}/mattermost");
    let calls = [
        &["run", "mattermost-list-channels", "include_private_channels=true", "--json"][..],
        &["run", "send-notification", "to=anna", "message=hi", "--json"],
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.har"));
        let recorded = live(&url, &[call, &["--record", text(&path)]].concat()).ends(0).object();
        let har: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        let first = har["log"]["entries"][0]["request"]["url"].as_str().expect("text");
        assert!(first.starts_with(&format!("{url}/api/v4/")), "{first}");
        let replay = [call, &["--replay", text(&path), "--set", "team_name=panw"]].concat();
        assert_eq!(soar(&replay).ends(0).object()["context"], recorded["context"]);
        for url in [&*url, &*server, "https://elsewhere.example", "https://elsewhere.example/sub"] {
            let set = format!("url={url}");
            assert_eq!(
                soar(&[&replay[..], &["--set", &set]].concat()).ends(0).object()["context"],
                recorded["context"]
            );
        }
    }
}

#[test]
fn a_recording_below_a_path_is_rehearsed_with_other_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.har");
    let case = Case::with(|entry| {
        entry["request"]["url"] = "https://recorded.example/mattermost/api/v4/teams/name/panw".into();
    });
    std::fs::write(&path, case.har.to_string()).expect("written");
    let call =
        ["run", "mattermost-get-team", "team_name=soc", "--set", "team_name=soc", "--json", "--rehearse", text(&path)];
    for url in [None, Some("url=https://h.example"), Some("url=https://h.example/sub")] {
        let set = url.map(|url| ["--set", url]);
        let set = set.as_ref().map_or(&[][..], |set| &set[..]);
        let ran = soar(&[&call[..], set].concat()).ends(0);
        assert_eq!(ran.object()["context"]["Mattermost"]["Team"]["name"], "soc", "{ran:?}");
    }
}
