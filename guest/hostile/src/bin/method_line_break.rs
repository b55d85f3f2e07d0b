//! Puts a second request into the method.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request { method: "GET /secret HTTP/1.1\r\n\r\nGET", ..Request::get() }.outcome()
}
