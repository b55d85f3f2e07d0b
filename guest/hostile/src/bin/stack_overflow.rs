//! Calls itself without end.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    format!("let through: {}", deeper(1))
}

fn deeper(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    match std::hint::black_box(depth) {
        0 => 0,
        depth => deeper(depth + 1) + frame[depth as usize % 64],
    }
}
