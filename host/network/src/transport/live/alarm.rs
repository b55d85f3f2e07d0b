//! Waiting until a deadline.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer for one wait after another: it is armed for the first, left alone by the next ones, whose deadlines are
/// later, and only when it rings too early armed again. So most exchanges on a kept connection touch no timer.
#[derive(Default)]
pub(super) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready at the deadline.
    pub fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(context));
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

/// A moment so long after another; in some decades where there is none.
pub(super) fn after(moment: Instant, duration: Duration) -> Instant {
    const DECADES: Duration = Duration::from_secs(30 * 365 * 86_400);
    moment.checked_add(duration.min(DECADES)).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test]
    async fn it_rings_at_the_deadline_asked_for_last() {
        let (mut alarm, start) = (Alarm::default(), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        for later in [5, 10] {
            assert!(poll_fn(|context| Poll::Ready(alarm.poll(at(600_000), context))).await.is_pending());
            // Sooner than it was armed for; then later than when it rang.
            poll_fn(|context| alarm.poll(at(later), context)).await;
            assert!(Instant::now() >= at(later));
        }
    }
}
