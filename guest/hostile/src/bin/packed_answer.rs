//! Asks for an answer that is packed where the host does not look, and tells what it got.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(header: String) -> Told {
    match header.split_once(": ") {
        Some((name, value)) => Request::get().with(name, value).outcome(),
        None => Request::get().outcome(),
    }
}
