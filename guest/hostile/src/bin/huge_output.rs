//! Gives a text of 200 MiB.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    "x".repeat(200 << 20)
}
