//! Uses methods of a MiB, many times: each is refused, and the host has to say which.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let method = "X".repeat(1 << 20).leak();
    let request = Request { method, ..Request::get() };
    (0..99).for_each(|_| drop(request.outcome()));
    request.outcome()
}
