//! A large file through the sandbox, and by curl.

use crate::figure::{Measured, median};
use crate::memory;
use crate::sandbox::{self, Call, ENTRY, Memory, TOKEN};
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use soar::Embedded;
use soar::transport::{Live, LiveOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIZE: u64 = 100 * 1024 * 1024;
const TURNS: usize = 9;

pub fn measure() -> Result<Vec<Measured>> {
    let (small, large) = (file("bench-small", 64 * 1024)?, file("bench-upload", SIZE)?);
    sandbox::runtime()?.block_on(async {
        let server = Server::start()?;
        let files = Embedded::new().file(ENTRY, &large).file("1@1", &small);
        let live = Arc::new(Live::new(LiveOptions::default())?);
        let instance = sandbox::instance(&sandbox::component().await?, &server.url, live, files)?;
        let call = |entry| {
            let pairs = [("team_name", "soc"), ("channel", "alerts"), ("message", "The report"), ("entry_id", entry)];
            Call::new("mattermost-send-file", &pairs)
        };
        let (warm, upload) = (call("1@1"), call(ENTRY));
        warm.run(&instance).await?;

        let before = memory::resident()?;
        memory::forget_peak()?;
        upload.run(&instance).await?;
        let grown = memory::peak()?.saturating_sub(before);
        let memory = Arc::new(Memory::default());
        upload.run(&instance.clone().with_audit(memory.clone())).await?;

        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        curl(&server.url, &large)?;
        for _ in 0..TURNS {
            let start = Instant::now();
            upload.run(&instance).await?;
            ours.push(start.elapsed());
            theirs.push(curl(&server.url, &large)?);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        Ok(vec![
            Measured::new("upload_ratio", ours / theirs, TURNS),
            Measured::new("upload_ms", ours * 1e3, TURNS),
            Measured::new("curl_ms", theirs * 1e3, TURNS),
            Measured::new("upload_guest_bytes", memory.most() as f64, 1),
            Measured::new("upload_host_bytes", grown as f64, 1),
        ])
    })
}

/// A file of so many bytes of no pattern.
fn file(name: &str, size: u64) -> Result<PathBuf> {
    let path = sandbox::folder().join(name);
    if std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() == size) {
        return Ok(path);
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    let mut number = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..size / 8 {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        file.write_all(&number.to_le_bytes())?;
    }
    file.flush()?;
    Ok(path)
}

/// What curl says that it took, which is without the start of its process. It streams the file as the sandbox does.
fn curl(url: &str, file: &Path) -> Result<Duration> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--output"])
        .arg(if cfg!(windows) { "NUL" } else { "/dev/null" })
        .args(["--write-out", "%{time_total}", "--request", "POST", "--upload-file"])
        .arg(file)
        .args(["--header", "Expect:", "--header", "Content-Type: application/octet-stream", "--header"])
        .arg(format!("Authorization: Bearer {TOKEN}"))
        .arg(format!("{url}/api/v4/files?channel_id=wghks7xt478xpyaysdfutw14je&filename=bench-upload"))
        .output()
        .context("curl can't be run, which the figure is measured against")?;
    ensure!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr));
    Ok(Duration::from_secs_f64(String::from_utf8(output.stdout)?.trim().parse()?))
}
