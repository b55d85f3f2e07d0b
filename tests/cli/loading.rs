//! Components that are larger than they look: the program says so and ends.

use super::soar;
use outline::{added, around, living, marked, nested_components, nested_types};
use std::path::{Path, PathBuf};

#[path = "../../host/soar/src/outline/testing.rs"]
#[allow(dead_code)]
mod outline;

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

#[test]
fn a_component_that_is_too_deep_ends_no_process() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [("types", nested_types(5_000)), ("components", nested_components(10_000))] {
        let path = put(folder.path(), name, &bytes);
        let path = path.to_str().expect("text");
        for arguments in [&["inspect", path][..], &["commands", "--component", path]] {
            let ran = soar(arguments).ends(2);
            assert!(ran.err.contains("over the limit component_depth") && ran.err.contains("64 allowed"), "{ran:?}");
        }
        let error = soar(&["inspect", path, "--json"]).ends(2).object();
        assert_eq!((&error["error"]["kind"], &error["error"]["limit"]), (&"limit".into(), &"component_depth".into()));
    }
}

#[test]
fn documentation_that_is_too_deep_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = marked(hostile_components::OTHER_HOST.to_vec(), "soar:wit", &nested_types(5_000));
    let path = put(folder.path(), "documented.wasm", &bytes);
    let ran = soar(&["inspect", path.to_str().expect("text")]).ends(0);
    assert!(ran.out.contains("hostile:guest/attack"), "{ran:?}");
}

#[test]
fn limits_of_loading_are_given_with_the_component() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = put(folder.path(), "long.wasm", &around(&outline::long_function(600_000)));
    let path = path.to_str().expect("text");
    let ran = soar(&["inspect", path]).ends(2);
    assert!(ran.err.contains("over the limit function_code"), "{ran:?}");
    let ran = soar(&["inspect", path, "--limit", "function_code=1 MiB"]).ends(2);
    assert!(ran.err.contains("another contract"), "{ran:?}");
    let small = ["commands", "--limit", "component_bytes=64 KiB"];
    let ran = soar(&small).ends(1);
    assert!(ran.err.contains("over the limit component_bytes (the component's file, and the memory that its data lie in): 64.0 KiB allowed"), "{ran:?}");
    // Also of one whose code is kept since it was loaded with others.
    soar(&["commands"]).ends(0);
    let ran = soar(&["commands", "--limit", "function_code=1 KiB"]).ends(1);
    assert!(ran.err.contains("over the limit function_code"), "{ran:?}");
    let ran = soar(&["commands", "--limit", "component_byte=64 KiB"]).ends(2);
    assert!(ran.err.contains("did you mean component_bytes?"), "{ran:?}");
    let file = put(folder.path(), "small.toml", b"url = \"http://a.test\"\n[limits]\ncomponent_bytes = \"64 KiB\"\n");
    let ran = soar(&["policy", "mattermost-get-team", "--instance", file.to_str().expect("text")]).ends(2);
    assert!(ran.err.contains("expected it as --limit component_bytes='64 KiB'"), "{ran:?}");
}

/// How to load a component whatever its code weighs.
const UNWEIGHED: [&str; 4] = ["--limit", "function_code=1 GiB", "--limit", "component_code=1 GiB"];

#[test]
fn compiling_has_so_much_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = added(hostile_components::OTHER_HOST.to_vec(), &living(600, 9_000));
    let path = put(folder.path(), "wide.wasm", &bytes);
    let mut arguments = vec!["inspect", path.to_str().expect("text"), "--limit", "load_memory=64 MiB"];
    arguments.extend(UNWEIGHED);
    let ran = soar(&arguments).ends(2);
    assert!(ran.err.contains("over the limit load_memory") && ran.err.contains("64.0 MiB allowed"), "{ran:?}");
}

/// Whoever started soar may have told the system to forget what has ended, or somebody else in an embedder's process waits first.
#[cfg(unix)]
#[test]
fn compiling_does_not_need_to_know_how_its_process_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("trap '' CHLD; exec '{}' commands", env!("CARGO_BIN_EXE_soar"));
    let mut command = super::program::command("/bin/bash", &["-c", &script]);
    command.env("SOAR_CACHE", folder.path());
    let ran = super::program::run(command, b"").ends(0);
    assert!(ran.out.contains("mattermost-get-team"), "{ran:?}");
}

/// Whoever started soar may have had a file open for it, such as one with a token.
#[cfg(target_os = "linux")]
#[test]
fn what_compiles_has_no_file_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = added(hostile_components::OTHER_HOST.to_vec(), &living(300, 20_000));
    let path = put(folder.path(), "slow.wasm", &bytes);
    put(folder.path(), "token", b"a token");
    let (soar, limits) = (env!("CARGO_BIN_EXE_soar"), UNWEIGHED.map(|word| format!("'{word}'")).join(" "));
    let token = folder.path().join("token");
    let script = format!("exec '{soar}' inspect '{}' {limits} 7<'{}'", path.display(), token.display());
    let mut soar = super::program::command("/bin/sh", &["-c", &script]).spawn().expect("it starts");
    let compiler = soon(|| children(soar.id()).into_iter().find(|process| threads(process) == 2));
    let open = |process: &str| {
        let links = std::fs::read_dir(format!("/proc/{process}/fd")).expect("what is open");
        links.filter_map(|link| std::fs::read_link(link.ok()?.path()).ok()).collect::<Vec<_>>()
    };
    let (of_soar, of_compiler) = (open(&soar.id().to_string()), open(&compiler));
    soar.kill().and_then(|()| soar.wait()).expect("it ends");
    assert!(of_soar.contains(&token) && !of_compiler.contains(&token), "{of_soar:?} {of_compiler:?}");
    assert_eq!(of_compiler.len(), 3, "{of_compiler:?}");
}

#[cfg(target_os = "linux")]
fn threads(process: &str) -> usize {
    std::fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count)
}

#[cfg(target_os = "linux")]
#[test]
fn what_compiles_ends_with_soar() {
    let folder = tempfile::tempdir().expect("a folder");
    // It takes minutes.
    let bytes = added(hostile_components::OTHER_HOST.to_vec(), &living(300, 20_000));
    let path = put(folder.path(), "slow.wasm", &bytes);
    let mut arguments = vec!["inspect", path.to_str().expect("text"), "--limit", "load_memory=4 GiB"];
    arguments.extend(UNWEIGHED);
    let mut soar = super::program::command(env!("CARGO_BIN_EXE_soar"), &arguments).spawn().expect("it starts");
    // Once it has a thread that compiles.
    let compiler = soon(|| children(soar.id()).into_iter().find(|process| threads(process) == 2));
    soar.kill().and_then(|()| soar.wait()).expect("it ends");
    let state = |process: &str| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        status.lines().find(|line| line.starts_with("State:")).map_or('X', |line| line.as_bytes()[7] as char)
    };
    // Whoever has it now may not have looked after it yet.
    soon(|| matches!(state(&compiler), 'X' | 'Z').then_some(()));
}

/// The processes that one has started.
#[cfg(target_os = "linux")]
fn children(process: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("its threads");
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// What there is soon.
#[cfg(target_os = "linux")]
fn soon<T>(what: impl Fn() -> Option<T>) -> T {
    for _ in 0..6_000 {
        if let Some(found) = what() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("not in a minute");
}
