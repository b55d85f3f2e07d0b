//! Leaves what it declared with `..`, encoded.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().at("/api/%2e%2E/ok").outcome()
}
