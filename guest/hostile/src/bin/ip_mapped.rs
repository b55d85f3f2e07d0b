//! Asks this machine by its address, written as IPv6 that maps IPv4.

use hostile_guests::{Request, Told, attack, port};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("[::ffff:127.0.0.1]:{}", port())).outcome()
}
