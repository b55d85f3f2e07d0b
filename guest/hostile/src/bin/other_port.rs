//! Asks another port of the server.

use hostile_guests::{Request, Told, attack, authority};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("{}:9", authority().split(':').next().unwrap_or_default())).outcome()
}
