//! Uses a method that it did not declare.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request { method: "DELETE", ..Request::get() }.outcome()
}
