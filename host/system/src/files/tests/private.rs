//! Folders that somebody else could change.

use super::unix::{chmod, mode, pipe};
use super::*;
use std::os::unix::fs::symlink;

#[test]
fn a_private_folder_is_one_that_nobody_else_can_change() {
    let folder = folder();
    // As most folders are: others may enter it.
    chmod(folder.path(), 0o755);
    let path = folder.path().join("a/b/c");
    Private::make(&path).unwrap();
    for above in ["a", "a/b"] {
        chmod(&folder.path().join(above), 0o755);
    }
    for (changed, words) in [
        ("a/b/c", "may be written by others"),
        ("a/b", "could put something else there"),
        ("a", "could put something else there"),
    ] {
        let changed = folder.path().join(changed);
        for open in [0o702, 0o720, 0o777] {
            chmod(&changed, open);
            for opened in [Private::open(&path), Private::make(&path)] {
                says(opened, words);
            }
        }
        chmod(&changed, 0o755);
        Private::open(&path).unwrap();
    }
    // Where others can't come, what they may do there is nothing.
    chmod(&folder.path().join("a/b"), 0o775);
    chmod(&folder.path().join("a"), 0o744);
    Private::open(&path).unwrap();
    chmod(&folder.path().join("a"), 0o710);
    says(Private::open(&path), "could put something else there");
    chmod(&folder.path().join("a/b"), 0o755);
    // Where only what is one's own can be moved, what is ours stays; but it must be ours alone.
    chmod(&folder.path().join("a"), 0o1777);
    Private::open(&path).unwrap();
    chmod(&folder.path().join("a"), 0o700);
    chmod(&path, 0o1777);
    says(Private::open(&path), "may be written by others");
    says(Private::open(&folder.path().join("none")), "entity not found");
    says(Private::make(&put(folder.path(), "file", "")), "it is a file; expected a folder");
}

#[test]
fn nothing_is_made_where_somebody_else_says_where_that_is() {
    let folder = folder();
    chmod(folder.path(), 0o755);
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    chmod(&shared, 0o777);
    says(Private::make(&shared.join("soar")), "could put something else there");
    assert_eq!(names(&shared), [""; 0]);
    // A link of one's own says it too.
    symlink("later", folder.path().join("link")).unwrap();
    says(Private::open(&folder.path().join("link/soar")), "entity not found");
    Private::make(&folder.path().join("link/soar")).unwrap();
    assert_eq!(mode(&folder.path().join("later/soar")), 0o700);
}

#[test]
fn a_link_to_a_private_folder_is_judged_by_where_it_leads() {
    let folder = folder();
    chmod(folder.path(), 0o755);
    Private::make(&folder.path().join("real/soar")).unwrap();
    symlink("real", folder.path().join("link")).unwrap();
    Private::open(&folder.path().join("link/soar")).unwrap();
    Private::make(&folder.path().join("link/../link/./soar")).unwrap();
    chmod(&folder.path().join("real"), 0o777);
    says(Private::open(&folder.path().join("link/soar")), "could put something else there");
    chmod(&folder.path().join("real"), 0o755);
    // Who can change where a link leads, or may say so.
    let links = folder.path().join("links");
    fs::create_dir(&links).unwrap();
    symlink("../real", links.join("link")).unwrap();
    for (mode, fine) in [(0o777, false), (0o1777, true), (0o755, true)] {
        chmod(&links, mode);
        match Private::open(&links.join("link/soar")) {
            Ok(_) => assert!(fine),
            Err(error) => assert!(!fine && error.to_string().contains("links may be written by others"), "{error}"),
        }
    }
    symlink("ring", folder.path().join("ring")).unwrap();
    says(Private::open(&folder.path().join("ring/soar")), "too many links");
    if std::os::unix::fs::lchown(links.join("link"), Some(54321), None).is_ok() {
        says(Private::open(&links.join("link/soar")), "is a link of another user");
    }
}

#[test]
fn what_lies_in_a_private_folder_is_ours_alone() {
    let folder = folder();
    let path = folder.path().join("p");
    let private = Private::make(&path).unwrap();
    private.write("a", b"x", Existing::Refuse).unwrap();
    private.write("key", b"x", Existing::Refuse).unwrap();
    assert!(private.secret_file("key").unwrap().is_some() && private.file("none").unwrap().is_none());
    chmod(&path.join("a"), 0o640);
    private.file("a").unwrap().unwrap();
    says(private.secret_file("a"), "may be read by others");
    chmod(&path.join("a"), 0o620);
    says(private.file("a"), "may be written by others");
    fs::hard_link(path.join("key"), folder.path().join("other")).unwrap();
    says(private.secret_file("key"), "it has another name, too");
    put(folder.path(), "forged", "x");
    symlink("../forged", path.join("b")).unwrap();
    says(private.file("b"), "it is a link");
    pipe(&path.join("c"));
    says(private.file("c"), "it is a pipe");
    // Whoever can't make files of ours can still bring theirs.
    put(&path, "theirs", "x");
    if std::os::unix::fs::chown(path.join("theirs"), Some(54321), None).is_ok() {
        says(private.file("theirs"), "belongs to another user");
        std::os::unix::fs::chown(&path, Some(54321), None).unwrap();
        says(Private::open(&path), "belongs to another user");
    }
}
