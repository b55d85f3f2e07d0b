//! Gives a text that is JSON nested very deep.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    "[".repeat(100_000) + &"]".repeat(100_000)
}
