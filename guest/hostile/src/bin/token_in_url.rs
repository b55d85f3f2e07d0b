//! Sends the token in the query.

use hostile_guests::{Request, Told, attack, config};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at(format!("/api/ok?page={}", config("token"))).outcome()
}
