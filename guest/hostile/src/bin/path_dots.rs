//! Leaves what it declared with `..`.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at("/api/ok/../secret").outcome()
}
