//! Reads all of its configuration.

use hostile_guests::{attack, store};

attack!(run);

fn run(_: String) -> String {
    let all = store::get_all().unwrap_or_default();
    all.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}
