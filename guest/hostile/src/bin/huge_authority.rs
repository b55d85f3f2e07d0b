//! Names a server with a name of a MiB, many times: each is refused, and the host keeps none.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let request = Request { authority: "x".repeat(1 << 20), ..Request::get() };
    (0..99).for_each(|_| drop(request.outcome()));
    request.outcome()
}
