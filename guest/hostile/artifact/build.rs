//! Builds each hostile guest as a component, and writes a constant for each and a macro that goes through all.

use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};
use wasm_encoder::{ComponentSection, InstanceSection, Module, ModuleSection};
use wasmparser::{Encoding, Parser, Payload};

/// The attack that no compiler makes: a component with far more core instances than it needs.
const FLOODED: &str = "instance_flood";
const INSTANCES: usize = 500;

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for path in [
        "guest/hostile/src",
        "guest/hostile/build.rs",
        "guest/hostile/Cargo.toml",
        "guest/hostile/wit",
        "guest/previous",
        "wit",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    guest_build::install_target()?;
    let components =
        guest_build::build(&root, &out.join("target"), "hostile", &["--package", "hostile-guests", "--bins"])?;

    let previous = ["--package", "previous-guest", "--lib"];
    let previous = guest_build::build(&root, &out.join("target"), "hostile", &previous)?.join("previous_guest.wasm");

    let mut attacks = Vec::new();
    for entry in fs::read_dir(root.join("guest/hostile/src/bin"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).context("a guest without a name")?;
        attacks.push(name.to_owned());
    }
    attacks.sort();
    ensure!(!attacks.is_empty(), "there is no hostile guest");
    let mut code = String::new();
    writeln!(code, "/// No attack: a component of the contract's version before.")?;
    writeln!(code, "pub const PREVIOUS: &[u8] = include_bytes!({:?});", previous.display().to_string())?;
    for name in &attacks {
        let file = components.join(format!("{name}.wasm"));
        ensure!(file.is_file(), "no component at {}", file.display());
        let file = if name == FLOODED { flooded(&file, &out)? } else { file };
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

/// The same component with an empty module, instantiated again and again.
fn flooded(file: &Path, out: &Path) -> Result<PathBuf> {
    let mut component = fs::read(file)?;
    let mut depth = 0;
    let mut modules = 0;
    for payload in Parser::new(0).parse_all(&component) {
        match payload? {
            Payload::ModuleSection { .. } => {
                modules += u32::from(depth == 0);
                depth += 1;
            }
            Payload::ComponentSection { .. } => depth += 1,
            Payload::Version { encoding, .. } if depth == 0 => {
                ensure!(encoding == Encoding::Component, "{} is no component", file.display());
            }
            Payload::End(_) if depth > 0 => depth -= 1,
            _ => {}
        }
    }
    ModuleSection(&Module::new()).append_to_component(&mut component);
    let mut instances = InstanceSection::new();
    for _ in 0..INSTANCES {
        instances.instantiate::<_, &str>(modules, []);
    }
    instances.append_to_component(&mut component);
    let file = out.join(format!("{FLOODED}.wasm"));
    fs::write(&file, component)?;
    Ok(file)
}
