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

/// The size of the largest linear memory of a sandbox in this process, in bytes: what may be read and written at the
/// beginning of a range that is reserved for it, of which the rest may not be touched.
pub fn linear() -> Result<u64> {
    /// No other reservation is as large.
    const RESERVED: u64 = 1 << 31;
    let maps = fs::read_to_string("/proc/self/maps").context("memory can't be read on this system")?;
    let (mut largest, mut begin, mut end) = (0, 0, 0);
    for line in maps.lines() {
        let mut fields = line.split(' ');
        let (range, rights) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let (from, to) = range.split_once('-').context("a range of memory can't be read")?;
        let (from, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        if rights.starts_with("rw") {
            if from != end {
                begin = from;
            }
            end = to;
        } else if rights.starts_with("---") && from == end && to - from >= RESERVED {
            largest = largest.max(end - begin);
        }
    }
    Ok(largest)
}
