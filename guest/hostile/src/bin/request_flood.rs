//! Asks again and again.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let answered = (0..5_000).filter(|_| Request::get().send().is_ok()).count();
    format!("let through: {answered} requests")
}
