//! Opens handles, and closes none.

use hostile_guests::{attack, http::Fields};

attack!(run);

fn run(_: String) -> String {
    let handles: Vec<Fields> = (0..50_000).map(|_| Fields::new()).collect();
    format!("let through: {} handles", handles.len())
}
