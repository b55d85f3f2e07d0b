//! Sends the token in the query.

use hostile_guests::{Request, attack, config};

attack!(run);

fn run(_: String) -> String {
    Request::get().at(format!("/api/ok?token={}", config("token"))).outcome()
}
