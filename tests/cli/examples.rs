//! The recorded calls: each line that `soar examples` prints can be pasted, and ends as it did when it was recorded.

use crate::{program, soar};
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn every_example_runs_in_a_shell_and_ends_as_recorded() {
    let object = soar(&["examples", "--json"]).ends(0).object();
    let examples = object["examples"].as_array().expect("a list");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_soar")).parent().expect("a folder").to_owned();
    // What people see is the line that was tried, character by character.
    let screen = soar(&["examples"]).ends(0).out;
    for example in examples {
        let line = example["line"].as_str().expect("a line");
        assert!(screen.contains(&format!("\n{line}\n")), "{line}");
    }
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
