//! Files that can't be sent.

use crate::support::{self, assert_argument, calls, world};
use soar::{Embedded, Failure};
use std::path::Path;

fn send(platform: Embedded) -> Failure {
    let script = world::script();
    let instance = support::with_platform(&script, platform);
    let arguments = [("message", "The report"), ("channel", "war-room"), ("entry_id", calls::ENTRY)];
    let failure = support::call(&instance, "mattermost-send-file", &arguments).expect_err("there is no file");
    assert!(script.requests().is_empty(), "{:?}", script.lines());
    assert_argument(&failure, "entry_id");
    failure
}

fn file(path: impl AsRef<Path>) -> Failure {
    send(Embedded::new().file(calls::ENTRY, path.as_ref()))
}

#[test]
fn an_entry_that_is_not_there_is_named() {
    let failure = send(Embedded::new());
    assert!(failure.message().contains(r#"is no entry: "85@109""#), "{failure}");
    assert!(failure.message().contains("such as 85@109"), "{failure}");
    send(Embedded::new().file("86@109", "/dev/null"));
}

#[test]
fn a_file_that_is_missing_empty_or_a_folder_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing.pdf");
    let failure = file(&missing);
    assert!(
        failure.message().contains("there is no file at") && failure.message().contains("missing.pdf"),
        "{failure}"
    );
    assert!(failure.message().contains("a file that the platform can read was expected"), "{failure}");

    let empty = folder.path().join("empty.pdf");
    std::fs::write(&empty, "").expect("written");
    let failure = file(&empty);
    assert!(failure.message().contains(r#"is an empty file: "empty.pdf""#), "{failure}");
    assert!(failure.message().contains("a file with something in it was expected"), "{failure}");

    let failure = file(folder.path());
    assert!(failure.message().contains("a folder"), "{failure}");

    #[cfg(unix)]
    {
        let failure = file("/dev/zero");
        assert!(failure.message().contains("a device or a pipe"), "{failure}");
    }
}

#[test]
fn a_name_for_a_file_may_hold_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["ü b&c=d?e#f%2f.txt", "..", "a\nb", "\u{202e}fdp.exe"] {
        let path = if name == ".." { folder.path().join("...txt") } else { folder.path().join(name) };
        std::fs::write(&path, "content").expect("written");
        let script = world::script();
        let instance = support::with_platform(&script, Embedded::new().file(calls::ENTRY, &path));
        let arguments = [("message", "The report"), ("channel", "war-room"), ("entry_id", calls::ENTRY)];
        support::call(&instance, "mattermost-send-file", &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        let requests = script.of_method("POST");
        let upload = &requests[0];
        assert_eq!(upload.segments(), ["api", "v4", "files"]);
        let names: Vec<_> = upload.query().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["channel_id", "filename"], "{}", upload.line);
        assert_eq!(upload.body, b"content");
    }
}
