//! Asks a host whose name begins with the server's.

use hostile_guests::{Request, attack, authority};

attack!(run);

fn run(_: String) -> String {
    Request::get().to(format!("{}.evil.test", authority())).outcome()
}
