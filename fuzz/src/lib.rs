//! The checks of the fuzz targets, the same ones that `tests/fuzz` runs for a bounded time.

#[path = "../../tests/fuzz/checks/mod.rs"]
pub mod checks;

use checks::Target;
use std::path::Path;

/// Puts the inputs to start from into the target's corpus: they are made of the repository's fixtures, not kept twice.
pub fn sow(target: &Target) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = here.join("corpus").join(target.name);
    std::fs::create_dir_all(&corpus).expect("a folder for the corpus");
    for (number, seed) in (target.seeds)(&here.join("../fixtures")).iter().enumerate() {
        std::fs::write(corpus.join(format!("seed-{number}")), seed).expect("a place for a seed");
    }
}
