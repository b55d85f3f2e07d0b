//! Asks for a path that is as long as a path can be, many times: each is refused, and the host has to say which.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let request = Request::get().at(format!("/api/{}", "x".repeat(60_000)));
    (0..99).for_each(|_| drop(request.outcome()));
    request.outcome()
}
