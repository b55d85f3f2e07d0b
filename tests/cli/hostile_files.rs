//! Files that somebody else has prepared: cases, recordings, components, contexts.
#![cfg(unix)]

use super::program::{self, Ran};
use crate::support::{self, Script, loopback, world};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const SECRET: &str = "s.hunter2hunter2hunter2";
const TEAM: [&str; 3] = ["run", "mattermost-get-team", "team_name=panw"];

/// A download, and what lies elsewhere on the machine.
struct Download {
    folder: tempfile::TempDir,
    script: Script,
    url: String,
}

impl Download {
    fn new() -> Self {
        let script = world::script();
        let url = loopback::serve(&script);
        let download = Self { folder: tempfile::tempdir().expect("a folder"), script, url };
        download.put("home/.vault-token", SECRET);
        download
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, content).expect("written");
        path
    }

    /// A case of sending a file, of which nothing is wrong.
    fn case(&self) -> PathBuf {
        let case = self.path("case");
        drop(fs::remove_dir_all(&case));
        let url = world::script();
        let url = loopback::serve(&url);
        let report = self.put("report.txt", "a report");
        let file = format!("85@109={}", text(&report));
        let call = ["run", "mattermost-send-file", "channel=alerts", "message=hi", "entry_id=85@109", "--file", &file];
        run(&[&call[..], &["--record", text(&case)]].concat(), &program::variables(&url)).ends(0);
        case
    }

    /// Replays the call of that case.
    fn replay(&self, case: &Path) -> Ran {
        run(
            &["run", "mattermost-send-file", "channel=alerts", "message=hi", "entry_id=85@109", "--replay", text(case)],
            &[],
        )
    }

    fn live(&self, arguments: &[&str]) -> Ran {
        run(arguments, &program::variables(&self.url))
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// Runs `soar`, which must not show what it was not to read.
fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
    command.envs(environment.iter().copied());
    let ran = program::run(command, b"");
    assert!(!ran.out.contains(SECRET) && !ran.err.contains(SECRET), "{ran:?}");
    ran
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").mode() & 0o7777
}

#[test]
fn a_case_from_elsewhere_reads_nothing_but_its_own_small_files() {
    let download = Download::new();
    let case = download.case();
    download.replay(&case).ends(0);
    let vault = download.path("home/.vault-token");
    let large = download.path("large");
    File::create(&large).expect("a file").set_len(300 << 20).expect("long");
    // Its entry is not even looked at.
    for name in ["entry.json", "entry.md"] {
        fs::remove_file(case.join(name)).expect("removed");
        pipe(&case.join(name));
    }
    for name in ["call.json", "exchanges.har", "files/report.txt"] {
        let place = case.join(name);
        let good = fs::read(&place).expect("a file");
        let refused = |words: &str| {
            let ran = download.replay(&case).ends(2);
            assert!(ran.err.contains(name) && ran.err.contains(words) && ran.out.is_empty(), "{name}: {ran:?}");
            fs::remove_file(&place).or_else(|_| fs::remove_dir(&place)).expect("removed");
        };
        for target in [&vault, Path::new("/dev/zero"), Path::new("call.json"), Path::new("."), Path::new("not-there")] {
            fs::remove_file(&place).ok();
            symlink(target, &place).expect("a link");
            refused("it is a link, and none is followed here");
        }
        pipe(&place);
        refused("it is a pipe; expected a file");
        fs::create_dir(&place).expect("a folder");
        refused("it is a folder; expected a file");
        fs::hard_link(&large, &place).expect("a large file");
        refused("the most that is read of it");
        fs::write(&place, &good).expect("written");
        download.replay(&case).ends(0);
    }
    // A folder on the way is no link either.
    fs::rename(case.join("files"), download.path("elsewhere")).expect("moved");
    symlink("../elsewhere", case.join("files")).expect("a link");
    let ran = download.replay(&case).ends(2);
    assert!(ran.err.contains("files/report.txt: it is a link"), "{ran:?}");
}

#[test]
fn a_name_in_a_case_does_not_leave_its_folder() {
    let download = Download::new();
    let case = download.case();
    let call = fs::read_to_string(case.join("call.json")).expect("a call");
    assert!(call.contains("\"report.txt\""));
    download.put("files/.vault-token", SECRET);
    let vault = download.path("home/.vault-token");
    for name in [
        "../home/.vault-token",
        "../../home/.vault-token",
        text(&vault),
        "a/../../x",
        "..",
        ".",
        "",
        "a//b",
        "a\\\\..\\\\b",
    ] {
        fs::write(case.join("call.json"), call.replace("report.txt", name)).expect("written");
        let ran = download.replay(&case).ends(2);
        assert!(ran.err.contains("files.85@109: expected a path below the folder of files"), "{name}: {ran:?}");
    }
    // What lies in `files` two folders above is shared by the cases of commands, and by nothing else.
    fs::write(case.join("call.json"), call.replace("report.txt", ".vault-token")).expect("written");
    fs::rename(&case, download.path("a")).expect("moved");
    fs::create_dir_all(download.path("downloads")).expect("a folder");
    fs::rename(download.path("a"), download.path("downloads/case")).expect("moved");
    let ran = download.replay(&download.path("downloads/case"));
    assert!(ran.code != 0, "there is no such file: {ran:?}");
}

#[test]
fn a_case_in_the_folder_of_its_command_finds_the_files_beside() {
    let download = Download::new();
    let case = download.case();
    fs::create_dir_all(download.path("fixtures/mattermost-send-file")).expect("a folder");
    let place = download.path("fixtures/mattermost-send-file/mine");
    fs::rename(&case, &place).expect("moved");
    fs::rename(place.join("files"), download.path("fixtures/files")).expect("moved");
    download.replay(&place).ends(0);
    fs::remove_file(download.path("fixtures/files/report.txt")).expect("removed");
    symlink(download.path("home/.vault-token"), download.path("fixtures/files/report.txt")).expect("a link");
    let ran = download.replay(&place).ends(2);
    assert!(ran.err.contains("files/report.txt: it is a link"), "{ran:?}");
}

#[test]
fn what_is_no_recording_of_usual_size_is_refused_at_once() {
    let download = Download::new();
    let large = download.path("large.har");
    File::create(&large).expect("a file").set_len(300 << 20).expect("long");
    pipe(&download.path("pipe.har"));
    let socket = download.path("socket.har");
    let _socket = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    for (path, words) in [
        (large, "it has more than 256.0 MiB"),
        (download.path("pipe.har"), "it is a pipe; expected a file"),
        (socket, "it is a socket; expected a file"),
        ("/dev/zero".into(), "it is a device; expected a file"),
    ] {
        let ran = run(&[&TEAM[..], &["--replay", text(&path)]].concat(), &[]).ends(2);
        assert!(ran.err.contains(text(&path)) && ran.err.contains(words), "{ran:?}");
        for arguments in [&["--component", text(&path)][..], &["--instance", text(&path)], &["--context", text(&path)]]
        {
            let ran = run(&[&TEAM[..], arguments].concat(), &[]).ends(2);
            assert!(
                ran.err.contains(text(&path)) && ran.err.contains("expected a file")
                    || ran.err.contains("has more than")
                    || ran.err.contains("over the limit component_bytes"),
                "{ran:?}"
            );
        }
        let ran = run(&["policy", "mattermost-get-team", "--instance", text(&path)], &[]).ends(2);
        assert!(ran.err.contains(text(&path)), "{ran:?}");
        // Completion finds nothing there, and does not wait.
        let mut command = program::command(
            env!("CARGO_BIN_EXE_soar"),
            &["--", "soar", "run", "--component", text(&path), "mattermost-get"],
        );
        command.env("SOAR_COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_INDEX", "4");
        assert_eq!(program::run(command, b"").ends(0).out.trim(), "");
    }
}

#[test]
fn a_file_behind_an_entry_id_is_a_file() {
    let download = Download::new();
    pipe(&download.path("pipe"));
    for file in [download.path("pipe"), "/dev/zero".into()] {
        let file = format!("85@109={}", text(&file));
        let call = ["run", "mattermost-send-file", "channel=a", "message=hi", "entry_id=85@109", "--file", &file];
        for more in [&["--live"][..], &["--record", text(&download.path("case"))]] {
            let ran = download.live(&[&call[..], more].concat()).ends(2);
            assert!(ran.err.contains("a device or a pipe"), "{ran:?}");
        }
        fs::remove_dir_all(download.path("case")).expect("the case of a failure");
    }
}

#[test]
fn a_forced_recording_writes_through_no_link() {
    let download = Download::new();
    let precious = download.put("precious", "keep");
    let case = download.path("case");
    let record =
        |arguments: &[&str]| download.live(&[&TEAM[..], &["--record", text(&case), "--force"], arguments].concat());
    record(&[]).ends(0);
    for name in ["call.json", "exchanges.har", "entry.json", "entry.md"] {
        fs::remove_file(case.join(name)).expect("removed");
        symlink(&precious, case.join(name)).expect("a link");
        let ran = record(&[]);
        // Without its call it is no case; otherwise the link is replaced by what is recorded.
        assert_eq!(ran.code, if name == "call.json" { 2 } else { 0 }, "{ran:?}");
        if name == "call.json" {
            assert!(ran.err.contains("it is not the folder of a case"), "{ran:?}");
            fs::remove_dir_all(&case).expect("removed");
            record(&[]).ends(0);
        }
        assert!(fs::symlink_metadata(case.join(name)).expect("a file").is_file());
    }
    let elsewhere = download.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    symlink(&elsewhere, case.join("files")).expect("a link");
    let report = download.put("report.txt", "a report");
    let file = format!("85@109={}", text(&report));
    // The command succeeded.
    let ran = record(&["--file", &file]).ends(3);
    assert!(ran.err.contains("files: it is a link"), "{ran:?}");
    assert_eq!(fs::read_dir(&elsewhere).expect("a folder").count(), 0);
    // The folder itself is no link either.
    let link = download.path("link");
    symlink(&elsewhere, &link).expect("a link");
    let sent = download.script.requests().len();
    let ran = download.live(&[&TEAM[..], &["--record", text(&link), "--force"]].concat()).ends(2);
    assert!(ran.err.contains("it is a link, and none is followed here"), "{ran:?}");
    assert_eq!(download.script.requests().len(), sent);
    assert_eq!(fs::read_to_string(&precious).expect("still there"), "keep");
}

#[test]
fn what_appears_meanwhile_is_not_overwritten_and_the_recording_is_kept() {
    let download = Download::new();
    let path = download.path("recordings/team.har");
    // The one who is faster: as soon as the server is asked.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (appears, body) = (path.clone(), world::team("panw").to_string());
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().expect("a connection");
        assert!(stream.read(&mut [0; 4096]).expect("a request") > 0);
        fs::write(appears, "mine").expect("written");
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).expect("an answer");
    });
    let ran = run(&[&TEAM[..], &["--record", text(&path)]].concat(), &program::variables(&url)).ends(3);
    server.join().expect("it answers");
    assert!(ran.out.contains("Team details"), "the command is done: {ran:?}");
    assert!(ran.err.contains("it exists already, since a moment ago; what was to be written there is in"), "{ran:?}");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    let names = support::files(path.parent().expect("a folder"));
    let kept = names.iter().find(|(name, _)| name.ends_with(".part")).expect("the recording").1;
    assert!(String::from_utf8_lossy(kept).contains("\"log\""));
}

#[test]
fn a_context_is_no_link_to_something_else() {
    let download = Download::new();
    let other = download.put("home/config.json", &format!("{{\"auth\": \"{SECRET}\"}}"));
    let context = download.path("context.json");
    for target in [&other, &download.path("not-there")] {
        fs::remove_file(&context).ok();
        symlink(target, &context).expect("a link");
        let ran = download.live(&[&TEAM[..], &["--live", "--context", text(&context)]].concat()).ends(2);
        assert!(ran.err.contains("context.json: it is a link, and none is followed here"), "{ran:?}");
    }
    assert!(download.script.requests().is_empty());
    assert_eq!(fs::read_link(&context).expect("a link"), download.path("not-there"));
}

#[test]
fn what_soar_writes_is_for_its_user_alone() {
    let download = Download::new();
    let (har, case, context) = (download.path("a.har"), download.path("case"), download.path("context.json"));
    let report = download.put("report.txt", "a report");
    let file = format!("85@109={}", text(&report));
    // A file that was there before keeps nothing of its mode.
    fs::write(&context, "{}").expect("written");
    fs::set_permissions(&context, fs::Permissions::from_mode(0o666)).expect("changed");
    download.live(&[&TEAM[..], &["--record", text(&har), "--context", text(&context)]].concat()).ends(0);
    download.live(&[&TEAM[..], &["--record", text(&case), "--file", &file]].concat()).ends(0);
    let mut all = vec![har, context];
    all.extend(support::files(&case).into_keys().map(|name| case.join(name)));
    assert_eq!(all.len(), 7, "{all:?}");
    for path in all {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    for folder in [case.clone(), case.join("files")] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    let component = download.path("component.wasm");
    run(&["extract", text(&component)], &[]).ends(0);
    assert_eq!(mode(&component) & 0o600, 0o600);
}

#[test]
fn a_value_may_come_through_a_pipe_and_is_bounded() {
    let download = Download::new();
    let path = download.path("pipe");
    pipe(&path);
    let writer = path.clone();
    let writes = std::thread::spawn(move || fs::write(writer, "panw"));
    let value = format!("team_name={}", text(&path));
    run(&["run", "mattermost-get-team", "--value-file", &value], &[]).ends(0);
    writes.join().expect("it ends").expect("it writes");
    let ran = run(&["run", "mattermost-get-team", "--value-file", "team_name=/dev/zero"], &[]).ends(2);
    assert!(ran.err.contains("/dev/zero: it has more than 64.0 MiB"), "{ran:?}");
    let mut command =
        program::command(env!("CARGO_BIN_EXE_soar"), &["run", "mattermost-get-team", "--value-file", "team_name=-"]);
    command.stdin(File::open("/dev/zero").expect("a device"));
    let output = command.output().expect("it ends");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && error.contains("standard input: it has more than 64.0 MiB"), "{error}");
}

#[test]
fn names_with_line_breaks_forge_no_lines() {
    let download = Download::new();
    let case = download.case();
    let name = "a\nerror: your account is locked";
    let path = download.put(&format!("{name}.har"), "[");
    let folder = download.path(name);
    fs::rename(&case, &folder).expect("moved");
    let call = fs::read_to_string(folder.join("call.json")).expect("a call");
    fs::write(folder.join("call.json"), call.replace("report.txt", &name.replace('\n', "\\n"))).expect("written");
    fs::create_dir(folder.join("files").join(name)).expect("a folder");
    let ran = download.replay(&folder).ends(2);
    let mut all = vec![ran];
    for option in ["--replay", "--component", "--instance", "--context", "--record"] {
        all.push(run(&[&TEAM[..], &[option, text(&path)]].concat(), &[]).ends(2));
    }
    all.push(run(&[&TEAM[..], &["--value-file", &format!("team_name={}", text(&folder))]].concat(), &[]).ends(2));
    for ran in all {
        assert!(ran.err.contains("your account is locked"), "{ran:?}");
        assert!(!ran.err.lines().any(|line| line.starts_with("error: your account")), "{ran:?}");
    }
}
