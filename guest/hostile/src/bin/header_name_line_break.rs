//! Ends a header early, in its name.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().with("x-a: b\r\nx-c", "d").outcome()
}
