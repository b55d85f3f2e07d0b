//! Never says what it is.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_loops);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_loops() -> wit::Integration {
    let mut number = 1_u64;
    while std::hint::black_box(number) != 0 {
        number = number.wrapping_mul(3);
    }
    describe()
}
