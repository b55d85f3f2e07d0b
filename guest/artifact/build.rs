//! Builds the guest for both worlds, as components, and puts the documentation of their WIT into each.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};
use wasm_encoder::{Component, CustomSection, RawSection};
use wasmparser::{Parser, Payload};

/// The component's custom section with the encoded WIT package, comments included, as a zlib stream.
const WIT_SECTION: &str = "soar:wit";
/// In the order in which they need each other.
const WIT: [&str; 6] = ["deps/io", "deps/clocks", "deps/config", "deps/http", "platform", "mattermost"];

/// Of the environment, in a debug build: the types of the host are looked at and nothing runs, as in `.ci/run types`, for
/// which two builds of the guest with LTO would be most of the time.
const TYPES_ONLY: &str = "SOAR_TYPES_ONLY";

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for path in ["guest/src", "guest/Cargo.toml", "wit", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rerun-if-env-changed={TYPES_ONLY}");
    let types_only = env::var_os(TYPES_ONLY).is_some() && env::var("PROFILE")? == "debug";
    if types_only {
        return without_components(&out);
    }
    guest_build::install_target()?;
    let wit = documented_wit(&root.join("wit"))?;
    for (world, features) in [("integration", "platform"), ("commands", "")] {
        let mut component = without_names(&build(&root, &out, features)?)?;
        component.section(&CustomSection { name: WIT_SECTION.into(), data: (&wit).into() });
        let file = out.join(format!("mattermost-{world}.wasm"));
        fs::write(&file, component.finish())?;
        println!("cargo::rustc-env=MATTERMOST_{}={}", world.to_uppercase(), file.display());
    }
    Ok(())
}

/// Empty files in place of the components.
fn without_components(out: &Path) -> Result<()> {
    for world in ["integration", "commands"] {
        let file = out.join("none.wasm");
        fs::write(&file, [])?;
        println!("cargo::rustc-env=MATTERMOST_{}={}", world.to_uppercase(), file.display());
    }
    Ok(())
}

fn build(root: &Path, out: &Path, features: &str) -> Result<Vec<u8>> {
    let arguments = ["--package", "mattermost-guest", "--lib", "--no-default-features", "--features", features];
    let file = guest_build::build(root, &out.join("target"), "component", &arguments)?.join("mattermost_guest.wasm");
    fs::read(&file).with_context(|| format!("no component at {}", file.display()))
}

fn documented_wit(wit: &Path) -> Result<Vec<u8>> {
    let mut resolve = wit_parser::Resolve::default();
    let mut package = None;
    for path in WIT {
        package = Some(resolve.push_path(wit.join(path))?.0);
    }
    let encoded = wit_component::encode(&resolve, package.context("no WIT package")?)?;
    Ok(miniz_oxide::deflate::compress_to_vec_zlib(&encoded, 10))
}

/// The component without its own custom sections. The linker names every instance and alias for debuggers, and the
/// profile's `strip` reaches the core module alone.
fn without_names(component: &[u8]) -> Result<Component> {
    let mut kept = Component::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        if depth == 0
            && !matches!(payload, Payload::CustomSection(_))
            && let Some((id, range)) = payload.as_section()
        {
            kept.section(&RawSection { id, data: &component[range] });
        }
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) if depth > 0 => depth -= 1,
            _ => {}
        }
    }
    Ok(kept)
}
