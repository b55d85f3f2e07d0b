//! The recorded calls: each line that `soar examples` prints can be pasted, and ends as it did when it was recorded.

use super::{program, soar};
use crate::support::component;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn every_example_runs_in_a_shell_and_ends_as_recorded() {
    let object = soar(&["examples", "--json"]).ends(0).object();
    let examples = object["examples"].as_array().expect("a list");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_soar")).parent().expect("a folder").to_owned();
    // What people see is the line that was tried, character by character, unless it is too long to be read.
    let screen = soar(&["examples", "--all"]).ends(0).out;
    let mut cut = 0;
    for example in examples {
        let line = example["line"].as_str().expect("a line");
        let long = example["arguments"]
            .as_object()
            .expect("arguments")
            .iter()
            .any(|(name, value)| name.chars().count() + 1 + value.as_str().expect("text").chars().count() > 120);
        assert_eq!(screen.contains(&format!("\n{line}\n")), !long, "{line}");
        cut += usize::from(long);
    }
    assert_eq!(screen.lines().filter(|line| line.starts_with("# soar run ") && line.contains('…')).count(), cut);
    let next = AtomicUsize::new(0);
    let run = || {
        while let Some(example) = examples.get(next.fetch_add(1, Ordering::Relaxed)) {
            let line = example["line"].as_str().expect("a line");
            let mut command = program::command("/bin/sh", &["-c", line]);
            command.env("PATH", &folder);
            let ran = program::run(command, b"");
            let succeeds = example["succeeds"].as_bool().expect("a flag");
            // A recorded failure may be of the call itself.
            let right = if succeeds { ran.code == 0 } else { ran.code == 1 || ran.code == 2 };
            assert!(right, "{line}: {ran:?}");
            assert!(!ran.err.contains("no recorded request"), "{line}: {ran:?}");
            assert_eq!(ran.out.is_empty(), !succeeds, "{line}: {ran:?}");
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            thread.join().expect("all of them run");
        }
    });
    // Of one command they are the same lines.
    let of_one = soar(&["examples", "mattermost-get-team", "--json"]).ends(0).object();
    for example in of_one["examples"].as_array().expect("a list") {
        assert!(examples.contains(example), "{example}");
    }
}

#[test]
fn of_each_command_a_few_calls_are_shown_first() {
    let all = soar(&["examples"]).ends(0).out;
    for command in &component().manifest().commands {
        let screen = soar(&["examples", &command.name]).ends(0).out;
        let of_all = soar(&["examples", &command.name, "--json"]).ends(0).object();
        let of_all = of_all["examples"].as_array().expect("a list").clone();
        let first: Vec<_> = of_all.iter().filter(|example| example["first"] == true).collect();
        assert!(
            (2..=4).contains(&first.len()),
            "{}: {} cases have an `example` in their call.json; expected 2 to 4",
            command.name,
            first.len()
        );
        // They come first, and of them one that succeeds; one shows how it fails, and is marked.
        assert!(of_all[..first.len()].iter().all(|example| example["first"] == true), "{}", command.name);
        assert_eq!(first[0]["succeeds"], true, "{}", command.name);
        let failures: Vec<_> = first.iter().filter(|example| example["succeeds"] == false).collect();
        assert!(!failures.is_empty(), "{}", command.name);
        for example in &first {
            let mark = example["kind"].as_str().map(|kind| format!(" (fails: {kind})")).unwrap_or_default();
            let shown =
                format!("# {}{mark}\n{}\n", example["about"].as_str().unwrap(), example["line"].as_str().unwrap());
            assert!(screen.contains(&shown) && all.contains(&shown), "{shown}: {screen}");
        }
        let more = of_all.len() - first.len();
        let rest = format!("# {more} more: soar examples {} --all\n", command.name);
        assert!(screen.ends_with(&rest) && all.contains(&rest), "{screen}");
        assert_eq!(screen.lines().filter(|line| line.starts_with("soar run ")).count(), first.len(), "{screen}");
        assert!(screen.lines().all(|line| line.chars().count() <= 200), "{screen}");
    }
    let one = soar(&["examples", "close-channel"]).ends(0).out;
    assert!(one.lines().nth(1).is_some_and(|line| line.starts_with("soar run close-channel ")), "{one}");
}
