//! Against real links, pipes and modes.

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn put(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn says<T: std::fmt::Debug>(result: Result<T, Error>, words: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.contains(words), "{words}: {error}");
}

#[test]
fn no_more_is_read_than_there_may_be() {
    let folder = folder();
    let path = put(folder.path(), "a", "12345");
    assert_eq!(read(&path, 5).unwrap(), b"12345");
    says(read(&path, 4), "a: it has more than 4 B, the most that is read of it");
    assert_eq!(read_given(&path, 5).unwrap(), "12345");
    says(read_given(&path, 4), "it has more than 4 B");
    let open = Folder::open(folder.path()).unwrap();
    assert_eq!(open.read("a", 5).unwrap(), b"12345");
    says(open.read("a", 4), "a: it has more than 4 B");
    // Without a byte of it on the disk.
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    says(read(&path, most::RECORDING), "it has more than 256.0 MiB");
    says(
        read_text(&put(folder.path(), "b", ""), 5).and_then(|_| read(folder.path(), 5)),
        "it is a folder; expected a file",
    );
    fs::write(&path, b"ab\xff").unwrap();
    says(read_text(&path, 5), "expected UTF-8, found something else at byte 2");
}

#[test]
fn a_file_that_grows_is_noticed() {
    use std::io::Write;
    let folder = folder();
    let path = put(folder.path(), "a", "1234");
    let opened = open(&path).unwrap();
    fs::File::options().append(true).open(&path).unwrap().write_all(b"5").unwrap();
    says(opened.read(4), "it has more than 4 B");
}

#[test]
fn what_is_written_is_there_whole_and_nothing_else_is() {
    let folder = folder();
    let path = folder.path().join("a.json");
    write(&path, &b"one"[..], Readers::Owner, Existing::Refuse).unwrap();
    says(write(&path, &b"two"[..], Readers::Owner, Existing::Refuse), "a.json: it exists already");
    assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"one".to_vec(), vec!["a.json".to_owned()]));
    write(&path, &b"two"[..], Readers::Owner, Existing::Replace).unwrap();
    assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"two".to_vec(), vec!["a.json".to_owned()]));
    let error = write(&path, &b"three"[..], Readers::Owner, Existing::Beside).unwrap_err();
    let Problem::KeptAside(beside) = &error.problem else { panic!("{error}") };
    assert_eq!((fs::read(&path).unwrap(), fs::read(beside).unwrap()), (b"two".to_vec(), b"three".to_vec()));
    says(write(&folder.path().join("none/a"), &b""[..], Readers::Owner, Existing::Replace), "No such file");
    says(write(Path::new("/"), &b""[..], Readers::Owner, Existing::Replace), "expected a path");
}

#[test]
fn a_file_that_could_not_be_filled_leaves_nothing() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }
    let folder = folder();
    let path = put(folder.path(), "a", "before");
    let open = Folder::open(folder.path()).unwrap();
    says(open.write("a", Broken, Readers::Owner, Existing::Replace), "broken");
    assert_eq!((fs::read(path).unwrap(), names(folder.path())), (b"before".to_vec(), vec!["a".to_owned()]));
    says(
        write_folder(&folder.path().join("b"), |part| part.write("x/y", Broken, Readers::Owner, Existing::Replace)),
        "broken",
    );
    assert_eq!(names(folder.path()), ["a"]);
}

#[test]
fn a_folder_is_there_whole_or_not_at_all() {
    let folder = folder();
    let path = folder.path().join("case");
    let fill = |part: &Folder| part.write("a/b", &b"x"[..], Readers::Owner, Existing::Refuse);
    write_folder(&path, fill).unwrap();
    assert_eq!(fs::read(path.join("a/b")).unwrap(), b"x");
    let error = write_folder(&path, fill).unwrap_err();
    let Problem::KeptAside(beside) = &error.problem else { panic!("{error}") };
    assert_eq!(fs::read(beside.join("a/b")).unwrap(), b"x");
}

#[test]
fn a_path_below_a_folder_stays_there() {
    let folder = folder();
    put(folder.path(), "in/a", "in");
    put(folder.path(), "out", "out");
    let open = Folder::open(&folder.path().join("in")).unwrap();
    assert_eq!(open.read("a", 9).unwrap(), b"in");
    let absolute = folder.path().join("out").to_str().unwrap().to_owned();
    for path in ["../out", "a/../../out", "/etc/hostname", &absolute, "..", ".", "", "./a", "a/", "a//b"] {
        says(open.read(path, 9), "expected a path below its folder");
        says(open.folder(path), "expected a path below its folder");
        says(open.write(path, &b""[..], Readers::Owner, Existing::Replace), "expected a path below its folder");
    }
    says(open.read("a/b", 9), "it is a file; expected a folder");
    says(open.folder("a"), "it is a file; expected a folder");
    assert!(open.read("none", 9).unwrap_err().is_missing() && open.read("none/a", 9).unwrap_err().is_missing());
}

#[cfg(unix)]
mod private;
#[cfg(unix)]
mod unix;

proptest::proptest! {
    #[test]
    fn a_path_is_shown_on_one_line_and_hides_nothing(path in soar_testing::texts::texts()) {
        let shown = super::shown(Path::new(&path));
        proptest::prop_assert!(!shown.contains(soar_contract::text::is_hidden), "{shown:?}");
    }
}
