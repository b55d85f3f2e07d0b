//! What makes this program end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The exit code of a program that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// Somebody wants this program to end: by a key, by its terminal's being closed, or by another program.
#[cfg(unix)]
pub async fn interrupted() {
    use std::task::Poll;
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()];
    let heeded = kinds.into_iter().filter(|kind| !is_ignored(kind.as_raw_value()));
    let mut signals: Vec<_> = heeded.filter_map(|kind| signal(kind).ok()).collect();
    std::future::poll_fn(|context| match signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await
}

/// Somebody wants this program to end: by a key, by its window's being closed, or by the system's going down.
#[cfg(windows)]
pub async fn interrupted() {
    use std::task::Poll;
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let (mut key, mut other_key) = (ctrl_c().ok(), ctrl_break().ok());
    let (mut closed, mut down) = (ctrl_close().ok(), ctrl_shutdown().ok());
    std::future::poll_fn(|context| {
        // Each is asked, so that each wakes this.
        let came = [
            key.as_mut().is_some_and(|key| key.poll_recv(context).is_ready()),
            other_key.as_mut().is_some_and(|key| key.poll_recv(context).is_ready()),
            closed.as_mut().is_some_and(|closed| closed.poll_recv(context).is_ready()),
            down.as_mut().is_some_and(|down| down.poll_recv(context).is_ready()),
        ];
        if came.contains(&true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}

/// What has been saved of a call; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Saved(Arc<AtomicBool>);

impl Saved {
    /// All of it has.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// From now on this program ends when it is interrupted, whatever its one thread waits for: a pipe that nobody reads, or a
/// lock. What is being saved by then has some time for that.
pub fn end_when_interrupted() -> Saved {
    const GRACE: Duration = Duration::from_secs(2);
    const AGAIN: Duration = Duration::from_millis(10);
    let saved = Saved::default();
    let waits = saved.clone();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(interrupted());
        let since = Instant::now();
        while !waits.0.load(Ordering::Acquire) && since.elapsed() < GRACE {
            std::thread::sleep(AGAIN);
        }
        std::process::exit(INTERRUPTED.into());
    });
    saved
}

/// Whether this program was started so that a signal does nothing, as `nohup` starts programs and a shell does those in
/// the background: that stays so. Where the system does not say, it is not so.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    u32::try_from(signal - 1).is_ok_and(|bit| mask.checked_shr(bit).unwrap_or(0) & 1 == 1)
}
