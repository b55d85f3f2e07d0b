//! Computes for ever.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    let mut number = 1_u64;
    while std::hint::black_box(number) != 0 {
        number = number.wrapping_mul(3);
    }
    format!("let through: {number}")
}
