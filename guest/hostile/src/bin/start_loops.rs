//! Computes for ever before its first function is called.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    "let through".into()
}

/// Runs when the component is instantiated.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    let mut number = 1_u64;
    while std::hint::black_box(number) != 0 {
        number = number.wrapping_mul(3);
    }
}
