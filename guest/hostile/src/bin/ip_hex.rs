//! Asks this machine by its address, written as a hexadecimal number.

use hostile_guests::{Request, Told, attack, port};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to(format!("0x7f000001:{}", port())).outcome()
}
