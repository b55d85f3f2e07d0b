//! Asks a host whose name begins with the server's.

use hostile_guests::{Request, Told, attack, authority};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("{}.evil.test", authority())).outcome()
}
