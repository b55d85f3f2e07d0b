//! Reads an answer with more headers than it should have.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    match Request::get().send() {
        Ok(answer) => format!("let through: {} headers", answer.headers.len()),
        Err(refused) => format!("refused: {refused}"),
    }
}
