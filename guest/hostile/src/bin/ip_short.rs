//! Asks this machine by its address, written as two numbers.

use hostile_guests::{Request, Told, attack, port};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("127.1:{}", port())).outcome()
}
