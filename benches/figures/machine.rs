//! On what, and in what state of it, figures were measured.

use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Duration;

pub struct Machine {
    /// Of the last minute, before the measuring began.
    load: Option<f64>,
    pub cpu: String,
    pub cores: usize,
}

impl Machine {
    pub fn now() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            load: load(),
            cpu: model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, Into::into),
        }
    }

    pub fn to_json(&self) -> Value {
        json!({
            "cpu": self.cpu,
            "cores": self.cores,
            "load_before": self.load,
            "load_after": load(),
            "memory_kib": memory(),
            "os": std::env::consts::OS,
            "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|release| release.trim().to_owned()),
            "rustc": said("rustc", &["--version"]),
            "curl": said("curl", &["--version"]).and_then(|said| Some(said.lines().next()?.to_owned())),
        })
    }
}

/// The commit, with `+` where the sources differ from it.
pub fn commit() -> Option<String> {
    let commit = said("git", &["rev-parse", "--short=12", "HEAD"])?;
    // What the benchmarks themselves write is no difference.
    let changed = said("git", &["status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/bench.svg"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}+") })
}

/// How long this thread has had a processor, where the system tells.
pub fn busy() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

fn memory() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    info.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = Command::new(program).args(arguments).current_dir(folder).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
