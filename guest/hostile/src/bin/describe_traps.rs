//! Stops when it is asked what it is.

use hostile_guests::{attack, wit};

attack!(run, describe_traps);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_traps() -> wit::Integration {
    panic!("no")
}
