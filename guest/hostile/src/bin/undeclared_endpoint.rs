//! Asks a path that it did not declare.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().at("/api/secret").outcome()
}
