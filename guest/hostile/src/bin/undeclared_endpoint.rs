//! Asks a path that it did not declare.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at("/api/secret").outcome()
}
