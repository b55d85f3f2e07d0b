//! Calls itself without end, with nothing in memory, so that it is the host's stack that grows.

use hostile_guests::attack;
use std::sync::atomic::{AtomicU64, Ordering};

attack!(run);

static DEEPEST: AtomicU64 = AtomicU64::new(u64::MAX);

fn run(_: String) -> String {
    format!("let through: {}", deeper(1))
}

fn deeper(depth: u64) -> u64 {
    if depth >= DEEPEST.load(Ordering::Relaxed) {
        return 0;
    }
    // More than one operation afterwards, so that no loop is made of it.
    (deeper(depth + 1) ^ depth).wrapping_mul(3).rotate_left(1)
}
