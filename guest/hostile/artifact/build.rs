//! Builds each hostile guest as a component, and writes a constant for each and a macro that goes through all.

use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for path in [
        "guest/hostile/src",
        "guest/hostile/build.rs",
        "guest/hostile/Cargo.toml",
        "guest/hostile/wit",
        "wit",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    guest_build::install_target()?;
    let components = guest_build::build(&root, &out.join("target"), &["--package", "hostile-guests", "--bins"])?;

    let mut attacks = Vec::new();
    for entry in fs::read_dir(root.join("guest/hostile/src/bin"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).context("a guest without a name")?;
        attacks.push(name.to_owned());
    }
    attacks.sort();
    ensure!(!attacks.is_empty(), "there is no hostile guest");
    let mut code = String::new();
    for name in &attacks {
        let file = components.join(format!("{name}.wasm"));
        ensure!(file.is_file(), "no component at {}", file.display());
        let constant = name.to_uppercase();
        writeln!(code, "/// The attack `{name}`.")?;
        writeln!(code, "pub const {constant}: &[u8] = include_bytes!({:?});", file.display().to_string())?;
    }
    writeln!(code, "/// All attacks by name, in the order of the names.")?;
    writeln!(code, "pub const ALL: &[(&str, &[u8])] = &[")?;
    for name in &attacks {
        writeln!(code, "    ({name:?}, {}),", name.to_uppercase())?;
    }
    writeln!(code, "];")?;
    writeln!(code, "/// Calls a macro with the name of each attack.")?;
    writeln!(code, "#[macro_export] macro_rules! for_each_attack {{ ($each:ident) => {{")?;
    for name in &attacks {
        writeln!(code, "    $each!({name});")?;
    }
    writeln!(code, "}} }}")?;
    fs::write(out.join("attacks.rs"), code)?;
    Ok(())
}
