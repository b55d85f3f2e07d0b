//! The fuzz targets' checks on inputs that were damaged in a bounded number of ways, the same ones in each run.
//!
//! `fuzz/` looks for more, without a bound; what it finds is kept in `regressions/<target>/`, one file for each input.

mod checks;

use checks::{TARGETS, Target};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRng, TestRunner};
use std::path::{Path, PathBuf};

/// One change of an input.
#[derive(Clone, Debug)]
enum Change {
    /// Another byte in a place.
    Byte(Index, u8),
    /// A piece that means something to the target, put in.
    Word(Index, &'static str),
    /// A piece left out.
    Cut(Index, Index),
    /// A piece of the same input, put in at another place.
    Copy(Index, Index, Index),
}

impl Change {
    fn apply(&self, input: &mut Vec<u8>) {
        let place = |index: &Index| index.index(input.len() + 1);
        let piece = |from: &Index, to: &Index| {
            let (from, to) = (place(from), place(to));
            from.min(to)..from.max(to).min(from.min(to) + 64)
        };
        match self {
            Self::Byte(at, byte) => {
                let at = place(at);
                input.splice(at..(at + 1).min(input.len()), [*byte]);
            }
            Self::Word(at, word) => {
                let at = place(at);
                input.splice(at..at, word.bytes());
            }
            Self::Cut(from, to) => drop(input.drain(piece(from, to))),
            Self::Copy(from, to, at) => {
                let (copy, at) = (input[piece(from, to)].to_vec(), place(at));
                input.splice(at..at, copy);
            }
        }
    }
}

fn change(target: &Target) -> impl Strategy<Value = Change> + use<> {
    let index = any::<Index>;
    prop_oneof![
        2 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        4 => (index(), select(target.words)).prop_map(|(at, word)| Change::Word(at, word)),
        1 => (index(), index()).prop_map(|(from, to)| Change::Cut(from, to)),
        1 => (index(), index(), index()).prop_map(|(from, to, at)| Change::Copy(from, to, at)),
    ]
}

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("a target")
}

/// The check on inputs as they were recorded, and on damaged ones. A failure shows the smallest input that fails.
fn damaged(name: &str, cases: u32) {
    let target = target(name);
    let seeds = (target.seeds)(&root().join("fixtures"));
    assert!(seeds.len() > 20, "{} seeds", seeds.len());
    seeds.iter().for_each(|seed| (target.check)(seed));
    let inputs = (select(seeds), vec(change(target), 1..6)).prop_map(|(mut input, changes)| {
        changes.iter().for_each(|change| change.apply(&mut input));
        input
    });
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(Default::default()));
    let result = runner.run(&inputs.prop_map(Shown), |Shown(input)| {
        (target.check)(&input);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
}

/// An input, shown as text that can be put into a file.
#[derive(Clone)]
struct Shown(Vec<u8>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

#[test]
fn policy_allows_no_other_place() {
    damaged("policy", 30_000);
}

#[test]
fn recordings_are_read_or_refused() {
    damaged("har", 3_000);
}

#[test]
fn values_survive() {
    damaged("values", 20_000);
}

#[test]
fn commands_end_whatever_is_answered() {
    damaged("answers", 3_000);
}

#[test]
fn a_component_sees_the_same_whichever_credential_it_is() {
    damaged("cover", 3_000);
}

#[test]
fn what_is_packed_is_unpacked_as_it_was_or_refused() {
    damaged("unpack", 5_000);
}

#[test]
fn loading_ends_whatever_is_loaded() {
    damaged("load", 1_000);
}

#[test]
fn what_was_found_once_is_found_no_more() {
    for target in TARGETS {
        for file in files(&root().join("tests/fuzz/regressions").join(target.name)) {
            println!("{}", file.display());
            (target.check)(&std::fs::read(file).expect("a file"));
        }
    }
}

#[test]
fn each_target_is_fuzzed() {
    let mut known = TARGETS.map(|target| root().join(format!("fuzz/fuzz_targets/{}.rs", target.name)));
    known.sort_unstable();
    assert_eq!(files(&root().join("fuzz/fuzz_targets")), known);
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files in a folder, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort_unstable();
    files
}
