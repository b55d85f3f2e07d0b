//! Builds anew when a recorded case is added: the program has them inside.

fn main() {
    println!("cargo::rerun-if-changed=../fixtures");
    println!("cargo::rerun-if-changed=build.rs");
}
