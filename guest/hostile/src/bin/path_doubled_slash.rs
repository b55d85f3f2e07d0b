//! Names what it declared with an empty part in the path.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().at("/api//ok").outcome()
}
