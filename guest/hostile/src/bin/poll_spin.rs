//! Waits for what is there already, again and again.

use hostile_guests::{attack, monotonic_clock};

attack!(run);

fn run(_: String) -> String {
    loop {
        monotonic_clock::subscribe_duration(1).block();
    }
}
