//! Leaves what it declared with `..`.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().at("/api/ok/../secret").outcome()
}
