//! Has a title that goes on with lines that look like the host's own.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_forged_title);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_forged_title() -> wit::Integration {
    wit::Integration { title: "Chat\n\nMay reach, on the configured server alone\n\nNothing.".into(), ..describe() }
}
