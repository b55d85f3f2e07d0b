//! What the system says of this process's memory. Linux alone tells it in files.

use anyhow::{Context, Result};
use std::fs;

/// What is in memory now, in bytes.
pub fn resident() -> Result<u64> {
    status("VmRSS")
}

/// The most that was in memory since [`forget_peak`], in bytes.
pub fn peak() -> Result<u64> {
    status("VmHWM")
}

/// The peak is what is in memory now.
pub fn forget_peak() -> Result<()> {
    fs::write("/proc/self/clear_refs", "5").context("the peak of the memory can't be reset on this system")
}

fn status(field: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("memory can't be read on this system")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kib: u64 = line.context("memory can't be read on this system")?.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}
