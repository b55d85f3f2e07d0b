//! Which of the places that settings may come from is heeded.

use super::program::{self, Ran};
use crate::support::{BOT_TOKEN, PERSONAL_TOKEN, Script, loopback, world};

/// Two servers, and an instance file of one of them.
struct Servers {
    folder: tempfile::TempDir,
    staging: (Script, String),
    production: (Script, String),
}

impl Servers {
    fn new() -> Self {
        let server = || {
            let script = world::script();
            let url = loopback::serve(&script);
            (script, url)
        };
        Self { folder: tempfile::tempdir().expect("a folder"), staging: server(), production: server() }
    }

    /// Runs a command with production in the environment, and staging in a file of these lines.
    fn run(&self, lines: &str, more: &[&str]) -> Ran {
        let path = self.folder.path().join("staging.toml");
        std::fs::write(&path, lines).expect("written");
        let file = path.to_str().expect("text");
        let arguments = ["run", "--live", "mattermost-get-team", "team_name=panw", "--trust", "--instance", file];
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &[&arguments[..], more].concat());
        command.env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.envs(program::variables(&self.production.1)).env("STAGING", BOT_TOKEN).env("FALSE", "false");
        program::run(command, b"")
    }

    fn url(&self) -> String {
        format!("url = {:?}\n", self.staging.1)
    }

    /// The tokens that each server was sent.
    fn tokens(&self) -> [Vec<String>; 2] {
        [&self.staging, &self.production].map(|(script, _)| {
            let requests = script.requests();
            requests.iter().map(|sent| sent.authorization.trim_start_matches("Bearer ").to_owned()).collect()
        })
    }
}

#[test]
fn the_file_that_was_named_comes_before_the_environment() {
    let servers = Servers::new();
    let lines = servers.url() + "personal_access_token = { env = \"STAGING\" }\n";
    let ran = servers.run(&lines, &[]).ends(0);
    let said: Vec<&str> = ran.err.lines().map(|line| line.split(' ').take(2).last().expect("a setting")).collect();
    assert_eq!(said, ["url:", "personal_access_token:"], "{ran:?}");
    assert!(ran.err.lines().all(|line| line.contains(" is not used: the instance file ")), "{ran:?}");
    assert_eq!(servers.tokens(), [vec![BOT_TOKEN.to_owned()], vec![]]);
}

#[test]
fn what_is_around_a_token_is_no_part_of_it_wherever_it_comes_from() {
    let padded = format!("\u{feff} \t{BOT_TOKEN}\u{a0}\r\n\n");
    let servers = Servers::new();
    std::fs::write(servers.folder.path().join("token"), &padded).expect("written");
    for line in [
        format!("personal_access_token = {padded:?}\n").replace("\\u{feff}", "\\uFEFF").replace("\\u{a0}", "\\u00A0"),
        "personal_access_token = { file = \"token\" }\n".into(),
    ] {
        servers.run(&(servers.url() + &line), &[]).ends(0);
    }
    assert_eq!(servers.tokens()[0], [BOT_TOKEN, BOT_TOKEN]);

    let (script, url) = &servers.staging;
    let arguments = ["run", "--live", "mattermost-get-team", "team_name=panw"];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.envs(program::variables(url)).env("MATTERMOST_PERSONAL_ACCESS_TOKEN", &padded);
    program::run(command, b"").ends(0);
    assert_eq!(script.requests()[2].authorization, format!("Bearer {BOT_TOKEN}"));
}

#[test]
fn a_token_and_its_server_are_not_mixed_unless_it_is_meant() {
    let servers = Servers::new();
    let ran = servers.run(&servers.url(), &[]).ends(2);
    for words in [
        "personal_access_token: it is in the environment (MATTERMOST_PERSONAL_ACCESS_TOKEN) and not in",
        "staging.toml",
        "personal_access_token = { env = \"MATTERMOST_PERSONAL_ACCESS_TOKEN\" }",
        "--env MATTERMOST_PERSONAL_ACCESS_TOKEN",
    ] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    let lines = "personal_access_token = { env = \"STAGING\" }\n";
    let ran = servers.run(lines, &[]).ends(2);
    assert!(
        ran.err.contains("url: it is in the environment (MATTERMOST_URL)") && ran.err.contains("--env MATTERMOST_URL"),
        "{ran:?}"
    );
    assert_eq!(servers.tokens(), [const { Vec::<String>::new() }; 2]);
    // As the user says.
    servers.run(&servers.url(), &["--env", "MATTERMOST_PERSONAL_ACCESS_TOKEN"]).ends(0);
    servers.run(&servers.url(), &["--env", "personal_access_token=STAGING"]).ends(0);
    servers.run(lines, &["--env", "MATTERMOST_URL"]).ends(0);
    servers.run(lines, &["--set", &format!("url={}", servers.staging.1)]).ends(0);
    let [staging, production] = servers.tokens();
    assert_eq!(staging, [PERSONAL_TOKEN, BOT_TOKEN, BOT_TOKEN]);
    assert_eq!(production, [BOT_TOKEN]);
}

#[test]
fn a_token_that_is_not_needed_is_no_mix() {
    // MATTERMOST_ACCESS_TOKEN is in the environment, and the command does not send it.
    let servers = Servers::new();
    servers.run(&(servers.url() + "personal_access_token = { env = \"STAGING\" }\n"), &[]).ends(0);
}

#[test]
fn a_variable_that_was_named_goes_before_the_file_and_must_be_there() {
    let servers = Servers::new();
    let lines = servers.url() + "personal_access_token = { env = \"STAGING\" }\ninsecure = true\n";
    let ran = servers.run(&lines, &["--env", "insecure=FALSE"]).ends(0);
    assert!(ran.err.contains("note: insecure: true (from the instance file "), "{ran:?}");
    assert!(ran.err.contains("is not used: --env FALSE says false") && !ran.err.contains("warning: "), "{ran:?}");
    for (word, words) in [
        ("insecure=UNSET", "--env insecure: UNSET is not set in the environment"),
        ("personal_access_token=UNSET", "UNSET is not set in the environment"),
        ("HOME", "no parameter is known to come from it; expected --env PARAMETER=HOME"),
        ("insecur=FALSE", "--env insecur: there is no such parameter; did you mean insecure?"),
        ("=FALSE", "expected NAME or PARAMETER=NAME"),
    ] {
        let ran = servers.run(&lines, &["--env", word]).ends(2);
        assert!(ran.err.contains(words), "{word}: {ran:?}");
    }
    let ran = servers.run(&lines, &["--env", "insecure=FALSE", "--set", "insecure=false"]).ends(2);
    assert!(ran.err.contains("insecure: --env and --set both give it"), "{ran:?}");
}
