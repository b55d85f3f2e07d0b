//! How many frames a server may send that are no part of an answer.

use tokio::time::Instant;

/// So many at once: what a server may say of its settings, and of windows for many uploads.
const MOST: u64 = 20_000;
/// So many more each second. Each costs some microseconds, and many want to be answered.
const EACH_SECOND: u64 = 1_000;
/// Of what we send a server tells how much more it takes: one frame or two for so many bytes, in the smallest of parts.
const BYTES: u64 = 256;

/// What is left of them.
pub(super) struct Quota {
    left: u64,
    since: Instant,
    sent: u64,
}

impl Quota {
    /// That of a new connection.
    pub fn new() -> Self {
        Self { left: MOST, since: Instant::now(), sent: 0 }
    }

    /// Takes so many, after so many bytes were sent in all, and says whether they may come.
    pub fn take(&mut self, frames: usize, sent: u64, now: Instant) -> bool {
        let frames = frames as u64;
        if frames > self.left {
            let passed = now.saturating_duration_since(self.since);
            let more = EACH_SECOND.saturating_mul(passed.as_secs())
                + EACH_SECOND * u64::from(passed.subsec_millis()) / 1_000
                + 2 * sent.saturating_sub(self.sent) / BYTES;
            if more > 0 {
                (self.since, self.sent) = (now, sent);
                self.left = self.left.saturating_add(more).min(MOST);
            }
        }
        let may = frames <= self.left;
        self.left = self.left.saturating_sub(frames);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn so_many_at_once_and_so_many_a_second() {
        let (mut quota, start) = (Quota::new(), Instant::now());
        assert!(quota.take(MOST as usize, 0, start) && !quota.take(1, 0, start));
        for pause in 1..100 {
            let now = start + pause * Duration::from_millis(10);
            assert!(quota.take(EACH_SECOND as usize / 100, 0, now), "{pause}");
            assert!(!quota.take(1, 0, now), "{pause}");
        }
        assert!(!Quota::new().take(MOST as usize + 1, 0, start));
    }

    #[test]
    fn what_we_send_may_be_told_of() {
        let (mut quota, start) = (Quota::new(), Instant::now());
        let mut sent = 0;
        for _ in 0..100_000 {
            sent += 16_384;
            assert!(quota.take(2, sent, start));
        }
    }
}
