//! Opens one file again and again, and closes it never.

use hostile_guests::{attack, bindings::soar::platform::files};

attack!(run);

fn run(entry: String) -> String {
    let open: Vec<_> = (0..100).map(|_| files::open(&entry)).collect();
    format!("let through: {} files", open.iter().filter(|file| file.is_ok()).count())
}
