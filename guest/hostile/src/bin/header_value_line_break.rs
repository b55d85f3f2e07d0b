//! Ends a header early, to begin another one.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().with("x-a", "b\r\nhost: evil.test").outcome()
}
