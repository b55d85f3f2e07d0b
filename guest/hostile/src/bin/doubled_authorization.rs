//! Sends `Authorization` twice, with one credential that may go there and one that may not.

use hostile_guests::{Request, Told, attack, bearer};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("authorization", bearer("other_token")).outcome()
}
