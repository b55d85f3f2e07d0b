//! Which settings a run uses, where each is from, and what was given in vain.

use super::program::{self, Ran};
use crate::support::{BOT_TOKEN, PERSONAL_TOKEN, loopback, world};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::PathBuf;

/// A folder with an instance file, and a shell that has variables.
struct Shell {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl Shell {
    fn new(variables: &[(&'static str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (*name, (*value).into())).collect();
        Self { folder: tempfile::tempdir().expect("a folder"), variables }
    }

    fn file(&self, lines: &str) -> PathBuf {
        let path = self.folder.path().join("chat.toml");
        std::fs::write(&path, lines).expect("written");
        path
    }

    /// Runs soar where the instance file is.
    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
        command.current_dir(self.folder.path()).env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let ran = program::run(command, b"");
        for secret in [BOT_TOKEN, PERSONAL_TOKEN] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{ran:?}");
        }
        ran
    }

    fn settings(&self, more: &[&str]) -> Value {
        self.run(&[&["settings", "--json"], more].concat()).ends(0).object()
    }
}

const TEAM: [&str; 4] = ["run", "--live", "mattermost-get-team", "team_name=panw"];

/// The lines of soar's notes.
fn notes(ran: &Ran) -> Vec<&str> {
    ran.err.lines().filter_map(|line| line.strip_prefix("note: ")).collect()
}

fn row<'a>(settings: &'a Value, name: &str) -> &'a Value {
    let rows = settings["settings"].as_array().expect("a list");
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {settings:#}"))
}

#[cfg(unix)]
fn no_text() -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(vec![b'p', 0xff])
}

#[test]
fn what_something_else_overrides_is_named_once_with_both_places() {
    let url = loopback::serve(&world::script());
    let shell = Shell::new(&[
        ("MATTERMOST_URL", "https://a.example"),
        ("MATTERMOST_TEAM_NAME", "a"),
        ("MATTERMOST_PERSONAL_ACCESS_TOKEN", BOT_TOKEN),
        ("MATTERMOST_ACCESS_TOKEN", BOT_TOKEN),
        ("MINE", PERSONAL_TOKEN),
    ]);
    let token = "personal_access_token = { env = \"MINE\" }";
    shell.file(&format!("url = {url:?}\nteam_name = \"panw\"\n{token}\n[limits]\ntime = \"90 s\"\n"));
    let call = [&TEAM[..], &["--trust", "--instance", "chat.toml"]].concat();
    let ran = shell.run(&[&call[..], &["--set", "team_name=b", "--limit", "time=2 min"]].concat()).ends(0);
    assert_eq!(
        notes(&ran),
        [
            "time: 90 s (from the instance file chat.toml) is not used: --limit says 2 min",
            &format!(
                "url: https://a.example (from MATTERMOST_URL) is not used: the instance file chat.toml says {url}"
            ),
            // The one that the command doesn't send is not looked at.
            "personal_access_token: the one from MATTERMOST_PERSONAL_ACCESS_TOKEN is not used: the instance file chat.toml \
             has another",
            "team_name: panw (from the instance file chat.toml) is not used: --set says b",
            "team_name: a (from MATTERMOST_TEAM_NAME) is not used: --set says b",
        ],
        "{ran:?}"
    );
    // What is the same surprises nobody, nor what nobody gave.
    shell.file(&format!("url = {url:?}\nteam_name = \"a\"\n{token}\n"));
    let same =
        Shell { variables: vec![("MATTERMOST_TEAM_NAME", "a".into()), ("MINE", PERSONAL_TOKEN.into())], ..shell };
    assert_eq!(same.run(&call).ends(0).err, "");
    // Of a URL with a password the password is no part of what is said.
    let ran = same.run(&[&call[..], &["--set", "url=https://u:hunter2@b.example"]].concat()).ends(2);
    assert!(ran.err.contains("is not used: --set says https://b.example") && !ran.err.contains("hunter2"), "{ran:?}");
}

#[test]
fn settings_shows_what_a_run_would_use_and_from_where() {
    let shell = Shell::new(&[
        ("MATTERMOST_TEAM_NAME", "panw"),
        ("MATTERMOST_URL", "https://u:hunter2@a.example"),
        ("MINE", BOT_TOKEN),
        ("CHANNEL", "alerts"),
        ("HTTPS_PROXY", "http://us:hunter2@proxy.test:3128"),
        ("https_proxy", "http://other.test"),
        ("SOAR_LOG", "error"),
    ]);
    std::fs::write(shell.folder.path().join("token"), PERSONAL_TOKEN).expect("written");
    shell.file(
        "url = \"https://chat.example\"\nproxy = true\nbot_access_token = { env = \"MINE\" }\n\
         personal_access_token = { file = \"token\" }\n[limits]\ntime = \"90 s\"\nrequests = 7\ncpu = \"30 s\"\n\
         [network]\nprivate = false\ndeny = [\"DELETE /**\"]\nconnect_timeout = \"10 s\"\nfirst_byte_timeout = \"5 s\"\n",
    );
    let more = ["--instance", "chat.toml", "--limit", "requests=9", "--env", "notification_channel=CHANNEL"];
    let settings = shell.settings(&more);
    for (name, value, from, place) in [
        ("url", json!("https://chat.example"), "instance_file", json!("chat.toml")),
        ("bot_access_token", Value::Null, "instance_file", json!("chat.toml")),
        ("personal_access_token", Value::Null, "instance_file", json!("chat.toml")),
        ("team_name", json!("panw"), "environment", json!("MATTERMOST_TEAM_NAME")),
        ("notification_channel", json!("alerts"), "env", json!("CHANNEL")),
        ("limits.time", json!("90 s"), "instance_file", json!("chat.toml")),
        ("limits.requests", json!("9"), "limit", Value::Null),
        ("network.private", json!("false"), "instance_file", json!("chat.toml")),
        ("network.deny", json!("DELETE /**"), "instance_file", json!("chat.toml")),
        ("network.first_byte_timeout", json!("5 s"), "instance_file", json!("chat.toml")),
        ("way to the server", json!("through http://proxy.test:3128"), "environment", json!("HTTPS_PROXY")),
        ("log", json!("error"), "environment", json!("SOAR_LOG")),
    ] {
        let row = row(&settings, name);
        assert_eq!((&row["value"], &row["from"], &row["place"]), (&value, &json!(from), &place), "{row}");
        assert_eq!(row["secret"], name.ends_with("token"), "{row}");
    }
    assert_eq!(row(&settings, "insecure")["set"], false);
    // Those that are as they are by default are not among them.
    assert!(!settings.to_string().contains("limits.cpu") && !settings.to_string().contains("connect_timeout"));
    assert_eq!(
        settings["not_used"],
        json!([
            { "name": "url", "value": "https://a.example/", "from": "environment", "place": "MATTERMOST_URL",
              "used": { "value": "https://chat.example", "from": "instance_file", "place": "chat.toml" } },
            { "name": "requests", "value": "7", "from": "instance_file", "place": "chat.toml",
              "used": { "value": "9", "from": "limit", "place": null } },
        ])
    );
    let text = shell.run(&[&["settings"], &more[..]].concat()).ends(0);
    assert!(!(text.out.clone() + &text.err + &settings.to_string()).contains("hunter2"), "{text:?}");
    let shown: Vec<String> =
        text.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "url https://chat.example chat.toml",
        "bot_access_token (secret) chat.toml",
        "{ env = \"MINE\" }",
        "team_name panw MATTERMOST_TEAM_NAME",
        "insecure not set",
    ] {
        assert!(shown.contains(&line.to_owned()), "{line}: {}", text.out);
    }
    let said = notes(&text);
    assert!(said.contains(&"https_proxy is not used: HTTPS_PROXY says something else, and comes first"), "{text:?}");
}

#[test]
fn settings_that_a_run_would_be_refused_for_are_named_all_at_once() {
    let shell = Shell::new(&[("MATTERMOST_ACCESS_TOKEN", BOT_TOKEN)]);
    shell.file("url = \"https://chat.example\"\npersonal_access_token = { file = \"gone\" }\n");
    let ran = shell.run(&["settings", "--instance", "chat.toml"]).ends(2);
    for words in [
        "error: bot_access_token: it is in the environment (MATTERMOST_ACCESS_TOKEN) and not in chat.toml",
        "error: chat.toml: personal_access_token: ",
    ] {
        assert!(ran.err.contains(words) && ran.out.contains("https://chat.example"), "{words}: {ran:?}");
    }
    let object = shell.run(&["settings", "--instance", "chat.toml", "--json"]).ends(2).object();
    let problems = object["problems"].as_array().expect("a list");
    assert_eq!(
        problems.iter().map(|problem| &problem["parameter"]).collect::<Vec<_>>(),
        ["bot_access_token", "personal_access_token"]
    );
    // A file that is no instance file at all is an error like any other.
    shell.run(&["settings", "--instance", "gone.toml"]).ends(2);
}

#[cfg(unix)]
#[test]
fn no_file_of_a_secret_is_read_to_show_settings() {
    let shell = Shell::new(&[]);
    std::os::unix::fs::symlink("/dev/zero", shell.folder.path().join("token")).expect("linked");
    shell.file("url = \"https://chat.example\"\npersonal_access_token = { file = \"token\" }\n");
    assert!(shell.run(&["settings", "--instance", "chat.toml"]).ends(2).err.contains("token"));
}

#[test]
fn a_variable_that_only_looks_like_a_settings_is_named() {
    let url = loopback::serve(&world::script());
    let mut shell = Shell::new(&[
        ("MATTERMOST_URL", &url),
        ("MATTERMOST_PERSONAL_ACCESS_TOKEN", PERSONAL_TOKEN),
        ("MATTERMOST_TEAM_NAME", "panw"),
        ("MATTERMOST_INSECURE", "true"),
        ("MATTERMOST_PROXY", "true"),
        ("MATTERMOST_BOT_ACCESS_TOKEN", BOT_TOKEN),
    ]);
    let expected = [
        "MATTERMOST_BOT_ACCESS_TOKEN is not used: bot_access_token comes from MATTERMOST_ACCESS_TOKEN",
        "MATTERMOST_INSECURE is not used: insecure comes from no variable; expected it in the instance file, or --set insecure=VALUE",
        "MATTERMOST_PROXY is not used: proxy comes from no variable; expected it in the instance file, or --set proxy=VALUE",
    ];
    assert_eq!(notes(&shell.run(&TEAM).ends(0)), expected);
    assert_eq!(shell.settings(&[])["notes"], json!(expected));
    // It is used if somebody says so; where nothing of the environment counts it is no matter.
    shell.variables.push(("MATTERMOST_ACCESS_TOKEN", BOT_TOKEN.into()));
    let ran = shell.run(&[&TEAM[..], &["--env", "proxy=MATTERMOST_PROXY"]].concat()).ends(0);
    assert_eq!(notes(&ran), expected[..2]);
    assert_eq!(shell.run(&["run", "mattermost-get-team", "team_name=panw"]).ends(0).err.matches("note:").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_named() {
    let url = loopback::serve(&world::script());
    let mut shell = Shell::new(&[("MATTERMOST_URL", &url), ("MATTERMOST_PERSONAL_ACCESS_TOKEN", PERSONAL_TOKEN)]);
    shell.variables.push(("MATTERMOST_TEAM_NAME", no_text()));
    let message = "team_name: what MATTERMOST_TEAM_NAME has in the environment is no text; expected UTF-8";
    for call in [&TEAM[..], &["policy", "mattermost-get-team"], &["settings"]] {
        let ran = shell.run(call).ends(2);
        assert!(ran.err.contains(message), "{ran:?}");
    }
    let ran = shell.run(&[&TEAM[..], &["--set", "team_name=panw"]].concat()).ends(0);
    assert_eq!(notes(&ran), ["team_name: the one from MATTERMOST_TEAM_NAME is not used: --set has another"]);
    for (name, call, words) in [
        (
            "MINE",
            &["--set", "team_name=a", "--env", "personal_access_token=MINE"][..],
            "--env personal_access_token: what MINE has",
        ),
        ("SOAR_LOG", &["--set", "team_name=a"], "warning: SOAR_LOG: "),
    ] {
        shell.variables.push((name, no_text()));
        let ran = shell.run(&[&TEAM[..], call].concat());
        assert!(ran.err.contains(words), "{ran:?}");
    }
}

#[test]
fn without_the_environment_a_run_has_nothing_of_it() {
    let script = world::script();
    let url = loopback::serve(&script);
    let shell = Shell::new(&[
        ("MATTERMOST_URL", "https://a.example"),
        ("MATTERMOST_TEAM_NAME", "elsewhere"),
        ("MATTERMOST_PERSONAL_ACCESS_TOKEN", BOT_TOKEN),
        ("MATTERMOST_INSECURE", "true"),
        ("HTTP_PROXY", "socks5://nobody.test"),
        ("http_proxy", "socks5://nobody.test"),
        ("SOAR_LOG", "nonsense"),
        ("SOAR_SECRETS", "not absolute"),
        ("SOAR_CACHE", "/dev/null"),
        ("SSL_CERT_FILE", "/dev/null"),
    ]);
    std::fs::write(shell.folder.path().join("token"), PERSONAL_TOKEN).expect("written");
    shell.file(&format!(
        "url = {url:?}\nteam_name = \"panw\"\nproxy = true\npersonal_access_token = {{ file = \"token\" }}\n"
    ));
    let bare = ["--no-env", "--instance", "chat.toml"];
    let ran = shell.run(&[&TEAM[..], &bare, &["--trust"]].concat()).ends(0);
    let said: Vec<&str> = ran.err.lines().filter(|line| !line.contains("go through the system's proxies")).collect();
    assert!(said.iter().all(|line| line.starts_with("  ") || line.contains("address it connects to")), "{ran:?}");
    assert_eq!(script.requests()[0].authorization, format!("Bearer {PERSONAL_TOKEN}"));
    let settings = shell.settings(&bare);
    assert!(!settings.to_string().contains("environment"), "{settings:#}");
    assert_eq!(settings["not_used"], json!([]));
    assert_eq!(
        shell.run(&["settings", "--json", "--no-env"]).ends(2).object()["settings"].as_array().map(Vec::len),
        Some(8)
    );
}

#[test]
fn what_comes_from_the_environment_all_the_same_is_an_error() {
    let shell = Shell::new(&[("MINE", PERSONAL_TOKEN)]);
    shell.file("url = \"https://chat.example\"\npersonal_access_token = { env = \"MINE\" }\n");
    for call in [
        &TEAM[..],
        &["policy", "mattermost-get-team"],
        &["settings"],
        &["run", "mattermost-get-team", "team_name=panw"],
    ] {
        let ran = shell.run(&[call, &["--no-env", "--instance", "chat.toml"]].concat()).ends(2);
        let words = "error: chat.toml: personal_access_token: it comes from MINE in the environment, and --no-env takes nothing from there";
        assert!(
            ran.err.replace("Failed to execute mattermost-get-team command. Error:", "error:").contains(words),
            "{ran:?}"
        );
        let ran = shell.run(&[call, &["--no-env", "--env", "personal_access_token=MINE"]].concat()).ends(2);
        assert!(ran.err.contains("--no-env") && ran.err.contains("--env"), "{ran:?}");
    }
}

#[test]
fn what_a_run_would_refuse_is_refused_here() {
    for url in
        ["ftp://chat.example", "https://chat.example/?q=1", "127.0.0.1:8065", "https://me:secret@chat.example", ""]
    {
        let shell = Shell::new(&[("MATTERMOST_URL", url), ("MATTERMOST_TEAM_NAME", "panw")]);
        let ran = shell.run(&["settings"]).ends(2);
        assert!(ran.err.contains("url: ") && !ran.err.contains("secret"), "{url}: {ran:?}");
    }
    let shell = Shell::new(&[("MATTERMOST_URL", "https://chat.example"), ("MATTERMOST_TEAM_NAME", "panw")]);
    let ran = shell.run(&["settings", "--set", "insecure=maybe"]).ends(2);
    assert!(ran.err.contains("insecure: "), "{ran:?}");
    shell.run(&["settings"]).ends(0);
}
