//! Sends a header of a MiB.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("x-huge", vec![b'x'; 1 << 20]).outcome()
}
