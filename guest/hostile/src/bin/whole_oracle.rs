//! Has the server repeat what it is given, to see whether the host takes it for a token: that tells whether a guess was
//! right.

use hostile_guests::{Request, attack};

attack!(run);

fn run(guesses: String) -> String {
    match Request::post(guesses.as_bytes()).send() {
        Ok(answer) => String::from_utf8_lossy(&answer.body).into_owned(),
        Err(refused) => format!("refused: {refused}"),
    }
}
