//! Instance files and settings.

use super::program::{self, Ran};
use crate::support::{Answer, PERSONAL_TOKEN, loopback, world};
use serde_json::json;

struct Files {
    folder: tempfile::TempDir,
    url: String,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), url: loopback::serve(&world::script()) }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    /// Runs a command with an instance file of these lines and the server's url.
    fn run(&self, lines: &str, environment: &[(&str, &str)]) -> Ran {
        self.write("prod.toml", &format!("url = {:?}\nteam_name = \"panw\"\n{lines}\n", self.url));
        let path = self.folder.path().join("prod.toml");
        let path = path.to_str().expect("text");
        let arguments = ["run", "--live", "mattermost-get-team", "team_name=panw", "--trust", "--instance", path];
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).envs(environment.iter().copied());
        let ran = program::run(command, b"");
        assert!(!ran.out.contains(PERSONAL_TOKEN) && !ran.err.contains(PERSONAL_TOKEN), "{ran:?}");
        ran
    }
}

#[test]
fn a_token_comes_from_the_environment_or_a_file() {
    let files = Files::new();
    files.write("token.txt", &format!("{PERSONAL_TOKEN}\n"));
    for (line, environment) in [
        ("personal_access_token = { env = \"MINE\" }", &[("MINE", PERSONAL_TOKEN)][..]),
        ("personal_access_token = { file = \"token.txt\" }", &[]),
        (&format!("personal_access_token = {{ file = {:?} }}", files.folder.path().join("token.txt")), &[]),
    ] {
        let ran = files.run(line, environment).ends(0);
        assert!(ran.err.is_empty(), "{ran:?}");
    }
}

#[test]
fn a_token_in_plain_text_works_and_is_warned_of() {
    let ran = Files::new().run(&format!("personal_access_token = {PERSONAL_TOKEN:?}"), &[]).ends(0);
    assert!(
        ran.err.contains("warning:") && ran.err.contains("personal_access_token is a secret in plain text"),
        "{ran:?}"
    );
    assert!(ran.err.contains("{ env = \"MATTERMOST_PERSONAL_ACCESS_TOKEN\" }"), "{ran:?}");
}

#[test]
fn any_certificate_is_warned_of() {
    let token = [("MINE", PERSONAL_TOKEN)];
    let lines = |insecure| format!("personal_access_token = {{ env = \"MINE\" }}\ninsecure = {insecure}");
    let ran = Files::new().run(&lines(true), &token).ends(0);
    assert!(ran.err.contains("warning: any certificate is trusted"), "{ran:?}");
    assert!(Files::new().run(&lines(false), &token).ends(0).err.is_empty());
}

#[test]
fn a_token_that_can_be_read_on_the_way_is_warned_of() {
    // Addresses that nobody has, and of which none is asked: they are refused before anything is sent.
    for (url, warned) in
        [("http://192.0.2.1", true), ("HTTP://[2001:db8::1]:80/chat", true), ("https://192.0.2.1", false)]
    {
        let arguments = ["run", "--live", "mattermost-get-team", "team_name=panw"];
        let ran = super::live(url, &arguments).ends(1);
        assert_eq!(ran.err.contains("warning: the server's URL begins with http://"), warned, "{ran:?}");
    }
}

#[test]
fn the_systems_proxy_is_used_if_the_instance_says_so() {
    let mut files = Files::new();
    // Only the proxy can know it.
    let proxy = std::mem::replace(&mut files.url, "http://chat.test".into());
    let lines = "personal_access_token = { env = \"MINE\" }\nproxy = true";
    files.run(lines, &[("MINE", PERSONAL_TOKEN), ("HTTP_PROXY", &proxy)]).ends(0);
    let ran = files.run(lines, &[("MINE", PERSONAL_TOKEN), ("HTTP_PROXY", "socks5://us:hunter2@127.0.0.1:1")]).ends(2);
    assert!(ran.err.contains("HTTP_PROXY: its scheme is not http; expected the URL of an HTTP proxy"), "{ran:?}");
    assert!(!ran.err.contains("hunter2"), "{ran:?}");
}

#[test]
fn what_a_proxy_is_told_is_not_shown_however_it_comes_back() {
    let mut files = Files::new();
    files.url = "http://chat.test".into();
    // So written, no component could have compared it with anything: it is for whoever reads the terminal.
    let told = json!({ "id": "store.missing", "message": "seen: %68unter2hunter2hunter2", "status_code": 404 });
    let script = world::script().on("GET /api/v4/teams/name/panw", Answer::Json(404, told));
    let proxy = loopback::serve(&script).replace("http://", "http://us:hunter2hunter2hunter2@");
    let lines = "personal_access_token = { env = \"MINE\" }\nproxy = true";
    let ran = files.run(lines, &[("MINE", PERSONAL_TOKEN), ("HTTP_PROXY", &proxy)]).ends(1);
    assert!(ran.err.contains("seen: ") && !ran.err.contains("unter2hunter2"), "{ran:?}");
}

#[test]
fn each_wrong_setting_is_named_with_what_would_be_right() {
    let files = Files::new();
    files.write("empty.txt", "\n");
    for (lines, words) in [
        ("", "personal_access_token: it is not configured"),
        ("", "personal_access_token = { env = \"NAME\" }"),
        ("personal_acces_token = \"x\"", "did you mean personal_access_token?"),
        ("notification_chanel = \"x\"", "did you mean notification_channel?"),
        ("personal_access_token = { env = \"UNSET\" }", "UNSET is not set in the environment"),
        ("personal_access_token = { file = \"missing.txt\" }", "missing.txt"),
        ("personal_access_token = { file = \"empty.txt\" }", "is empty"),
        ("personal_access_token = { path = \"x\" }", "expected { env ="),
        ("personal_access_token = { env = 1 }", "expected { env ="),
        ("personal_access_token = 1.5", "expected text"),
        ("personal_access_token = \"pattoken", "line 3"),
        ("url = \"http://other.test\"", "line 3: duplicate key"),
        ("[section]\na = 1", "section"),
    ] {
        let ran = files.run(lines, &[]).ends(2);
        assert!(ran.err.contains(words), "{lines}: {ran:?}");
        assert!(ran.out.is_empty() && !ran.err.contains("\"pattoken"), "{ran:?}");
    }
}

#[test]
fn a_url_with_a_password_is_refused_and_the_password_not_shown() {
    let mut command = program::command(
        env!("CARGO_BIN_EXE_soar"),
        &["run", "--live", "mattermost-get-team", "team_name=panw", "--json"],
    );
    command.envs(program::variables("https://admin:hunter2@chat.example.org"));
    let ran = program::run(command, b"").ends(2);
    let error = &ran.object()["error"];
    assert_eq!((&error["kind"], &error["parameter"]), (&"configuration".into(), &"url".into()));
    assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"), "{ran:?}");
}

#[test]
fn a_secret_is_not_taken_from_the_command_line() {
    let set = format!("personal_access_token={PERSONAL_TOKEN}");
    let ran = super::soar(&["run", "mattermost-get-team", "team_name=panw", "--live", "--set", &set]).ends(2);
    assert!(ran.err.contains("it is a secret") && !ran.err.contains(PERSONAL_TOKEN), "{ran:?}");
}
