//! Asks twice: the name may stand for another address the second time.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let first = Request::get().outcome();
    Request::get().outcome().after(&first)
}
