//! Asks another port of the server.

use hostile_guests::{Request, attack, authority};

attack!(run);

fn run(_: String) -> String {
    Request::get().to(format!("{}:9", authority().split(':').next().unwrap_or_default())).outcome()
}
