//! Asks another host, with the server's name before the `@`.

use hostile_guests::{Request, Told, attack, authority};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("{}@evil.test", authority().replace(':', "%3a"))).outcome()
}
