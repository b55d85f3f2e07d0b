//! Sends the token in a body.

use hostile_guests::{Request, attack, config};

attack!(run);

fn run(_: String) -> String {
    Request::post(config("token").as_bytes()).outcome()
}
