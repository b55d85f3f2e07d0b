//! A release build has the recorded cases inside, and is built anew when one is added.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../fixtures");
    }
}
