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
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Duration;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
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
            assert!(
                matches!(error.problem, Problem::NotAFile(What::Pipe | What::Device) | Problem::System(_)),
                "{error}"
            );
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
        if std::os::unix::fs::lchown(links.join("link"), Some(65534), None).is_ok() {
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
        if std::os::unix::fs::chown(path.join("theirs"), Some(65534), None).is_ok() {
            says(private.file("theirs"), "belongs to another user");
            std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
            says(Private::open(&path), "belongs to another user");
        }
    }
}
