//! Ends a header early, to begin another one.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("x-a", "b\r\nhost: evil.test").outcome()
}
