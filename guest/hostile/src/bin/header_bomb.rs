//! Reads an answer with more headers than it should have.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Told::of(Request::get().send().map(|answer| format!("{} headers", answer.headers.len())))
}
