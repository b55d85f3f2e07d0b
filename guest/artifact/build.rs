//! Builds the guest for both worlds, as components, and puts the documentation of their WIT into each.

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use wasmparser::{Parser, Payload};

const TARGET: &str = "wasm32-unknown-unknown";
/// The component's custom section with the encoded WIT package, comments included.
const WIT_SECTION: &str = "soar:wit";
/// In the order in which they need each other.
const WIT: [&str; 6] = ["deps/io", "deps/clocks", "deps/config", "deps/http", "platform", "mattermost"];

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for path in ["guest/src", "guest/Cargo.toml", "wit", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    install_target()?;
    for (world, features) in [("integration", "platform"), ("commands", "")] {
        let mut component = without_names(&build(&root, &out, features)?)?;
        append_section(&mut component, WIT_SECTION, &documented_wit(&root.join("wit"), world)?);
        let file = out.join(format!("mattermost-{world}.wasm"));
        fs::write(&file, component)?;
        println!("cargo::rustc-env=MATTERMOST_{}={}", world.to_uppercase(), file.display());
    }
    Ok(())
}

/// Toolchains are not installed by themselves everywhere (`RUSTUP_AUTO_INSTALL=0`), so the target is asked for here.
fn install_target() -> Result<()> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let shown = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    if Path::new(String::from_utf8(shown.stdout)?.trim()).is_dir() {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    match added {
        // Cargo says it again with each build that runs nothing anew: it must stay true.
        Ok(output) if output.status.success() => {
            println!("cargo::warning=the Rust target {TARGET} was missing and has been installed with rustup");
            Ok(())
        }
        Ok(output) => bail!("rustup target add {TARGET}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => bail!("the Rust target {TARGET} is not installed, and rustup could not be run: {error}"),
    }
}

fn build(root: &Path, out: &Path, features: &str) -> Result<Vec<u8>> {
    let target = out.join("target");
    let mut cargo = Command::new(env::var_os("CARGO").context("CARGO is not set")?);
    // What the outer cargo was told (flags, wrappers such as clippy's) is not meant for the guest.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_ENCODED")
            || name.starts_with("CARGO_PROFILE")
            || name.starts_with("RUSTC")
            || name == "RUSTFLAGS"
        {
            cargo.env_remove(&*name);
        }
    }
    let output = cargo
        .current_dir(root)
        .args(["build", "--package", "mattermost-guest", "--lib", "--profile", "component", "--target", TARGET])
        .args(["--no-default-features", "--features", features, "--locked"])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-component-ld")
        .output()?;
    ensure!(output.status.success(), "building the guest failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let file = target.join(TARGET).join("component/mattermost_guest.wasm");
    fs::read(&file).with_context(|| format!("no component at {}", file.display()))
}

/// The package without its other worlds: each world has the types of all its imports encoded anew.
fn documented_wit(wit: &Path, world: &str) -> Result<Vec<u8>> {
    let mut resolve = wit_parser::Resolve::default();
    let mut package = None;
    for path in WIT {
        package = Some(resolve.push_path(wit.join(path))?.0);
    }
    let package = package.context("no WIT package")?;
    let worlds = &mut resolve.packages[package].worlds;
    worlds.retain(|name, _| name == world);
    ensure!(!worlds.is_empty(), "the WIT package has no world {world}");
    wit_component::encode(&resolve, package)
}

/// The component without its own custom sections. The linker names every instance and alias for debuggers, and the
/// profile's `strip` reaches the core module alone.
fn without_names(component: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(component.len());
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        if depth == 0 {
            match (&payload, payload.as_section()) {
                (Payload::Version { range, .. }, _) => kept.extend_from_slice(&component[range.clone()]),
                (Payload::CustomSection(_), _) | (_, None) => {}
                (_, Some((id, range))) => append(&mut kept, id, &component[range]),
            }
        }
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) if depth > 0 => depth -= 1,
            _ => {}
        }
    }
    Ok(kept)
}

fn append_section(component: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    let mut body = leb128(name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(bytes);
    append(component, 0, &body);
}

fn append(component: &mut Vec<u8>, section: u8, content: &[u8]) {
    component.push(section);
    component.extend(leb128(content.len()));
    component.extend_from_slice(content);
}

fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
