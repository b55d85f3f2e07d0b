//! Whether an instance file is trusted, and what it may read.

use crate::program::{self, Ran};
use crate::support::{PERSONAL_TOKEN, Script, loopback, world};
use std::path::{Path, PathBuf};

const TEAM: [&str; 4] = ["run", "--live", "mattermost-get-team", "team_name=panw"];
const STOLEN: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

/// A checkout with an instance file in it, the server that it names, and the user's own state.
struct Checkout {
    folder: tempfile::TempDir,
    script: Script,
    url: String,
}

impl Checkout {
    fn new() -> Self {
        let script = world::script();
        let url = loopback::serve(&script);
        Self { folder: tempfile::tempdir().expect("a folder"), script, url }
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        path
    }

    /// The instance file, with these lines and the server's URL.
    fn file(&self, lines: &str) -> PathBuf {
        self.put("checkout/prod.toml", &format!("url = {:?}\nteam_name = \"panw\"\n{lines}\n", self.url))
    }

    fn run(&self, file: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
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

    fn assert_nothing_sent(&self) {
        assert!(self.script.requests().is_empty(), "{:?}", self.script.lines());
    }
}

#[test]
fn a_file_is_confirmed_once_as_it_is_before_anything_is_sent() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"AWS_SECRET_ACCESS_KEY\" }");
    // What would be sent where is said, to people and to programs; nobody can answer here.
    let does =
        format!("sends personal_access_token (from AWS_SECRET_ACCESS_KEY in the environment) to {}", checkout.url);
    for more in [&[][..], &["--json"]] {
        let ran = checkout.run(&file, &[&TEAM[..], more].concat(), &[]).ends(2);
        assert!(
            (ran.out.clone() + &ran.err).contains(&does) && (ran.out.clone() + &ran.err).contains("--trust"),
            "{ran:?}"
        );
        if !more.is_empty() {
            assert_eq!(ran.object()["error"]["kind"], "configuration");
        }
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
    checkout.put("checkout/ca.pem", "");
    let file = checkout.file(
        "bot_access_token = { file = \"bot\" }\npersonal_access_token = \"pattokenpattokenpattoken26\"\nproxy = true\n\
         insecure = \"yes\"\n[network]\nca_file = \"ca.pem\"\nclient_certificate = \"/etc/me.pem\"",
    );
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    let folder = checkout.folder.path().join("checkout").canonicalize().expect("a folder");
    let expected = format!(
        "{} sends bot_access_token (from the file {folder}/bot) and personal_access_token (as it stands in the file) to {}, \
         trusting any certificate, through the system's proxies, trusting the CA certificates in {folder}/ca.pem, showing the \
         client certificate in /etc/me.pem. ",
        file.display(),
        checkout.url,
        folder = folder.display(),
    );
    assert!(ran.err.contains(&expected), "{ran:#?}");
    let file = checkout.file("");
    let ran = checkout.run(&file, &TEAM, &[]).ends(2);
    assert!(ran.err.contains(&format!("sends requests, without a token of its own, to {}", checkout.url)), "{ran:?}");
    checkout.assert_nothing_sent();
}

#[test]
fn the_readme_shows_what_is_asked() {
    let readme = std::fs::read_to_string(crate::support::root().join("README.md")).expect("it is there");
    let between = |from: &str, to: &str| {
        let rest = readme.split_once(from).unwrap_or_else(|| panic!("the README lacks {from:?}")).1;
        rest.split_once(to).unwrap_or_else(|| panic!("the README lacks {to:?}")).0.to_owned()
    };
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
    assert!(ran.err.len() < 2_000 && ran.err.contains('…') && ran.err.contains(&checkout.url), "{ran:?}");
    for url in ["https://chat.example.com@evil.example", "javascript:alert(1)", "https://a.example\\n.evil.example"] {
        let file = checkout.put("checkout/prod.toml", &format!("url = \"{url}\"\n"));
        let ran = checkout.run(&file, &TEAM, &[]).ends(2);
        assert!(ran.err.contains("url: ") && !ran.err.contains("sends"), "{ran:?}");
    }
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

#[test]
fn a_file_may_be_for_one_component_alone() {
    let checkout = Checkout::new();
    let token = [("MINE", PERSONAL_TOKEN)];
    let pinned = |digest: &str| {
        checkout.put(
            "checkout/prod.toml",
            &format!(
                "component = {digest:?}\nurl = {:?}\nteam_name = \"panw\"\npersonal_access_token = {{ env = \"MINE\" }}\n",
                checkout.url
            ),
        )
    };
    let other = format!("sha256:{}", "0".repeat(64));
    let file = pinned(&other);
    for arguments in [&[&TEAM[..], &["--trust"]].concat()[..], &["policy", "mattermost-get-team"], &TEAM] {
        let ran = checkout.run(&file, arguments, &token).ends(2);
        assert!(ran.err.contains("component: this component is sha256:") && ran.err.contains(&other), "{ran:?}");
    }
    checkout.assert_nothing_sent();
    let ran = checkout.run(&file, &TEAM, &token).ends(2);
    let own = ran.err.split("this component is ").nth(1).and_then(|rest| rest.split(';').next()).expect("a digest");
    checkout.run(&pinned(own), &[&TEAM[..], &["--trust"]].concat(), &token).ends(0);
    // By its bytes: the same component from a file is the same.
    let path = checkout.put("same.wasm", "");
    std::fs::write(&path, mattermost_component::INTEGRATION).expect("written");
    checkout.run(&pinned(own), &[&TEAM[..], &["--component", path.to_str().expect("text")]].concat(), &token).ends(0);
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    let ran = checkout
        .run(&pinned(own), &[&TEAM[..], &["--component", path.to_str().expect("text")]].concat(), &token)
        .ends(2);
    assert!(ran.err.contains("expected sha256:"), "{ran:?}");
    let ran = checkout.run(&pinned("sha256:0"), &TEAM, &token).ends(2);
    assert!(ran.err.contains("component: got \"sha256:0\"; expected \"sha256:\" and 64 digits"), "{ran:?}");
}

/// Whoever has read a file has not read what a component from elsewhere does with it.
#[test]
fn a_file_is_trusted_with_a_component() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"MINE\" }");
    let token = [("MINE", PERSONAL_TOKEN)];
    checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &token).ends(0);
    let path = checkout.put("other.wasm", "");
    // A section of its own at the end makes it another one.
    std::fs::write(&path, [mattermost_component::INTEGRATION, &[0, 2, 1, b'x']].concat()).expect("written");
    let other = [&TEAM[..], &["--component", path.to_str().expect("text")]].concat();
    let ran = checkout.run(&file, &other, &token).ends(2);
    for words in
        ["; the component is mattermost (sha256:", "), which does not come with soar, and reads ", "url", "--trust"]
    {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    assert_eq!(checkout.script.requests().len(), 1);
    checkout.run(&file, &[&other[..], &["--trust"]].concat(), &token).ends(0);
    checkout.run(&file, &other, &token).ends(0);
    std::fs::write(&path, [mattermost_component::INTEGRATION, &[0, 2, 1, b'y']].concat()).expect("written");
    checkout.run(&file, &other, &token).ends(2);
    // One that comes with soar is as good as another.
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    checkout.run(&file, &other, &token).ends(0);
}
