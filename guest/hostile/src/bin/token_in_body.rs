//! Sends the token in a body.

use hostile_guests::{Request, Told, attack, config};

attack!(run);

fn run(_: String) -> Told {
    Request::post(config("token").as_bytes()).outcome()
}
