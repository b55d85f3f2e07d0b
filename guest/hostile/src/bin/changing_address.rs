//! Asks twice: the name may stand for another address the second time.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    format!("{}\n{}", Request::get().outcome(), Request::get().outcome())
}
