//! What is shown: tables, descriptions, completions.

use super::{live, program, soar};
use crate::support::{self, loopback, world};
use serde_json::{Value, json};

fn columns(line: &str) -> Vec<usize> {
    // The places where a word begins after two blanks at least.
    let characters: Vec<char> = line.chars().collect();
    (2..characters.len())
        .filter(|&at| characters[at] != ' ' && characters[at - 1] == ' ' && characters[at - 2] == ' ')
        .collect()
}

#[test]
fn tables_are_aligned() {
    let channels = json!([
        { "id": world::id("a"), "name": "a", "display_name": "War Room", "type": "O" },
        { "id": world::id("b"), "name": "a-much-longer-name", "display_name": "B", "type": "P" },
    ]);
    let line = format!("GET /api/v4/teams/{}/channels?page=0&per_page=50", world::id("teampanw"));
    let url = loopback::serve(&world::script().json(&line, channels));
    let ran = live(&url, &["run", "--live", "mattermost-list-channels"]).ends(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    let [title, header, rule, one, two] = &lines[..] else { panic!("{ran:?}") };
    assert_eq!(*title, "Channels:");
    assert!(rule.chars().all(|c| c == '─'), "{rule}");
    assert_eq!(columns(header).len(), 3, "{header}");
    assert_eq!(columns(one), columns(header), "{one}");
    assert_eq!(columns(two), columns(header), "{two}");
}

#[test]
fn nothing_drives_a_terminal_where_there_is_none() {
    let team =
        json!({ "id": world::id("a"), "name": "panw", "display_name": "\u{1b}[31mred\u{7}\u{9b}2J", "type": "O" });
    let url = loopback::serve(&world::script().json("GET /api/v4/teams/name/panw", team));
    for more in [&[][..], &["--json"], &["--color", "auto"], &["--color", "never"]] {
        let arguments = [&["run", "--live", "mattermost-get-team", "team_name=panw"], more].concat();
        let ran = live(&url, &arguments).ends(0);
        assert!(!ran.out.chars().any(|c| c.is_control() && c != '\n'), "{ran:?}");
    }
    // Colours are soar's own even when they are asked for.
    let ran = live(&url, &["run", "--color", "always", "--live", "mattermost-get-team", "team_name=panw"]).ends(0);
    assert!(ran.out.contains("\u{1b}[1m") && !ran.out.contains("\u{1b}[31m"), "{ran:?}");
}

#[test]
fn no_color_means_none() {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &["commands"]);
    command.env("NO_COLOR", "1").env("TERM", "xterm-256color");
    assert!(!program::run(command, b"").out.contains('\u{1b}'));
}

#[test]
fn every_command_is_listed_and_described_with_its_schema() {
    let listed = soar(&["commands", "--json"]).ends(0).object();
    let commands = listed["commands"].as_array().expect("a list");
    assert_eq!(commands.len(), support::component().manifest().commands.len());
    let text = soar(&["commands"]).ends(0).out;
    for command in commands {
        let name = command["name"].as_str().expect("a name");
        assert!(
            text.contains(name) && command["description"].as_str().is_some_and(|text| !text.is_empty()),
            "{command}"
        );
        let described = soar(&["describe", name, "--json"]).ends(0).object();
        assert_eq!(described["schema"]["type"], "object", "{name}");
        let properties = described["schema"]["properties"].as_object().expect("properties");
        for argument in described["arguments"].as_array().expect("a list") {
            assert!(properties.contains_key(argument["name"].as_str().expect("a name")), "{name}: {argument}");
            assert!(argument["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}: {argument}");
        }
        assert!(described["endpoints"].as_array().is_some_and(|endpoints| !endpoints.is_empty()));
        let text = soar(&["describe", name]).ends(0).out;
        for endpoint in described["endpoints"].as_array().expect("a list") {
            let query = endpoint["query"].as_array().expect("a list");
            assert!(query.iter().all(|name| text.contains(name.as_str().expect("a name"))), "{name}: {text}");
        }
        for heading in ["Arguments", "Context outputs", "Permissions", "Endpoints"] {
            assert!(text.lines().any(|line| line == heading), "{name}: {text}");
        }
    }
}

#[test]
fn an_alias_is_described_as_its_command() {
    let described = soar(&["describe", "close-channel", "--json"]).ends(0).object();
    assert_eq!(
        (&described["name"], &described["aliases"]),
        (&"mattermost-close-channel".into(), &json!(["close-channel"]))
    );
}

#[test]
fn the_component_shows_what_it_may_reach() {
    let inspected = soar(&["inspect", "--json"]).ends(0).object();
    let text = soar(&["inspect"]).ends(0).out;
    let digest = support::component().digest().to_owned();
    assert!(inspected["digest"] == *digest && text.contains(&format!("{digest}\n")), "{inspected} {text}");
    let reach = soar(&["policy", "mattermost-get-team", "--json"]).ends(0).object();
    assert_eq!(reach["component"], *digest);
    for word in
        ["wasi:http/", "soar:platform/manifest@", "MATTERMOST_ACCESS_TOKEN", "/api/v4/posts", "bot_access_token"]
    {
        assert!(text.contains(word) && inspected.to_string().contains(word), "{word}: {text}");
    }
    assert!(!text.contains("wasi:filesystem") && !text.contains("wasi:sockets"), "{text}");
}

#[test]
fn a_file_that_is_no_component_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_str().expect("text").to_owned()
    };
    for (path, words) in [
        (write("text.wasm", b"hello"), "not a WebAssembly component"),
        (write("empty.wasm", b""), "not a WebAssembly component"),
        (write("module.wasm", b"\0asm\x01\0\0\0"), "not a WebAssembly component"),
        (write("other.wasm", b"\0asm\x0d\0\x01\0"), "another contract"),
        (folder.path().join("missing.wasm").to_str().expect("text").to_owned(), "No such file"),
        (folder.path().to_str().expect("text").to_owned(), "a folder; expected a file"),
    ] {
        for arguments in [&["run", "mattermost-get-team", "--component", &path][..], &["inspect", &path]] {
            let ran = soar(arguments).ends(2);
            assert!(ran.err.contains(&path) && ran.err.contains(words), "{ran:?}");
            assert!(ran.out.is_empty(), "{ran:?}");
        }
    }
}

#[test]
fn a_component_of_a_file_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("commands.wasm");
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    let path = path.to_str().expect("text");
    let ran = soar(&["commands", "--component", path, "--json"]).ends(0);
    assert!(!ran.out.contains("mattermost-send-file") && ran.out.contains("send-notification"), "{ran:?}");
}

fn complete(words: &[&str]) -> Vec<String> {
    let arguments = [&["--", "soar"], words].concat();
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.env("SOAR_COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    program::run(command, b"").ends(0).out.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn shells_complete_commands_arguments_and_values() {
    assert_eq!(complete(&["run", "mattermost-get-t"]), ["mattermost-get-team"]);
    let all = complete(&["run", ""]);
    for command in &support::component().manifest().commands {
        assert!(all.contains(&command.name), "{}: {all:?}", command.name);
    }
    assert!(complete(&["describe", "send-n"]).contains(&"send-notification".to_owned()));
    let arguments = complete(&["run", "mattermost-list-channels", "l"]);
    assert!(arguments.contains(&"limit=".to_owned()), "{arguments:?}");
    assert_eq!(complete(&["policy", "mattermost-get-t"]), ["mattermost-get-team"]);
    assert!(complete(&["policy", "send-notification", "--"]).iter().any(|option| option == "--check"));
    assert!(complete(&["policy", "send-notification", "--set", "u"]).contains(&"url=".to_owned()));
    assert_eq!(complete(&["run", "mattermost-get-team", "--limit", "mem"]), ["memory="]);
    let values = complete(&["run", "mattermost-set-channel-role", "role=A"]);
    assert!(values.iter().any(|value| value.ends_with("Admin")), "{values:?}");
}

#[test]
fn completion_scripts_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = soar(&["completion", shell]).ends(0);
        assert!(ran.out.contains("SOAR_COMPLETE") && ran.out.contains("soar"), "{shell}: {ran:?}");
    }
}

#[test]
fn examples_for_programs_have_their_lines() {
    let examples: Value = soar(&["examples", "--json"]).ends(0).object();
    for example in examples["examples"].as_array().expect("a list") {
        assert!(example["line"].as_str().is_some_and(|line| line.starts_with("soar run ")), "{example}");
        assert!(example["succeeds"].is_boolean(), "{example}");
    }
}

#[test]
fn the_bundled_components_can_be_taken_out() {
    let folder = tempfile::tempdir().expect("a folder");
    for (world, bytes) in
        [("integration", mattermost_component::INTEGRATION), ("commands", mattermost_component::COMMANDS)]
    {
        let file = folder.path().join(world);
        let path = file.to_str().expect("text");
        soar(&["extract", path, "--world", world]).ends(0);
        assert!(std::fs::read(&file).expect("a file") == bytes, "{world}");
        let shown = soar(&["inspect", path]).ends(0).out;
        assert_eq!(soar(&["inspect", "--component", path]).ends(0).out, shown);
        assert_eq!(shown.contains("soar:platform/files"), world == "integration", "{shown}");
        assert!(shown.contains(&format!("world {world}\n")), "{shown}");
    }
    let wrong = soar(&["extract", "x.wasm", "--component", "other.wasm"]).ends(2);
    assert!(
        wrong.err.contains("--component other.wasm: extract writes the component that comes with soar"),
        "{wrong:?}"
    );
    let wrong = soar(&["extract", "x.wasm", "--world", "other"]).ends(2);
    assert!(wrong.err.contains("integration, commands"), "{wrong:?}");
}
