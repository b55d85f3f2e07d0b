//! Sends the token in other headers than the one for it.

use hostile_guests::{Request, Told, attack, bearer, config};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("x-token", config("token")).with("private-token", bearer("token")).outcome()
}
