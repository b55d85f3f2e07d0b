//! Parses an answer that is nested very deep.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    match Request::get().send() {
        Ok(answer) => match serde_json::from_slice::<serde_json::Value>(&answer.body) {
            Ok(_) => format!("parsed {} bytes", answer.body.len()),
            Err(error) => format!("not parsed: {error}"),
        },
        Err(refused) => format!("refused: {refused}"),
    }
}
