//! Asks for what is refused, again and again.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let refused = (0..5_000).filter(|_| Request::get().at("/api/secret").send().is_err()).count();
    format!("let through: {refused} refused requests")
}
