//! The program `soar`, from its start to its exit.

use crate::figure::{Measured, median};
use crate::sandbox;
use anyhow::{Result, bail};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 200;

pub fn measure() -> Result<Vec<Measured>> {
    // Fills the cache.
    time(&["run", "mattermost-get-team", "team_name=panw"])?;
    let (mut run, mut version) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        run.push(time(&["run", "mattermost-get-team", "team_name=panw"])?);
        version.push(time(&["--version"])?);
    }
    Ok(vec![
        Measured::new("cli_ms", median(run) * 1e3, RUNS),
        Measured::new("cli_version_ms", median(version) * 1e3, RUNS),
    ])
}

fn time(arguments: &[&str]) -> Result<Duration> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soar"));
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
