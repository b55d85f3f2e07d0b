//! Hands over a text of 100 MiB as the id of an entry.

use hostile_guests::{attack, bindings::soar::platform::files};

attack!(run);

fn run(_: String) -> String {
    match files::open(&"x".repeat(100 << 20)) {
        Ok(file) => format!("let through: {}", file.name),
        Err(error) => format!("refused: {error:?}"),
    }
}
