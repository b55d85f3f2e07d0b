//! Arguments and files on the command line.

use crate::support::{loopback, world};
use crate::{live, program, soar};

#[test]
fn a_word_without_an_equals_sign_is_told_what_would_be_right() {
    let ran = soar(&["run", "mattermost-get-team", "panw"]).ends(2);
    assert!(ran.err.contains("\"panw\" is no argument; expected NAME=VALUE"), "{ran:?}");
    let ran = soar(&["run", "mattermost-get-team", "=panw"]).ends(2);
    assert!(ran.err.contains("has no name before its ="), "{ran:?}");
    let ran = soar(&["run", "send-notification", "message=hello", "world", "channel=a"]).ends(2);
    assert!(ran.err.contains("quote the whole value: message='hello world'"), "{ran:?}");
}

fn notify(input: &[u8], value: &str) -> (program::Ran, Option<String>) {
    let script = world::script();
    let url = loopback::serve(&script);
    let arguments = ["run", "--live", "send-notification", "channel=alerts", "--value-file", value];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.envs(program::variables(&url));
    let ran = program::run(command, input);
    let posts = script.of_method("POST");
    let message = posts.first().map(|post| post.json()["message"].as_str().expect("text").to_owned());
    (ran, message)
}

#[test]
fn a_value_may_come_from_a_file_or_from_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("message.md");
    let text = "line one\nline=two, ünï 🦀\n";
    std::fs::write(&path, text).expect("written");
    let (ran, message) = notify(b"", &format!("message={}", path.display()));
    assert_eq!((ran.code, message.as_deref()), (0, Some(text)), "{ran:?}");
    let (ran, message) = notify(text.as_bytes(), "message=-");
    assert_eq!((ran.code, message.as_deref()), (0, Some(text)), "{ran:?}");
}

#[test]
fn a_value_that_cannot_be_read_is_a_wrong_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("message.bin");
    std::fs::write(&path, b"ab\xff").expect("written");
    for (input, value, words) in [
        (&b""[..], format!("message={}", path.display()), "expected UTF-8, found something else at byte 2"),
        (&b"\xff"[..], "message=-".into(), "expected UTF-8"),
        (&b""[..], "message=/nowhere.md".into(), "/nowhere.md: No such file"),
        (&b""[..], format!("message={}", folder.path().display()), "a folder; expected a file"),
        (&b""[..], "message".into(), "expected NAME=VALUE"),
        (&b""[..], "mesage=/etc/hostname".into(), "message"),
        (&b""[..], "message=-".into(), "message"),
    ] {
        let (ran, message) = notify(input, &value);
        assert_eq!((ran.code, message), (2, None), "{value}: {ran:?}");
        assert!(ran.err.contains(words), "{value}: {ran:?}");
    }
}

#[test]
fn a_file_behind_an_entry_id_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report a=b.pdf");
    std::fs::write(&path, b"%PDF\0\xff").expect("written");
    let script = world::script();
    let url = loopback::serve(&script);
    let file = format!("85@109={}", path.display());
    let arguments =
        ["run", "--live", "mattermost-send-file", "channel=alerts", "message=hi", "entry_id=85@109", "--file", &file];
    let ran = live(&url, &arguments).ends(0);
    assert!(ran.out.contains("file report a=b.pdf was successfully sent to channel alerts"), "{ran:?}");
    let upload = &script.of_method("POST")[0];
    assert_eq!(upload.body, b"%PDF\0\xff");
    assert!(upload.line.ends_with("&filename=report%20a%3Db.pdf"), "{}", upload.line);
}

#[test]
fn a_file_that_cannot_be_sent_is_a_wrong_call() {
    let url = loopback::serve(&world::script());
    for (file, words) in [
        ("85@109=/nowhere.pdf", "there is no file at /nowhere.pdf"),
        ("85@109=/tmp", "a folder"),
        ("85@109=/dev/null", "a device"),
        ("86@109=/etc/hostname", "is no entry"),
        ("86@109=/etc/hostname", "--file 85@109=FILE puts a file behind the entry 85@109"),
        ("85@109", "no file after the entry; expected ENTRY=FILE: 85@109=report.pdf"),
        ("note.txt", "85@109=note.txt puts the file behind the entry 85@109"),
    ] {
        let arguments =
            ["run", "--live", "mattermost-send-file", "channel=a", "message=hi", "entry_id=85@109", "--file", file];
        let ran = live(&url, &arguments).ends(2);
        assert!(ran.err.contains(words), "{file}: {ran:?}");
    }
    let arguments = ["run", "--live", "mattermost-send-file", "channel=a", "message=hi", "entry_id=85@109"];
    let ran = live(&url, &arguments).ends(2);
    assert!(ran.err.contains("--file 85@109=FILE puts a file behind the entry 85@109"), "{ran:?}");
}

#[test]
fn an_investigation_adds_its_link() {
    let script = world::script();
    let url = loopback::serve(&script);
    let room = "https://soar.test/#/WarRoom/109";
    let arguments = [
        "run",
        "--live",
        "send-notification",
        "channel=alerts",
        "message=hi",
        "--investigation",
        "109",
        "--war-room-url",
        room,
    ];
    live(&url, &arguments).ends(0);
    assert_eq!(script.of_method("POST")[0].json()["message"], format!("hi\n View it on: {room}"));
}

#[test]
fn outputs_are_merged_into_a_context_by_their_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("context.json");
    let path = path.to_str().expect("text");
    let url = loopback::serve(&world::script());
    for team in ["panw", "soc", "panw"] {
        live(&url, &["run", "--live", "mattermost-get-team", &format!("team_name={team}"), "--context", path]).ends(0);
    }
    let context: serde_json::Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let names: Vec<_> =
        context["Mattermost"]["Team"].as_array().expect("a list").iter().map(|team| &team["name"]).collect();
    assert_eq!(names, ["panw", "soc"]);
    std::fs::write(path, "[]").expect("written");
    let ran = live(&url, &["run", "--live", "mattermost-get-team", "team_name=panw", "--context", path]).ends(2);
    assert!(ran.err.contains("expected a JSON object"), "{ran:?}");
}

#[test]
fn a_context_that_can_not_be_written_is_known_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let script = world::script();
    let url = loopback::serve(&script);
    let (below, above) = (file.join("context.json"), folder.path().join(".."));
    for (path, wrong) in
        [(&*below, "file"), (&*above, "it is a folder; expected a file"), ("/dev/null/x".as_ref(), "/dev/null")]
    {
        let path = path.to_str().expect("text");
        let arguments = ["run", "--live", "send-notification", "channel=alerts", "message=hi", "--context", path];
        let ran = live(&url, &arguments).ends(2);
        assert!(ran.err.contains(&format!("--context {path}: ")) && ran.err.contains(wrong), "{ran:?}");
    }
    assert!(script.requests().is_empty());
    // A folder that is not there yet is made, as for a recording.
    let path = folder.path().join("new/context.json");
    live(&url, &["run", "--live", "mattermost-get-team", "team_name=panw", "--context", path.to_str().expect("text")])
        .ends(0);
    assert!(path.is_file());
}
