//! `soar policy` without a command: the whole instance, and a digest that changes when something of it does.

use super::soar;
use crate::support::component;
use serde_json::Value;

const URL: &str = "url = \"https://chat.example\"\n";

/// What is shown of an instance file of these lines.
fn whole(lines: &str) -> Value {
    soar(&arguments(&file(lines), &["--json"])).ends(0).object()
}

fn file(lines: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
    std::fs::write(file.path(), lines).expect("written");
    file
}

fn arguments<'a>(file: &'a tempfile::NamedTempFile, more: &[&'a str]) -> Vec<&'a str> {
    [&["policy", "--instance", file.path().to_str().expect("text")], more].concat()
}

fn digest(lines: &str) -> String {
    whole(lines)["digest"].as_str().expect("a digest").to_owned()
}

#[test]
fn without_a_command_the_whole_instance_is_shown() {
    let lines = format!("{URL}[network]\ndeny = [\"DELETE /**\"]\nca_file = \"ca.pem\"\nprivate = false\n");
    let shown = whole(&lines);
    let manifest = component().manifest().clone();
    let commands = shown["commands"].as_array().expect("a list");
    assert_eq!(commands.len(), manifest.commands.len());
    for (shown, command) in commands.iter().zip(&manifest.commands) {
        assert_eq!(shown["command"], command.name);
        let endpoints = shown["endpoints"].as_array().expect("a list");
        assert_eq!(endpoints.len(), command.endpoints.len());
        for (shown, endpoint) in endpoints.iter().zip(&command.endpoints) {
            assert_eq!(
                (shown["path"].as_str(), shown["credential"].as_str()),
                (Some(&*endpoint.path), endpoint.credential.as_deref())
            );
            assert_eq!(shown["allowed"] == "no", endpoint.method == "DELETE", "{shown}");
        }
    }
    let file = file(&lines);
    let text = soar(&arguments(&file, &[])).ends(0).out;
    for command in &manifest.commands {
        assert!(text.contains(&command.name), "{}: {text}", command.name);
    }
    for words in [
        "https://chat.example",
        "no: the administrator denies DELETE /**",
        "network.ca_file: ca.pem",
        "private = false",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let digest = shown["digest"].as_str().expect("a digest");
    assert!(text.ends_with(&format!("To sign: {digest}\n")), "{text}");
    // Anybody can make it again: the object with its keys in order, and without blanks.
    assert_eq!(soar::digest(shown["signed"].to_string().as_bytes()), digest);
    assert_eq!(ordered(&shown["signed"]).to_string(), shown["signed"].to_string());
}

/// The same with the keys of each object in their order.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.clone(), ordered(value))).collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(ordered).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_digest_changes_when_something_of_the_instance_does() {
    let network = |lines: &str| format!("{URL}[network]\n{lines}\n");
    let different = [
        URL.to_owned(),
        "url = \"https://chat.example/sub\"\n".to_owned(),
        "url = \"http://chat.example\"\n".to_owned(),
        format!("{URL}insecure = true\n"),
        format!("{URL}proxy = true\n"),
        network("private = false"),
        network("allow = [\"GET /**\"]"),
        network("deny = [\"GET /**\"]"),
        network("allow = [\"GET /**\", \"POST /**\"]"),
        network("ca_file = \"ca.pem\""),
        network("ca_file = \"other.pem\""),
        network("client_certificate = \"me.pem\""),
        network("client_certificate = \"me.pem\"\nclient_key = \"me.key\""),
        network("http_version = \"1.1\""),
        network("connect_timeout = \"9 s\""),
        network("first_byte_timeout = \"9 s\""),
        network("between_bytes_timeout = \"9 s\""),
    ];
    let mut digests: Vec<String> = different.iter().map(|lines| digest(lines)).collect();
    digests.push(soar(&["policy", "--json"]).ends(0).object()["digest"].as_str().expect("a digest").to_owned());
    for (index, one) in digests.iter().enumerate() {
        assert!(!digests[..index].contains(one), "{:?}", different.get(index));
    }
}

#[test]
fn the_digest_is_the_same_where_nothing_of_the_instance_changes() {
    let network = |lines: &str| format!("{URL}[network]\n{lines}\n");
    for (one, other) in [
        // What is not sent, and what no request depends on.
        (URL.to_owned(), format!("{URL}team_name = \"a\"\nbot_access_token = \"b\"\n[limits]\ntime = \"9 s\"\n")),
        (URL.to_owned(), "url = \"https://chat.example/\"\ninsecure = false\n".to_owned()),
        (URL.to_owned(), network("http_version = \"2\"\nconnect_timeout = \"10 s\"")),
        (network("deny = [\"GET /**\", \"POST /**\"]"), network("deny = [\"POST /**\", \"GET /**\", \"POST /**\"]")),
        (
            network("client_certificate = \"me.pem\""),
            network("client_certificate = \"me.pem\"\nclient_key = \"me.pem\""),
        ),
    ] {
        assert_eq!(digest(&one), digest(&other), "{one}{other}");
    }
    // Of another component it is another one.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("commands.wasm");
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    let file = file(URL);
    let other = soar(&arguments(&file, &["--json", "--component", path.to_str().expect("text")])).ends(0).object();
    assert_ne!(other["digest"], digest(URL));
}
