//! Sends the token in other headers than the one for it.

use hostile_guests::{Request, Told, attack, bearer};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("x-declared", bearer("token")).outcome()
}
