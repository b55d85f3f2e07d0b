//! Reads an answer that is small on the wire and large when unpacked.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().drained()
}
