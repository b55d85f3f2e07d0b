//! Gives a list of flags, all of them set: four bytes each to the component, and 32 names to its host.

use hostile_guests::{Error, Marks, Outcome, attack};

attack!(run);

fn run(_: String) -> Result<Outcome, Error> {
    Ok(Outcome {
        readable: "let through".into(),
        more: Vec::new(),
        marks: vec![Marks::from_bits_retain(u32::MAX); 800_000],
    })
}
