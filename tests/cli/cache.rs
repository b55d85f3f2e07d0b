//! The folder of precompiled components.

use crate::program::{self, Ran};
use std::path::Path;

fn run(cache: &Path) -> Ran {
    let mut command =
        program::command(env!("CARGO_BIN_EXE_soar"), &["run", "mattermost-get-team", "team_name=panw", "--json"]);
    command.env("SOAR_CACHE", cache).env("SOAR_LOG", "warn");
    program::run(command, b"")
}

fn files(cache: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(cache).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
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
        assert_eq!(std::fs::metadata(file).expect("a file").mode() & 0o022, 0);
    }
    let written = || std::fs::metadata(file).expect("a file").modified().expect("a time");
    let before = written();
    let second = run(&cache).ends(0);
    assert_eq!((first.out.as_str(), second.err.as_str(), written()), (second.out.as_str(), "", before));

    let good = std::fs::read(file).expect("a file");
    for change in [good.len() / 2, 3, good.len() - 1] {
        let mut bad = good.clone();
        bad[change] ^= 1;
        std::fs::write(file, bad).expect("written");
        let ran = run(&cache).ends(0);
        assert!(ran.err.contains("precompiled component dropped"), "{ran:?}");
        assert_eq!(ran.out, first.out);
        assert_eq!(std::fs::read(file).expect("a file").len(), good.len());
        assert!(run(&cache).ends(0).err.is_empty(), "it was written anew");
    }
    for cut in [0, 10, good.len() / 2] {
        std::fs::write(file, &good[..cut]).expect("written");
        assert_eq!(run(&cache).ends(0).out, first.out);
    }
    assert_eq!(files(&cache).len(), 1, "nothing is left over: {:?}", files(&cache));
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_write_is_not_trusted() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path()).ends(0);
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("changed");
    let ran = run(folder.path()).ends(0);
    assert!(ran.err.contains("may be written by others"), "{ran:?}");
}

#[test]
fn a_cache_that_cannot_be_used_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let ran = run(&file).ends(0);
    assert!(ran.err.contains("not kept") || ran.err.contains("dropped"), "{ran:?}");
}
