//! Waits for what never comes.

use hostile_guests::{attack, monotonic_clock};

attack!(run);

fn run(_: String) -> String {
    monotonic_clock::subscribe_duration(u64::MAX / 2).block();
    "let through".into()
}
