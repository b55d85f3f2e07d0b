//! What makes this program end.

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

/// Somebody wants this program to end.
#[cfg(not(unix))]
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
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
