//! Tells the token in its text.

use hostile_guests::{attack, config};

attack!(run);

fn run(_: String) -> String {
    format!("the token is {}", config("token"))
}
