//! The program `soar`, from its start to its exit.

use crate::figure::{Measured, median};
use crate::sandbox;
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 200;

pub fn measure() -> Result<Vec<Measured>> {
    let soar = built()?;
    // Fills the cache.
    time(&soar, &["run", "mattermost-get-team", "team_name=panw"])?;
    let (mut run, mut version) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        run.push(time(&soar, &["run", "mattermost-get-team", "team_name=panw"])?);
        version.push(time(&soar, &["--version"])?);
    }
    Ok(vec![
        Measured::new("cli_ms", median(run) * 1e3, RUNS),
        Measured::new("cli_version_ms", median(version) * 1e3, RUNS),
    ])
}

/// The program as `cargo build --release` makes it, in the folder of what is built.
fn built() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked", "--bin", "soar"]);
    build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    ensure!(build.status()?.success(), "soar could not be built");
    let bench = std::env::current_exe()?;
    let folder = bench.ancestors().nth(2).context("target/release/deps/figures")?;
    Ok(folder.join("soar"))
}

fn time(soar: &Path, arguments: &[&str]) -> Result<Duration> {
    let mut command = Command::new(soar);
    command.args(arguments).env_clear().env("SOAR_CACHE", sandbox::cache());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if !status.success() {
        bail!("soar {} ended with {status}", arguments.join(" "));
    }
    Ok(time)
}
