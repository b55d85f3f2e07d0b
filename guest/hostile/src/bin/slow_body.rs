//! Reads an answer that stops in the middle.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().drained()
}
