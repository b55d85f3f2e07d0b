//! Asks this machine by its address, written as octal numbers.

use hostile_guests::{Request, Told, attack, port};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("0177.0.0.1:{}", port())).outcome()
}
