//! Arguments and files on the command line.

use super::{live, program, soar};
use crate::support::{loopback, world};

#[test]
fn a_word_without_an_equals_sign_is_told_what_would_be_right() {
    let ran = soar(&["run", "mattermost-create-channel", "war-room"]).ends(2);
    assert!(ran.err.contains("\"war-room\" is no argument; expected NAME=VALUE"), "{ran:?}");
    let ran = soar(&["run", "mattermost-get-team", "=panw"]).ends(2);
    assert!(ran.err.contains("has no name before its ="), "{ran:?}");
    let ran = soar(&["run", "send-notification", "message=hello", "world", "channel=a"]).ends(2);
    assert!(ran.err.contains("quote the whole value: message='hello world'"), "{ran:?}");
    let ran = soar(&["run", "mattermost-list-channels", "limit", "team=a", "b c", "=d", "--json"]).ends(2);
    let error = &ran.object()["error"];
    let problems = error["problems"].as_array().expect("all that is wrong").iter();
    let words: Vec<_> = problems.map(|problem| problem["argument"].as_str().expect("text").to_owned()).collect();
    assert_eq!((&error["argument"], words), (&"limit".into(), ["limit", "b c", "=d"].map(str::to_owned).to_vec()));
}

#[test]
fn one_argument_may_be_given_without_its_name() {
    let named = soar(&["run", "mattermost-get-team", "team_name=panw", "--json"]).ends(0);
    let bare = soar(&["run", "mattermost-get-team", "panw", "--json"]).ends(0);
    assert_eq!(bare.object(), named.object());
    let script = world::script();
    let url = loopback::serve(&script);
    live(&url, &["run", "--live", "send-notification", "It is done.", "to=anna"]).ends(0);
    assert_eq!(script.of_method("POST").last().expect("a post").json()["message"], "It is done.");
    for (call, words) in [
        (&["mattermost-get-team", "panw", "team_name=panw"][..], "team_name was given twice"),
        // What stands behind the name of another argument is a part of its value, as a rule: here of a team that is called SOC Team.
        (&["close-channel", "team_name=SOC", "Team"], "team_name='SOC Team'"),
        (&["send-notification", "It", "is", "done.", "to=anna"], "message='It is done.'"),
        (&["send-notification", "channel=alerts", "done"], "channel='alerts done'"),
    ] {
        let before = script.requests().len();
        let ran = live(&url, &[&["run", "--live"], call].concat()).ends(2);
        assert!(ran.err.contains(words), "{ran:?}");
        assert_eq!(script.requests().len(), before, "{call:?}");
    }
}

#[test]
fn which_one_it_is_stands_in_the_description() {
    let ran = soar(&["describe", "mattermost-get-team"]).ends(0);
    assert!(
        ran.out.contains("team_name may be given without its name: soar run mattermost-get-team TEAM_NAME"),
        "{ran:?}"
    );
    let ran = soar(&["describe", "send-notification", "--json"]).ends(0);
    let described = ran.object();
    let bare: Vec<_> = described["arguments"].as_array().expect("all").iter().filter(|a| a["bare"] == true).collect();
    assert_eq!((bare.len(), &bare[0]["name"]), (1, &"message".into()));
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
