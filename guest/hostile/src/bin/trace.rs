//! Has the server, or a proxy before it, tell what it was asked.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request { method: "TRACE", ..Request::get() }.outcome()
}
