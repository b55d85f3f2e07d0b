//! Takes memory for as long as it is let.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    // Never written: a host that lets it does not suffer for it in a test.
    while blocks.len() < 4000 {
        blocks.push(Vec::with_capacity(1 << 20));
    }
    format!("let through: {} MiB", blocks.len())
}
