//! Tells the token in its last words.

use hostile_guests::{attack, config};

attack!(run);

fn run(_: String) -> String {
    panic!("the token is {}", config("token"))
}
