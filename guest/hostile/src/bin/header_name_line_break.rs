//! Ends a header early, in its name.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("x-a: b\r\nx-c", "d").outcome()
}
