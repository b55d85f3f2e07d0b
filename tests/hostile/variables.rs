//! What a component gets of the environment and of an instance's settings, from the program `soar`.

use crate::support::program::{self, Ran};
use crate::support::{PERSONAL_TOKEN, Script, loopback};
use std::path::{Path, PathBuf};

const AWS_KEY: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "tokentokentokentokentoken1";

/// A component in a file, a server, and a place where `soar` remembers things.
struct Bench {
    folder: tempfile::TempDir,
    script: Script,
    url: String,
}

impl Bench {
    fn new() -> Self {
        let script = Script::new();
        let url = loopback::serve(&script);
        Self { folder: tempfile::tempdir().expect("a folder"), script, url }
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    }

    fn soar(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).envs(environment.iter().copied());
        program::run(command, b"")
    }

    /// Runs the attack live.
    fn run(&self, component: &Path, more: &[&str], environment: &[(&str, &str)]) -> Ran {
        let component = component.to_str().expect("text");
        let arguments = [&["run", "attack", "--live", "--component", component], more].concat();
        let ran = self.soar(&arguments, environment);
        assert!(self.script.requests().is_empty(), "{:?}", self.script.lines());
        ran
    }
}

fn assert_hidden(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{ran:?}");
    }
}

#[test]
pub fn wanted_variables() {
    let bench = Bench::new();
    let component = bench.put("wanted.wasm", hostile_components::WANTED_VARIABLES);
    let environment = [
        ("AWS_SECRET_ACCESS_KEY", AWS_KEY),
        ("MATTERMOST_URL", &bench.url),
        ("MATTERMOST_PERSONAL_ACCESS_TOKEN", PERSONAL_TOKEN),
        ("MINE", TOKEN),
    ];
    let run = |more: &[&str]| {
        let ran = bench.run(&component, more, &environment);
        assert_hidden(&ran, &[AWS_KEY, PERSONAL_TOKEN, TOKEN]);
        ran
    };
    // Not even the server comes from a variable that only the manifest names.
    let ran = run(&[]).ends(2);
    assert!(ran.err.contains("url: it is not configured") && ran.err.contains("--set url=VALUE"), "{ran:?}");
    let url = format!("url={}", bench.url);
    let ran = run(&["--set", &url]).ends(2);
    assert!(
        ran.err.contains("token: it is not configured") && ran.err.contains("SOAR_AWS__TOKEN in the environment"),
        "{ran:?}"
    );
    assert!(!ran.err.contains("MATTERMOST_"), "{ran:?}");
    // The user names one for its token; of the others there is nothing.
    let ran = run(&["--set", &url, "--env", "token=MINE"]).ends(0);
    assert!(ran.out.contains("token=") && !ran.out.contains("secret_access_key"), "{ran:?}");
    // Also not by a name that a user would give for a secret.
    for named in ["AWS_SECRET_ACCESS_KEY", "secret_access_key=AWS_SECRET_ACCESS_KEY"] {
        let ran = run(&["--set", &url, "--env", "token=MINE", "--env", named]).ends(2);
        assert!(ran.err.contains("to this component secret_access_key is no secret"), "{ran:?}");
    }
    bench.put("key", AWS_KEY);
    for reference in ["{ env = \"AWS_SECRET_ACCESS_KEY\" }", "{ file = \"key\" }"] {
        let lines = format!("url = {:?}\ntoken = {{ env = \"MINE\" }}\nsecret_access_key = {reference}\n", bench.url);
        let file = bench.put("prod.toml", lines);
        let ran = run(&["--trust", "--instance", file.to_str().expect("text")]).ends(2);
        assert!(ran.err.contains("is for secrets alone") && ran.err.contains("secret_access_key"), "{ran:?}");
    }
    // Under a name of its own it gets a secret, and nothing that it would read.
    let named = [
        ("SOAR_AWS__URL", &*bench.url),
        ("SOAR_AWS__TOKEN", TOKEN),
        ("SOAR_AWS__SECRET_ACCESS_KEY", AWS_KEY),
        ("SOAR_AWS_SECRET_ACCESS_KEY", AWS_KEY),
    ];
    let environment = [&environment[..], &named].concat();
    bench.run(&component, &[], &environment).ends(2);
    let ran = bench.run(&component, &["--set", &url], &environment).ends(0);
    assert!(ran.out.contains("token=") && !ran.out.contains("secret_access_key"), "{ran:?}");
    assert_hidden(&ran, &[AWS_KEY, TOKEN]);
    let shown = bench.soar(&["inspect", component.to_str().expect("text")], &[]).ends(0);
    assert!(shown.out.contains("SOAR_AWS__TOKEN"), "{shown:?}");
    assert!(!shown.out.contains("SOAR_AWS__SECRET") && !shown.out.contains("MATTERMOST_URL"), "{shown:?}");
}

#[test]
pub fn secret_as_text() {
    let bench = Bench::new();
    let honest = bench.put("honest.wasm", hostile_components::SECRETS_IN_CONFIG);
    let changed = bench.put("changed.wasm", hostile_components::SECRET_AS_TEXT);
    let file = bench.put("prod.toml", format!("url = {:?}\ntoken = {TOKEN:?}\n", bench.url));
    let run = |component: &Path, more: &[&str]| {
        let instance = ["--instance", file.to_str().expect("text")];
        bench.run(component, &[&instance, more].concat(), &[])
    };
    let ran = run(&honest, &["--trust"]).ends(0);
    assert_hidden(&ran, &[TOKEN]);
    // The question is another one for another component, and says what that reads.
    let ran = run(&changed, &[]).ends(2);
    assert!(ran.err.contains("which does not come with soar, and reads url, token. That was not confirmed"), "{ran:?}");
    // To trust the file is not to say that what was a secret is none, however often.
    for _ in 0..2 {
        let ran = run(&changed, &["--trust"]).ends(2);
        assert_hidden(&ran, &[TOKEN]);
        for words in ["token was of the kind secret", "of the kind text now", "--kind token=text"] {
            assert!(ran.err.contains(words), "{words}: {ran:?}");
        }
    }
    // Nor does it read it where nothing is sent.
    let empty = bench
        .put("empty.har", r#"{"log": {"version": "1.2", "creator": {"name": "a", "version": "1"}, "entries": []}}"#);
    let replay =
        ["run", "attack", "--component", changed.to_str().expect("text"), "--replay", empty.to_str().expect("text")];
    let instance = ["--instance", file.to_str().expect("text")];
    let ran = bench.soar(&[&replay[..], &instance].concat(), &[]).ends(2);
    assert!(ran.err.contains("--kind token=text"), "{ran:?}");
    assert_hidden(&ran, &[TOKEN]);
    // By another name it is another file, whose kinds nobody knows: somebody has to say that it is right.
    let link = file.with_file_name("link.toml");
    std::os::unix::fs::symlink("prod.toml", &link).expect("a link");
    let by_link = ["--instance", link.to_str().expect("text")];
    let ran = bench.soar(&[&replay[..], &by_link].concat(), &[]).ends(2);
    assert!(ran.err.contains("link.toml\" is for a replay; the component is"), "{ran:?}");
    assert!(ran.err.contains("and reads url, token. That was not confirmed"), "{ran:?}");
    assert_hidden(&ran, &[TOKEN]);
    let ran = bench.soar(&[&replay[..], &by_link, &["--trust"]].concat(), &[]).ends(0);
    assert!(ran.out.contains(&format!("token={TOKEN}")), "{ran:?}");
    bench.soar(&[&replay[..], &by_link].concat(), &[]).ends(0);
    // That it may read is not that it may send.
    bench.run(&changed, &by_link, &[]).ends(2);
    for other in ["token=boolean", "other_token=text"] {
        run(&changed, &["--trust", "--kind", other]).ends(2);
    }
    // Whoever says that it is right is believed, also the next time.
    let ran = run(&changed, &["--kind", "token=text"]).ends(0);
    assert!(ran.out.contains(&format!("token={TOKEN}")), "{ran:?}");
    run(&changed, &[]).ends(0);
    // Nothing that it could read comes from a variable or a file.
    let url = format!("url={}", bench.url);
    let environment = [("SOAR_HOSTILE__TOKEN", TOKEN), ("SOAR_HOSTILE_TOKEN", TOKEN), ("MINE", TOKEN)];
    bench.run(&honest, &["--set", &url], &environment).ends(0);
    assert_hidden(&bench.run(&changed, &["--set", &url], &environment).ends(0), &[TOKEN]);
    let ran = bench.run(&changed, &["--set", &url, "--env", "token=MINE"], &environment).ends(2);
    assert_hidden(&ran, &[TOKEN]);
    assert!(ran.err.contains("to this component token is no secret but of the kind text"), "{ran:?}");
    bench.put("token", TOKEN);
    let file = bench.put("other.toml", format!("url = {:?}\ntoken = {{ file = \"token\" }}\n", bench.url));
    let ran = bench.run(&changed, &["--trust", "--instance", file.to_str().expect("text")], &[]).ends(2);
    assert_hidden(&ran, &[TOKEN]);
    assert!(ran.err.contains("{ file = … } is for secrets alone"), "{ran:?}");
}

#[test]
pub fn new_parameter() {
    let bench = Bench::new();
    let honest = bench.put("honest.wasm", hostile_components::SECRETS_IN_CONFIG);
    let changed = bench.put("changed.wasm", hostile_components::NEW_PARAMETER);
    let backwards = TOKEN.chars().rev().collect::<String>();
    let hidden = [TOKEN, AWS_KEY, &*backwards];
    // By each of the names that the new text could have a variable by, and however the variable is named for the secret.
    let environment = ["SOAR_HOSTILE__PROD_TOKEN", "SOAR_HOSTILE_PROD_TOKEN", "SOAR_HOSTILE__OTHER_TOKEN"];
    let environment = environment.map(|name| (name, TOKEN));
    let url = format!("url={}", bench.url);
    let lines = format!("url = {:?}\ntoken = {{ env = \"SOAR_HOSTILE__PROD_TOKEN\" }}\n", bench.url);
    let file = bench.put("prod.toml", &lines);
    let uses = [
        &["--instance", file.to_str().expect("text"), "--trust"][..],
        &["--set", &url, "--env", "token=SOAR_HOSTILE__PROD_TOKEN"],
    ];
    for instance in uses {
        bench.run(&honest, instance, &environment).ends(0);
        let ran = bench.run(&changed, instance, &environment).ends(0);
        assert!(
            ran.out.contains("token=") && !ran.out.contains("prod_token") && !ran.out.contains("other_token"),
            "{ran:?}"
        );
        assert_hidden(&ran, &hidden);
    }
    // What stands in the file and was not sent so far.
    let file = bench.put("prod.toml", format!("{lines}other_token = {AWS_KEY:?}\n"));
    let instance = ["--instance", file.to_str().expect("text"), "--trust"];
    bench.run(&honest, &instance, &environment).ends(0);
    let ran = bench.run(&changed, &instance, &environment).ends(2);
    assert!(ran.err.contains("other_token was of the kind secret"), "{ran:?}");
    assert_hidden(&ran, &hidden);
}

/// In a container or for cron there may be no place to remember things in. Nothing there makes a secret readable.
#[test]
fn without_a_place_to_remember_kinds_nothing_is_read_that_nobody_confirmed() {
    let bench = Bench::new();
    let changed = bench.put("changed.wasm", hostile_components::SECRET_AS_TEXT);
    let file = bench.put("prod.toml", format!("url = {:?}\ntoken = {TOKEN:?}\n", bench.url));
    let run = |more: &[&str]| {
        let arguments = ["run", "attack", "--live", "--component", changed.to_str().expect("text")];
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &[&arguments[..], more].concat());
        command.env("SOAR_HOSTILE__TOKEN", TOKEN);
        program::run(command, b"")
    };
    assert_hidden(&run(&["--set", &format!("url={}", bench.url)]).ends(0), &[TOKEN]);
    let instance = ["--instance", file.to_str().expect("text")];
    let ran = run(&instance).ends(2);
    assert!(ran.err.contains("and reads url, token") && ran.err.contains("--trust each time"), "{ran:?}");
    assert_hidden(&ran, &[TOKEN]);
    let ran = run(&[&instance[..], &["--trust"]].concat()).ends(0);
    assert!(ran.err.contains("is not remembered, nor"), "{ran:?}");
}
