//! Builds guests as components: what the build scripts of the crates that hold them share.

use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Toolchains are not installed by themselves everywhere (`RUSTUP_AUTO_INSTALL=0`), so the target is asked for here.
///
/// # Errors
/// If the target is missing and can't be installed.
pub fn install_target() -> Result<()> {
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

/// Runs cargo in the workspace `root` with one of its profiles for what `arguments` name, and gives the folder of the components.
///
/// # Errors
/// If the build fails; the error is cargo's.
pub fn build(root: &Path, target: &Path, profile: &str, arguments: &[&str]) -> Result<PathBuf> {
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
        .args(["build", "--profile", profile, "--target", TARGET, "--locked"])
        .args(arguments)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-component-ld")
        .output()?;
    ensure!(output.status.success(), "building the guest failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(target.join(TARGET).join(profile))
}
