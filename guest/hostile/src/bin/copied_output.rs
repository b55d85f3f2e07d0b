//! Puts one field of its result into the context again and again.

use hostile_guests::wit::{Integration, Output};
use hostile_guests::{Error, Outcome, attack};

attack!(run, describe);

fn run(_: String) -> Result<Outcome, Error> {
    Ok(Outcome { readable: "let through".into(), more: vec!["x".repeat(1024); 1024], marks: Vec::new() })
}

fn describe() -> Integration {
    let mut manifest = hostile_guests::describe();
    let output = |number| Output {
        prefix: format!("Hostile.Copy{number}"),
        key: "id".into(),
        field: "more".into(),
        names: Vec::new(),
    };
    for command in &mut manifest.commands {
        command.outputs = (0..80).map(output).collect();
    }
    manifest
}
