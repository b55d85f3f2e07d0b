//! Asks this machine by its address, written as one decimal number.

use hostile_guests::{Request, Told, attack, port};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("2130706433:{}", port())).outcome()
}
