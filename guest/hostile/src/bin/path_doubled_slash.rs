//! Names what it declared with an empty part in the path.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().at("/api//ok").outcome()
}
