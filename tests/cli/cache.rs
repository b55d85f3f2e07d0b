//! The folder of precompiled components.

use super::program::{self, Ran};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A component that is compiled in no time, as these tests have it compiled again and again.
static SMALL: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = program::temporary().join("small.wasm");
    std::fs::write(&path, hostile_components::OTHER_HOST).expect("written");
    path
});

fn run(cache: &Path) -> Ran {
    let small = SMALL.to_str().expect("text");
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &["commands", "--component", small, "--json"]);
    command.env("SOAR_CACHE", cache).env("SOAR_LOG", "warn");
    program::run(command, b"")
}

/// What lies in the cache beside its key.
fn files(cache: &Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(cache).expect("a folder").map(|entry| entry.expect("an entry").path());
    all.filter(|path| !path.ends_with("key")).collect()
}

#[test]
fn a_second_start_uses_the_first_ones_code_and_a_flipped_byte_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("a/b");
    let first = run(&cache).ends(0);
    let [file] = &files(&cache)[..] else { panic!("one file: {:?}", files(&cache)) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        assert_eq!(std::fs::metadata(&cache).expect("a folder").mode() & 0o777, 0o700);
        for file in [file, &cache.join("key")] {
            assert_eq!(std::fs::metadata(file).expect("a file").mode() & 0o777, 0o600);
        }
    }
    let written = || std::fs::metadata(file).expect("a file").modified().expect("a time");
    let before = written();
    let second = run(&cache).ends(0);
    assert_eq!((first.out.as_str(), &*second.said(), written()), (second.out.as_str(), "", before));

    let good = std::fs::read(file).expect("a file");
    for change in [good.len() / 2, 3, good.len() - 1] {
        let mut bad = good.clone();
        bad[change] ^= 1;
        std::fs::write(file, bad).expect("written");
        let ran = run(&cache).ends(0);
        assert!(ran.err.contains("precompiled component dropped"), "{ran:?}");
        assert_eq!(ran.out, first.out);
        assert_eq!(std::fs::read(file).expect("a file").len(), good.len());
        assert!(run(&cache).ends(0).said().is_empty(), "it was written anew");
    }
    for cut in [0, 10, good.len() / 2] {
        std::fs::write(file, &good[..cut]).expect("written");
        assert_eq!(run(&cache).ends(0).out, first.out);
    }
    assert_eq!(files(&cache).len(), 1, "nothing is left over: {:?}", files(&cache));
}

#[test]
fn a_cache_that_cannot_be_used_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let ran = run(&file).ends(0);
    assert!(ran.err.contains("is not used") && ran.err.contains("expected a folder"), "{ran:?}");
}

/// Another user of the machine, who can write where the cache lies, or above it.
#[cfg(unix)]
mod shared {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
    }

    /// A folder as most are: others may enter it.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        chmod(folder.path(), 0o755);
        folder
    }

    #[test]
    fn a_folder_that_others_may_write_is_not_used() {
        let folder = folder();
        let cache = folder.path().join("a/cache");
        run(&cache).ends(0);
        chmod(&folder.path().join("a"), 0o755);
        for (path, words) in
            [("a/cache", "the folder may be written by others"), ("a", "who could put something else there")]
        {
            let path = folder.path().join(path);
            for mode in [0o757, 0o775] {
                chmod(&path, mode);
                let ran = run(&cache).ends(0);
                assert!(ran.err.contains("is not used") && ran.err.contains(words), "{ran:?}");
            }
            chmod(&path, 0o755);
            assert_eq!(run(&cache).ends(0).said(), "");
        }
    }

    #[test]
    fn nothing_is_written_through_a_link_of_somebody_else() {
        let folder = folder();
        let shared = folder.path().join("shared");
        let mine = folder.path().join("mine");
        fs::create_dir(&shared).expect("a folder");
        fs::create_dir(&mine).expect("a folder");
        symlink(&mine, shared.join("soar")).expect("a link");
        chmod(&shared, 0o777);
        let ran = run(&shared.join("soar")).ends(0);
        assert!(ran.err.contains("who could put something else there"), "{ran:?}");
        chmod(&shared, 0o1777);
        // Only root can make files of others, as which the tests need not run: then the mode above is all that is tried.
        if std::os::unix::fs::lchown(shared.join("soar"), Some(54321), None).is_ok() {
            let ran = run(&shared.join("soar")).ends(0);
            assert!(ran.err.contains("is a link of another user"), "{ran:?}");
        }
        assert_eq!(fs::read_dir(&mine).expect("a folder").count(), 0);
    }

    #[test]
    fn what_was_brought_there_is_not_run() {
        let folder = folder();
        let cache = folder.path().join("cache");
        let first = run(&cache).ends(0);
        let [file] = &files(&cache)[..] else { panic!("one file") };
        let good = fs::read(file).expect("a file");
        let [code, digest] = [&good[..good.len() - 32], &good[good.len() - 32..]];
        let dropped = |words: &str| {
            let ran = run(&cache).ends(0);
            assert!(ran.err.contains("precompiled component dropped") && ran.err.contains(words), "{words}: {ran:?}");
            assert_eq!(ran.out, first.out);
            assert!(fs::symlink_metadata(file).expect("a file").is_file());
            assert_eq!(fs::read(file).expect("a file"), good, "it was made anew");
        };
        // With the digest that anybody can make.
        fs::write(file, [code, blake3::hash(code).as_bytes()].concat()).expect("written");
        dropped("its digest is wrong");
        // With the right one, through a link or a pipe.
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(file, &elsewhere).expect("moved");
        symlink(&elsewhere, file).expect("a link");
        dropped("it is a link");
        fs::remove_file(file).expect("removed");
        assert!(std::process::Command::new("mkfifo").arg(file).status().expect("mkfifo").success());
        dropped("it is a pipe");
        // Of which others may change the rest while it runs.
        chmod(file, 0o620);
        dropped("it may be written by others");
        // Of another component.
        let other = folder.path().join("commands.wasm");
        fs::write(&other, mattermost_component::COMMANDS).expect("written");
        let arguments = ["commands", "--component", other.to_str().expect("text")];
        let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
        program::run(
            {
                command.env("SOAR_CACHE", &cache);
                command
            },
            b"",
        )
        .ends(0);
        let all = files(&cache);
        let other = all.iter().find(|path| *path != file).expect("two");
        fs::copy(other, file).expect("copied");
        dropped("its digest is wrong");
        // With the key of another folder.
        let key = cache.join("key");
        let own = fs::read(&key).expect("a key");
        fs::write(&key, [7; 32]).expect("written");
        let ran = run(&cache).ends(0);
        assert!(ran.err.contains("its digest is wrong"), "{ran:?}");
        fs::write(&key, own).expect("written");
        fs::write(file, &good).expect("written");
        assert_eq!((&*run(&cache).ends(0).said(), digest.len()), ("", 32));
    }

    #[test]
    fn a_key_that_others_could_know_is_not_used() {
        let folder = folder();
        let cache = folder.path().join("cache");
        run(&cache).ends(0);
        let key = cache.join("key");
        let refused = |words: &str| {
            let ran = run(&cache).ends(0);
            assert!(ran.err.contains("is not used") && ran.err.contains(words), "{words}: {ran:?}");
        };
        chmod(&key, 0o640);
        refused("key: it may be read by others");
        chmod(&key, 0o600);
        fs::hard_link(&key, folder.path().join("other")).expect("a link");
        refused("key: it has another name, too");
        fs::remove_file(folder.path().join("other")).expect("removed");
        for content in [&b""[..], &[0; 31], &[0; 33]] {
            fs::write(&key, content).expect("written");
            refused("key in it has the wrong size");
        }
        fs::remove_file(&key).expect("removed");
        symlink("/dev/zero", &key).expect("a link");
        refused("key: it is a link");
    }

    #[test]
    fn a_generous_umask_does_not_matter() {
        let folder = folder();
        let cache = folder.path().join("a/b");
        for _ in 0..2 {
            let line = "umask 002; exec \"$0\" run mattermost-get-team team_name=panw";
            let mut command = program::command("sh", &["-c", line, env!("CARGO_BIN_EXE_soar")]);
            command.env("SOAR_CACHE", &cache).env("SOAR_LOG", "warn").env("PATH", "/usr/bin:/bin");
            assert_eq!(program::run(command, b"").ends(0).said(), "");
        }
        let [file] = &files(&cache)[..] else { panic!("one file") };
        for (path, mode) in
            [(file.as_path(), 0o600), (&cache.join("key"), 0o600), (&cache, 0o700), (&folder.path().join("a"), 0o700)]
        {
            assert_eq!(fs::metadata(path).expect("there").mode() & 0o777, mode, "{}", path.display());
        }
    }
}
