//! Uses a method that it did not declare.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request { method: "DELETE", ..Request::get() }.outcome()
}
