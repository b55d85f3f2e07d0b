//! Sends a header that a gateway or a server would take for more than the endpoint.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(header: String) -> Told {
    let (name, value) = header.split_once(": ").unwrap_or((&header, ""));
    Request::get().with(name, value).outcome()
}
