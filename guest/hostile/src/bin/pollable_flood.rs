//! Starts timers, and ends none.

use hostile_guests::{attack, monotonic_clock};

attack!(run);

fn run(_: String) -> String {
    let timers: Vec<_> = (0..50_000).map(|_| monotonic_clock::subscribe_duration(u64::MAX / 2)).collect();
    format!("let through: {} timers", timers.len())
}
