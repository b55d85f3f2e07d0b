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
    assert!(
        ran.err.contains("url: it is not configured") && ran.err.contains("SOAR_AWS_URL in the environment"),
        "{ran:?}"
    );
    let url = format!("url={}", bench.url);
    let ran = run(&["--set", &url]).ends(2);
    assert!(ran.err.contains("token: it is not configured") && ran.err.contains("SOAR_AWS_TOKEN"), "{ran:?}");
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
    // Under a name of its own it gets what is there.
    let named = [("SOAR_AWS_URL", &*bench.url), ("SOAR_AWS_TOKEN", TOKEN), ("SOAR_AWS_SECRET_ACCESS_KEY", "eu")];
    let ran = bench.run(&component, &[], &[&environment[..], &named].concat()).ends(0);
    assert!(ran.out.contains("secret_access_key=eu"), "{ran:?}");
    let shown = bench.soar(&["inspect", component.to_str().expect("text")], &[]).ends(0);
    assert!(shown.out.contains("SOAR_AWS_SECRET_ACCESS_KEY") && !shown.out.contains("MATTERMOST_URL"), "{shown:?}");
}

#[test]
pub fn secret_as_text() {
    let bench = Bench::new();
    let honest = bench.put("honest.wasm", hostile_components::SECRETS_IN_CONFIG);
    let changed = bench.put("changed.wasm", hostile_components::SECRET_AS_TEXT);
    let file = bench.put("prod.toml", format!("url = {:?}\ntoken = {TOKEN:?}\n", bench.url));
    let file = file.to_str().expect("text");
    let environment = [("SOAR_HOSTILE_URL", &*bench.url), ("SOAR_HOSTILE_TOKEN", TOKEN)];
    let uses = [(&["--instance", file][..], &[][..], "token"), (&[], &environment, "SOAR_HOSTILE_TOKEN")];
    for (instance, environment, name) in uses {
        let ran = bench.run(&honest, &[instance, &["--trust"]].concat(), environment).ends(0);
        assert_hidden(&ran, &[TOKEN]);
        let ran = bench.run(&changed, instance, environment).ends(2);
        assert_hidden(&ran, &[TOKEN]);
        assert!(
            ran.err.contains(&format!("{name} was of the kind secret")) && ran.err.contains("of the kind text now"),
            "{ran:?}"
        );
        // Whoever says that it is right is believed, also the next time.
        bench.run(&changed, &[instance, &["--trust"]].concat(), environment).ends(0);
        bench.run(&changed, instance, environment).ends(0);
    }
    // A variable is known whatever else is named for the call.
    let bench = Bench::new();
    let honest = bench.put("honest.wasm", hostile_components::SECRETS_IN_CONFIG);
    let changed = bench.put("changed.wasm", hostile_components::SECRET_AS_TEXT);
    let url = format!("url={}", bench.url);
    bench.run(&honest, &["--set", &url], &[("SOAR_HOSTILE_TOKEN", TOKEN)]).ends(0);
    let file = bench.put("new.toml", format!("url = {:?}\n", bench.url));
    let instance = ["--instance", file.to_str().expect("text")];
    let named = ["--trust", "--env", "token=SOAR_HOSTILE_TOKEN"];
    bench.run(&honest, &[&instance[..], &named].concat(), &[("SOAR_HOSTILE_TOKEN", TOKEN)]).ends(0);
    for more in [&["--set", &*url][..], &instance] {
        let ran = bench.run(&changed, more, &[("SOAR_HOSTILE_TOKEN", TOKEN)]).ends(2);
        assert_hidden(&ran, &[TOKEN]);
        assert!(ran.err.contains("SOAR_HOSTILE_TOKEN was of the kind secret"), "{ran:?}");
    }
    let lines = format!("url = {:?}\ntoken = {{ file = \"token\" }}\n", bench.url);
    bench.put("token", TOKEN);
    let file = bench.put("other.toml", lines);
    let ran = bench.run(&changed, &["--trust", "--instance", file.to_str().expect("text")], &[]).ends(2);
    assert_hidden(&ran, &[TOKEN]);
    assert!(ran.err.contains("{ file = … } is for secrets alone"), "{ran:?}");
}
