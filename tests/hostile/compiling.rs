//! Compiling in a process of its own: whatever a component is made of, it takes no more than it may, and no longer than
//! somebody waits for it.
//!
//! On Linux: elsewhere the system does not hold a process to all of that (docs/files.md, "On which systems").
#![cfg(target_os = "linux")]

use crate::outline::{added, living};
use crate::support;
use soar::{Compiler, Engine, EngineOptions, Limit, Limits, LoadError};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Nothing that is known of code ends it sooner.
fn unweighed() -> Limits {
    Limits::default().with(Limit::FunctionCode, u64::MAX).with(Limit::ComponentCode, u64::MAX)
}

fn compiler() -> Compiler {
    Compiler::program(env!("CARGO_BIN_EXE_soar"))
}

fn host(compiler: Compiler, limits: Limits) -> Engine {
    Engine::new(EngineOptions::new().with_compiler(compiler).with_limits(limits)).expect("a host")
}

/// A program that is no compiler, and has this name.
fn program(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    // A file that was written just now can't be run while another thread starts something.
    symlink(support::root().join("tests/support/compiler.sh"), &path).expect("a link");
    path
}

/// A component that takes so long to compile, and so much memory, as it has calls and branches.
fn costly(calls: u32, leaves: usize) -> Vec<u8> {
    added(hostile_components::OTHER_HOST.to_vec(), &living(calls, leaves))
}

fn refused(host: &Engine, bytes: &[u8]) -> LoadError {
    support::runtime().block_on(host.load(bytes)).err().expect("it is refused")
}

#[test]
fn what_is_compiled_elsewhere_is_the_same() {
    for pool in [0, 2] {
        let host = Engine::new(EngineOptions::new().with_compiler(compiler()).with_pool(pool)).expect("a host");
        for bytes in [mattermost_component::INTEGRATION, mattermost_component::COMMANDS] {
            let elsewhere = support::runtime().block_on(host.load(bytes)).expect("it loads");
            let here = support::runtime().block_on(support::host().load(bytes)).expect("it loads");
            assert_eq!(format!("{:?}", elsewhere.manifest()), format!("{:?}", here.manifest()));
        }
    }
}

#[test]
fn compiling_has_so_much_memory_whatever_it_is_for() {
    let limits = unweighed().with(Limit::LoadMemory, 64 << 20);
    let error = refused(&host(compiler(), limits), &costly(600, 9_000));
    assert!(matches!(error, LoadError::Limit(exceeded) if exceeded.limit == Limit::LoadMemory), "{error}");
    // Nor has its code, which whoever waits for it has, too.
    let limits = Limits::default().with(Limit::LoadMemory, 1 << 20);
    let error = refused(&host(compiler(), limits), mattermost_component::INTEGRATION);
    assert!(matches!(error, LoadError::Limit(exceeded) if exceeded.limit == Limit::LoadMemory), "{error}");
}

#[test]
fn compiling_ends_when_nobody_waits_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    symlink(env!("CARGO_BIN_EXE_soar"), folder.path().join("soar")).expect("a link");
    // The first four take as long as they may.
    let path = program(folder.path(), "slow-at-first");
    let host = host(Compiler::program(path.clone()), Limits::default());
    let bytes = hostile_components::OTHER_HOST;
    support::runtime().block_on(async {
        let started = async {
            while !path.with_extension("4").exists() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let loading = async { tokio::join!(host.load(bytes), host.load(bytes), host.load(bytes), host.load(bytes)) };
        tokio::select! {
            _ = loading => panic!("so soon"),
            () = started => {}
        }
        // There would be no place in time: four are compiled at once.
        host.load(bytes).await.expect("it loads");
    });
}

#[test]
fn compiling_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = program(folder.path(), "slow");
    let host = host(Compiler::program(path), Limits::default().with(Limit::LoadTime, Duration::from_millis(50)));
    // More than have a place at once.
    for _ in 0..6 {
        let error = refused(&host, hostile_components::OTHER_HOST);
        assert!(matches!(error, LoadError::Limit(exceeded) if exceeded.limit == Limit::LoadTime), "{error}");
    }
}

#[test]
fn a_compiler_that_is_none_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = |name| program(folder.path(), name);
    for (path, words) in [
        (folder.path().join("nothing"), "No such file"),
        (program("silent"), "gave no code"),
        (program("other"), "no code: exit status: 9"),
        (program("killed"), "no code: signal: 9"),
    ] {
        let error = refused(&host(Compiler::program(path.clone()), Limits::default()), hostile_components::OTHER_HOST);
        let text = error.to_string();
        assert!(matches!(error, LoadError::Compiler(_)), "{text}");
        assert!(text.contains(words) && text.contains(path.to_str().expect("text")), "{text}");
    }
}

#[test]
fn a_compiler_is_told_nothing_but_what_to_compile() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = program(folder.path(), "curious");
    refused(&host(Compiler::program(path.clone()), Limits::default()), hostile_components::OTHER_HOST);
    let told = fs::read_to_string(path.with_extension("told")).expect("it ran");
    // There is one of cargo's here.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(told.starts_with("1 ") && !told.contains("CARGO"), "{told}");
}
