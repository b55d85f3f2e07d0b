//! Grows its table of functions for as long as it is let.

use hostile_guests::attack;

attack!(run);

#[cfg(target_arch = "wasm32")]
fn grow(by: u32) -> i32 {
    unsafe extern "C" {
        safe fn grow_table(by: u32) -> i32;
    }
    grow_table(by)
}

#[cfg(not(target_arch = "wasm32"))]
fn grow(_: u32) -> i32 {
    -1
}

fn run(_: String) -> String {
    let mut elements = 0_u64;
    while elements < 10_000_000 && grow(1000) >= 0 {
        elements += 1000;
    }
    format!("let through: {elements} elements")
}
