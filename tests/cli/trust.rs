//! Whether an instance file is trusted, and what it may read.

use super::pages;
use super::program::{self, Ran};
use crate::support::{PERSONAL_TOKEN, Script, loopback, world};
use std::path::{Path, PathBuf};

pub const TEAM: [&str; 4] = ["run", "--live", "mattermost-get-team", "team_name=panw"];
const STOLEN: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

/// A checkout with an instance file in it, the server that it names, and the user's own state.
pub struct Checkout {
    pub folder: tempfile::TempDir,
    pub script: Script,
    pub url: String,
}

impl Checkout {
    pub fn new() -> Self {
        Self::with(loopback::serve)
    }

    /// The same with another server of the script.
    pub fn with(serve: impl FnOnce(&Script) -> String) -> Self {
        let script = world::script();
        let url = serve(&script);
        Self { folder: tempfile::tempdir().expect("a folder"), script, url }
    }

    pub fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        path
    }

    /// The instance file, with these lines and the server's URL.
    pub fn file(&self, lines: &str) -> PathBuf {
        self.put("checkout/prod.toml", &format!("url = {:?}\nteam_name = \"panw\"\n{lines}\n", self.url))
    }

    pub fn run(&self, file: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let arguments = [arguments, &["--instance", file.to_str().expect("text")]].concat();
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
        command.env("XDG_STATE_HOME", self.state()).env("AWS_SECRET_ACCESS_KEY", STOLEN);
        command.envs(environment.iter().copied());
        let ran = program::run(command, b"y\n");
        for secret in [STOLEN, PERSONAL_TOKEN] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{ran:?}");
        }
        ran
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn assert_nothing_sent(&self) {
        assert!(self.script.requests().is_empty(), "{:?}", self.script.lines());
    }
}

#[test]
fn a_file_is_confirmed_once_as_it_is_before_anything_is_sent() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"AWS_SECRET_ACCESS_KEY\" }");
    // What would be sent where is said, to people and to programs; nobody can answer here.
    let does = format!(
        "sends personal_access_token (from \"AWS_SECRET_ACCESS_KEY\" in the environment) to {:?}",
        checkout.url
    );
    for more in [&[][..], &["--json"]] {
        let ran = checkout.run(&file, &[&TEAM[..], more].concat(), &[]).ends(2);
        let said = match more {
            [] => ran.err.clone(),
            _ => {
                assert_eq!(ran.object()["error"]["kind"], "configuration");
                ran.object()["error"]["message"].as_str().expect("text").to_owned()
            }
        };
        assert!(said.contains(&does) && said.contains("--trust"), "{ran:?}");
    }
    checkout.assert_nothing_sent();
    checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[]).ends(0);
    assert_eq!(checkout.run(&file, &TEAM, &[]).ends(0).err, "");
    assert_eq!(checkout.script.requests().len(), 2);
    // As it was, in its place: not another content, not another place.
    let changed = checkout.file("personal_access_token = { env = \"AWS_SECRET_ACCESS_KEY\" }\ninsecure = true");
    let ran = checkout.run(&changed, &TEAM, &[]).ends(2);
    assert!(ran.err.contains(&format!("{does}, trusting any certificate. ")), "{ran:?}");
    let text = std::fs::read_to_string(checkout.file("personal_access_token = { env = \"AWS_SECRET_ACCESS_KEY\" }"));
    let elsewhere = checkout.put("elsewhere/prod.toml", &text.expect("text"));
    checkout.run(&elsewhere, &TEAM, &[]).ends(2);
    assert_eq!(checkout.script.requests().len(), 2);
    checkout.run(&file, &TEAM, &[]).ends(0);
}

#[test]
fn all_that_matters_of_a_file_is_said() {
    let checkout = Checkout::new();
    for name in ["ca.pem", "me.pem", "me.key"] {
        checkout.put(&format!("checkout/{name}"), "");
    }
    let file = checkout.file(
        "bot_access_token = { file = \"bot\" }\npersonal_access_token = \"pattokenpattokenpattoken26\"\nproxy = true\n\
         insecure = \"yes\"\n[network]\nca_file = \"ca.pem\"\nclient_certificate = \"./me.pem\"\nclient_key = \"me.key\"",
    );
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    let folder = checkout.folder.path().join("checkout").canonicalize().expect("a folder");
    let expected = format!(
        "{:?} sends bot_access_token (from the file \"{folder}/bot\") and personal_access_token (as it stands in the file) to \
         {:?}, trusting any certificate, through the system's proxies, trusting the CA certificates in \"{folder}/ca.pem\", \
         showing the client certificate in \"{folder}/me.pem\", with its key in \"{folder}/me.key\". ",
        file,
        checkout.url,
        folder = folder.display(),
    );
    assert!(ran.err.contains(&expected), "{ran:#?}");
    let file = checkout.file("");
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    assert!(ran.err.contains(&format!("sends requests, without a token of its own, to {:?}", checkout.url)), "{ran:?}");
    // For this call alone the command line may say something else; the question is of the file.
    let ran = checkout.run(&file, &[&TEAM[..], &["--set", "url=https://evil.example"]].concat(), &[]).ends(2);
    let instead = format!("to {:?}; this call goes to \"https://evil.example\" instead, as --set says. ", checkout.url);
    assert!(ran.err.contains(&instead), "{ran:?}");
    checkout.assert_nothing_sent();
}

#[test]
fn the_page_shows_what_is_asked() {
    let between = |from, to| pages::between("docs/instance.md", from, to);
    let checkout = Checkout::new();
    checkout.put("chat.toml", &between("# chat.toml: ", "```").replacen("soar", "# soar", 1));
    let asked = between("$ soar run test-module --live --instance chat.toml\n", "\nTrust this file? [y/N]");
    let arguments = ["run", "test-module", "--live", "--instance", "chat.toml"];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.env("XDG_STATE_HOME", checkout.state()).current_dir(checkout.folder.path());
    let ran = program::run(command, b"").ends(2);
    assert!(ran.err.contains(&asked), "{ran:?}");
}

#[test]
fn words_of_a_file_forge_nothing() {
    let checkout = Checkout::new();
    let file = checkout.file(
        r#"personal_access_token = { env = "A\u001b[2K\rprod.toml sends nothing.\nTrust this file? [y/N] y\u202e\u200b" }"#,
    );
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    assert!(!ran.err.chars().any(|c| matches!(c, '\u{1b}' | '\r' | '\u{202e}' | '\u{200b}')), "{ran:?}");
    assert!(!ran.err.lines().any(|line| line.starts_with("prod.toml") || line.starts_with("Trust")), "{ran:?}");
    for lines in [
        "\"a\\nerror: b\" = 1",
        "[network]\n\"a\\nerror: b\" = 1",
        "[limits]\n\"a\\nerror: b\" = 1",
        "x = { \"a\\nerror: b\" = \"\" }",
    ] {
        let ran = checkout.run(&checkout.file(lines), &TEAM, &[]).ends(2);
        assert!(!ran.err.lines().any(|line| line.starts_with("error: b")), "{ran:?}");
    }
    let file = checkout.file(&format!("personal_access_token = {{ env = {:?} }}", "x".repeat(10_000)));
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    assert!(ran.err.len() < 2_000 && ran.err.contains("something of 10000 characters"), "{ran:?}");
    for url in ["https://chat.example.com@evil.example", "javascript:alert(1)", "https://a.example\\n.evil.example"] {
        let file = checkout.put("checkout/prod.toml", &format!("url = \"{url}\"\n"));
        let ran = checkout.run(&file, &TEAM, &[]).ends(2);
        assert!(ran.err.contains("url: ") && !ran.err.contains("sends"), "{ran:?}");
    }
}

#[test]
fn what_counts_is_whole_and_what_is_not_ours_is_quoted() {
    let checkout = Checkout::new();
    let long = ["a"; 3].map(|letter| letter.repeat(60)).join(".");
    let file = checkout.put(
        "checkout/chat.toml sends nothing. Its copy chat2.toml",
        &format!(
            "url = \"https://chat.example.com.{long}.evil.example\"\nteam_name = \"panw\"\nbot_access_token = {{ file = \"{}id\" }}\n\
             personal_access_token = {{ env = {:?} }}\n",
            "./".repeat(300),
            "X in the environment), which is public, and nothing else (from \"Y\"",
        ),
    );
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    let folder = checkout.folder.path().join("checkout").canonicalize().expect("a folder");
    for words in [
        &format!("{file:?} sends bot_access_token (from the file \"{}/id\")", folder.display())[..],
        "(from \"X in the environment), which is public, and nothing else (from \\\"Y\\\"\" in the environment)",
        &format!("to \"https://chat.example.com.{long}.evil.example\" (its host ends in \"evil.example\")"),
    ] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    for (url, path) in
        [(format!("{}/{}", checkout.url, "a".repeat(1000)), "id".to_owned()), (checkout.url.clone(), "a/".repeat(600))]
    {
        let lines = format!("url = {url:?}\nteam_name = \"panw\"\nbot_access_token = {{ file = {path:?} }}\n");
        let ran = checkout.run(&checkout.put("checkout/prod.toml", &lines), &TEAM, &[]).ends(2);
        assert!(ran.err.contains("expected at most 1000, which can be shown whole"), "{ran:?}");
    }
    checkout.assert_nothing_sent();
}

#[test]
fn looking_needs_no_trust_and_reads_no_secret() {
    let checkout = Checkout::new();
    let pipe = checkout.folder.path().join("checkout/pipe");
    std::fs::create_dir_all(pipe.parent().expect("a folder")).expect("made");
    #[cfg(unix)]
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for source in ["{ file = \"/dev/zero\" }", "{ file = \"pipe\" }", "{ file = \"/nowhere\" }", "{ env = \"UNSET\" }"]
    {
        let file = checkout.file(&format!("personal_access_token = {source}"));
        checkout.run(&file, &["policy", "mattermost-get-team"], &[]).ends(0);
        // As an instance with this URL it was never recorded; the answers fit all the same.
        checkout.run(&file, &["run", "mattermost-get-team", "team_name=panw"], &[]).ends(0);
    }
    assert!(!checkout.state().exists(), "nothing is remembered of that");
    checkout.assert_nothing_sent();
}

#[test]
fn a_secret_that_the_command_does_not_send_is_not_read() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"MINE\" }\nbot_access_token = { file = \"/dev/zero\" }");
    checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[("MINE", PERSONAL_TOKEN)]).ends(0);
}

#[test]
fn a_secret_comes_from_the_files_folder_or_one_for_secrets() {
    let checkout = Checkout::new();
    let token = checkout.put("elsewhere/token", PERSONAL_TOKEN);
    checkout.put("checkout/sub/token", &format!("{PERSONAL_TOKEN}\n"));
    let elsewhere = token.parent().expect("a folder").to_str().expect("text");
    let with = |path: &str, more: &[&str], environment: &[(&str, &str)]| {
        let file = checkout.file(&format!("personal_access_token = {{ file = {path:?} }}"));
        checkout.run(&file, &[&TEAM[..], &["--trust"], more].concat(), environment)
    };
    let token = token.to_str().expect("text");
    with("sub/token", &[], &[]).ends(0);
    for (path, words) in [
        (token, "expected a file below"),
        ("../elsewhere/token", "expected a path without \"..\""),
        ("/run/secrets/../../etc/hostname", "expected a path without \"..\""),
        ("/etc/hostname", "--secrets FOLDER allows another folder"),
        ("/run/secrets/not-there", "No such file"),
        ("/dev/zero", "expected a file below"),
        ("sub", "it is a folder; expected a file"),
    ] {
        let ran = with(path, &[], &[]).ends(2);
        assert!(ran.err.contains(words), "{path}: {ran:?}");
    }
    with(token, &["--secrets", elsewhere], &[]).ends(0);
    with(token, &["--secrets", "/nowhere", "--secrets", elsewhere], &[]).ends(0);
    with(token, &[], &[("SOAR_SECRETS", &format!("/nowhere:{elsewhere}"))]).ends(0);
    with(token, &[], &[("CREDENTIALS_DIRECTORY", elsewhere)]).ends(0);
    let ran = with(token, &[], &[("SOAR_SECRETS", "elsewhere")]).ends(2);
    assert!(ran.err.contains("SOAR_SECRETS: got \"elsewhere\"; expected the absolute paths of folders"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn links_lead_to_no_other_file_and_only_small_texts_are_read() {
    use std::os::unix::fs::symlink;
    let checkout = Checkout::new();
    let token = checkout.put("elsewhere/token", PERSONAL_TOKEN);
    let folder = checkout.folder.path().join("checkout");
    checkout.put("checkout/..data/token", PERSONAL_TOKEN);
    symlink(&token, folder.join("absolute")).expect("a link");
    symlink("../elsewhere/token", folder.join("relative")).expect("a link");
    symlink("../elsewhere", folder.join("folder")).expect("a link");
    symlink("/dev/zero", folder.join("zero")).expect("a link");
    // As kubernetes mounts secrets.
    symlink("..data/token", folder.join("inside")).expect("a link");
    std::fs::File::create(folder.join("large")).expect("a file").set_len(65 << 10).expect("long");
    std::fs::write(folder.join("bytes"), b"\xff\xfe").expect("written");
    assert!(std::process::Command::new("mkfifo").arg(folder.join("pipe")).status().expect("mkfifo").success());
    let with = |path: &str| {
        let file = checkout.file(&format!("personal_access_token = {{ file = {path:?} }}"));
        checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[])
    };
    with("inside").ends(0);
    for (path, words) in [
        ("absolute", "it leads out of the folder"),
        ("relative", "it leads out of the folder"),
        ("folder/token", "it leads out of the folder"),
        ("zero", "it leads out of the folder"),
        ("large", "it has more than 64.0 KiB"),
        ("bytes", "expected UTF-8"),
        ("pipe", "it is a pipe; expected a file"),
    ] {
        let ran = with(path).ends(2);
        assert!(ran.err.contains(words) && ran.err.contains("personal_access_token"), "{path}: {ran:?}");
    }
    assert_eq!(checkout.script.requests().len(), 1);
}

#[test]
fn without_a_place_to_remember_it_it_is_said_each_time() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"MINE\" }");
    let run = |more: &[&str], environment: &[(&str, &str)]| {
        let mut command = program::command(
            env!("CARGO_BIN_EXE_soar"),
            &[&TEAM[..], &["--instance", file.to_str().expect("text")], more].concat(),
        );
        command.env("MINE", PERSONAL_TOKEN).envs(environment.iter().copied());
        program::run(command, b"")
    };
    for environment in [&[][..], &[("XDG_STATE_HOME", "relative")], &[("HOME", "")]] {
        let ran = run(&[], environment).ends(2);
        assert!(ran.err.contains("XDG_STATE_HOME nor HOME") && ran.err.contains("--trust each time"), "{ran:?}");
        let ran = run(&["--trust"], environment).ends(0);
        assert!(ran.err.contains("is not remembered"), "{ran:?}");
    }
    let home = checkout.folder.path().join("home");
    let home = [("HOME", home.to_str().expect("text"))];
    run(&["--trust"], &home).ends(0);
    assert_eq!(run(&[], &home).ends(0).err, "");
    assert!(checkout.folder.path().join("home/.local/state/soar").is_dir());
}

#[cfg(unix)]
#[test]
fn what_others_could_have_changed_is_not_believed() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"MINE\" }");
    let run = |more: &[&str]| checkout.run(&file, &[&TEAM[..], more].concat(), &[("MINE", PERSONAL_TOKEN)]);
    run(&["--trust"]).ends(0);
    let state = checkout.state().join("soar");
    assert_eq!(std::fs::metadata(&state).expect("a folder").mode() & 0o777, 0o700);
    let files: Vec<_> = std::fs::read_dir(&state).expect("a folder").map(|file| file.expect("a file").path()).collect();
    // One that it is trusted, and one for the kind of each parameter.
    assert_eq!(files.len(), 4, "{files:?}");
    let chmod = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("changed");
    };
    for file in &files {
        assert_eq!(std::fs::metadata(file).expect("a file").mode() & 0o777, 0o600);
        chmod(file, 0o666);
        let ran = run(&[]).ends(2);
        assert!(ran.err.contains("may be written by others") || ran.err.contains("was not confirmed"), "{ran:?}");
        chmod(file, 0o600);
        // Nor what soar did not write.
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("kind-")) {
            let kept = std::fs::read(file).expect("text");
            std::fs::write(file, "riddle").expect("written");
            let ran = run(&[]).ends(2);
            assert!(ran.err.contains("expected it as soar wrote it, or no such file"), "{ran:?}");
            std::fs::write(file, kept).expect("written");
        }
    }
    chmod(&state, 0o777);
    let ran = run(&[]).ends(2);
    assert!(ran.err.contains("may be written by others") && ran.err.contains("--trust each time"), "{ran:?}");
    chmod(&state, 0o700);
    run(&[]).ends(0);
}
