//! Links, pipes and modes.

use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

pub(super) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

pub(super) fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

pub(super) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// What this gives, or a failed test if it waits for somebody.
fn soon<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    result.recv_timeout(Duration::from_secs(60)).expect("it does not wait")
}

#[test]
fn nothing_waits_for_the_other_end_of_a_pipe() {
    let folder = folder();
    let path = folder.path().join("pipe");
    pipe(&path);
    for path in [path, "/dev/zero".into(), "/dev/tty".into()] {
        let error = soon(move || read(&path, 9)).unwrap_err();
        assert!(matches!(error.problem, Problem::NotAFile(What::Pipe | What::Device) | Problem::System(_)), "{error}");
    }
    let root = folder.path().to_path_buf();
    says(soon(move || Folder::open(&root)?.read("pipe", 9)), "pipe: it is a pipe; expected a file");
    let root = folder.path().to_path_buf();
    says(soon(move || Folder::open(&root.join("pipe"))), "it is a pipe; expected a folder");
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    says(read(&folder.path().join("socket"), 9), "it is a socket; expected a file");
    says(Folder::open(folder.path()).unwrap().read("socket", 9), "it is a socket; expected a file");
}

#[test]
fn a_value_may_come_through_a_pipe_and_is_bounded_too() {
    let folder = folder();
    let path = folder.path().join("pipe");
    pipe(&path);
    for (content, most, expected) in [("12345", 5, Ok("12345")), ("123456", 5, Err("it has more than 5 B"))] {
        let writer = path.clone();
        std::thread::spawn(move || fs::write(writer, content));
        match (read_given(&path, most), expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (read, expected) => says(read, expected.unwrap_err()),
        }
    }
    says(read_given(Path::new("/dev/zero"), 1 << 20), "it has more than 1.0 MiB");
}

#[test]
fn below_a_folder_no_link_is_followed() {
    let folder = folder();
    let secret = put(folder.path(), "secret", "hunter2");
    put(folder.path(), "elsewhere/secret", "hunter2");
    let own = folder.path().join("own");
    put(&own, "real/a", "a");
    symlink(&secret, own.join("absolute")).unwrap();
    symlink("../secret", own.join("relative")).unwrap();
    symlink("real/a", own.join("inside")).unwrap();
    symlink(folder.path().join("elsewhere"), own.join("folder")).unwrap();
    symlink("/dev/zero", own.join("endless")).unwrap();
    symlink(".", own.join("loop")).unwrap();
    symlink("nowhere", own.join("dangling")).unwrap();
    let open = Folder::open(&own).unwrap();
    for path in ["absolute", "relative", "inside", "endless", "dangling", "loop"] {
        says(open.read(path, 99), &format!("{path}: it is a link, and none is followed here"));
    }
    for path in ["folder/secret", "loop/loop/real/a"] {
        says(open.read(path, 99), "it is a link, and none is followed here; expected a folder");
        says(open.write(path, &b"x"[..], Readers::Owner, Existing::Replace), "it is a link");
    }
    assert_eq!(open.folders().unwrap(), ["real"]);
    // Writing replaces the link itself.
    open.write("absolute", &b"new"[..], Readers::Owner, Existing::Replace).unwrap();
    assert!(fs::symlink_metadata(own.join("absolute")).unwrap().is_file());
    says(open.write("relative", &b"x"[..], Readers::Owner, Existing::Refuse), "it exists already");
    assert_eq!(fs::read(&secret).unwrap(), b"hunter2");
    says(Folder::open_unlinked(&own.join("folder")), "it is a link");
    assert!(Folder::open(&own.join("folder")).is_ok(), "a person may name a link");
}

/// A folder with links of all kinds, and beside it what must not be read.
fn maze() -> (tempfile::TempDir, Folder) {
    let folder = folder();
    let secret = put(folder.path(), "secret", "hunter2");
    let own = folder.path().join("own");
    put(&own, "d/a", "a");
    put(&own, "a", "a");
    symlink(&secret, own.join("l")).unwrap();
    symlink("../../secret", own.join("d/l")).unwrap();
    symlink("..", own.join("u")).unwrap();
    symlink(".", own.join("d/u")).unwrap();
    symlink("d", own.join("n")).unwrap();
    let open = Folder::open(&own).unwrap();
    (folder, open)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_path_reads_what_lies_outside(
        paths in proptest::collection::vec("/?((a|d|l|u|n|secret|own|\\.|\\.\\.)/){0,5}(a|l|secret|u)", 32)
    ) {
        let (_folder, open) = maze();
        for path in paths {
            for read in [open.read(&path, 99), open.file_by_links(Path::new(&path)).and_then(|file| file.read(99))] {
                proptest::prop_assert!(read.is_err() || read.unwrap() == b"a", "{path}");
            }
            if open.write(&path, &b"a"[..], Readers::Owner, Existing::Replace).is_ok() {
                proptest::prop_assert_eq!(fs::read(_folder.path().join("secret")).unwrap(), b"hunter2");
                proptest::prop_assert_eq!(names(_folder.path()), ["own", "secret"]);
            }
        }
    }
}

#[test]
fn links_that_stay_in_a_folder_are_followed_where_that_is_said() {
    // As kubernetes mounts a secret.
    let folder = folder();
    let mount = folder.path().join("secrets");
    put(&mount, "..2026_11_26/token", "hunter2");
    symlink("..2026_11_26", mount.join("..data")).unwrap();
    symlink("..data/token", mount.join("token")).unwrap();
    let outside = put(folder.path(), "outside", "no");
    symlink("../outside", mount.join("up")).unwrap();
    symlink(&outside, mount.join("absolute")).unwrap();
    symlink("/proc/self/environ", mount.join("proc")).unwrap();
    symlink("ring", mount.join("ring")).unwrap();
    pipe(&mount.join("pipe"));
    let open = Folder::open(&mount).unwrap();
    let read = |path: &str| open.file_by_links(Path::new(path)).and_then(|opened| opened.read(99));
    assert_eq!(read("token").unwrap(), b"hunter2");
    for path in ["up", "absolute", "proc", "../outside"] {
        says(read(path), "it leads out of the folder");
    }
    says(read("pipe"), "it is a pipe");
    says(read("..data"), "it is a folder");
    assert!(read("ring").is_err());
}

#[test]
fn modes_are_what_they_are_said_to_be_whatever_the_umask() {
    // The umask is the process's, so it is another one.
    if std::env::var_os("SOAR_TEST_UMASK").is_none() {
        let test = "files::tests::unix::modes_are_what_they_are_said_to_be_whatever_the_umask";
        for umask in ["000", "002", "022", "077"] {
            let line = format!("umask {umask}; exec \"$0\" --exact {test}");
            let program = std::env::current_exe().unwrap();
            let run =
                Command::new("sh").args(["-c", &line]).arg(program).env("SOAR_TEST_UMASK", umask).output().unwrap();
            let text = String::from_utf8_lossy(&run.stdout);
            assert!(run.status.success() && text.contains("1 passed"), "{umask}: {text}");
        }
        return;
    }
    let folder = folder();
    chmod(folder.path(), 0o755);
    let [own, all] = ["own", "all"].map(|name| folder.path().join(name));
    write(&own, &b""[..], Readers::Owner, Existing::Replace).unwrap();
    write(&all, &b""[..], Readers::Everyone, Existing::Replace).unwrap();
    assert_eq!((mode(&own), mode(&all) & !0o044), (0o600, 0o600));
    let made = Private::make(&folder.path().join("a/b")).unwrap();
    made.write("c", b"", Existing::Refuse).unwrap();
    assert_eq!(["a", "a/b", "a/b/c"].map(|path| mode(&folder.path().join(path))), [0o700, 0o700, 0o600]);
    write_folder(&folder.path().join("case"), |part| part.write("x/y", &b""[..], Readers::Owner, Existing::Refuse))
        .unwrap();
    assert_eq!(["case", "case/x", "case/x/y"].map(|path| mode(&folder.path().join(path))), [0o700, 0o700, 0o600]);
    assert!(Private::open(&folder.path().join("a/b")).unwrap().file("c").unwrap().is_some());
}

#[test]
fn a_planted_temporary_file_is_not_written_through() {
    let folder = folder();
    let precious = put(folder.path(), "precious", "keep");
    symlink(&precious, folder.path().join("a")).unwrap();
    symlink(folder.path().join("not-there"), folder.path().join("dangling")).unwrap();
    for name in ["a", "dangling"] {
        let path = folder.path().join(name);
        says(write(&path, &b"x"[..], Readers::Owner, Existing::Refuse), "it exists already");
        write(&path, &b"x"[..], Readers::Owner, Existing::Replace).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }
    assert_eq!(fs::read(&precious).unwrap(), b"keep");
    assert!(!folder.path().join("not-there").exists());
    check_writable(&folder.path().join("x/y")).unwrap();
    assert_eq!(names(&folder.path().join("x")), [""; 0]);
}
