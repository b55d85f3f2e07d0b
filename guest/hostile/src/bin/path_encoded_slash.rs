//! Leaves what it declared with `../`, encoded.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at("/api/%2e%2e%2fsecret").outcome()
}
