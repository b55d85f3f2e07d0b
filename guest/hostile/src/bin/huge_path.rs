//! Asks for a path of a MiB.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at(format!("/api/{}", "x".repeat(1 << 20))).outcome()
}
