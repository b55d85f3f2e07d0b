//! Writes, and stops before it has told of it.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let outcome = Request::post(b"{}").outcome();
    panic!("{outcome}")
}
