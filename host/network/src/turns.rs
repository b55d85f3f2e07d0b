//! Giving way to others after so much has been done.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What reads goes on for as long as there is something to read, and a server may see to it that there always is. So after
/// so many bytes others have their turn, and the timer is looked at: a call has a deadline.
pub(crate) struct Turns {
    most: u64,
    since: u64,
    pause: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Turns {
    /// For turns of so many bytes.
    pub fn new(most: u64) -> Self {
        Self { most, since: 0, pause: None }
    }

    /// Ready if it is not the turn of others.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.since >= self.most {
            ready!(self.pause.get_or_insert_with(|| Box::pin(tokio::task::yield_now())).as_mut().poll(context));
            self.pause = None;
            self.since = 0;
        }
        Poll::Ready(())
    }

    /// Waits if it is the turn of others.
    pub async fn give(&mut self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// Notes that so many bytes were read. None at all take their time, too.
    pub fn took(&mut self, bytes: u64) {
        self.since = self.since.saturating_add(bytes.max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_so_many_bytes_it_is_the_turn_of_others() {
        let mut turns = Turns::new(10);
        assert!(poll_fn(|context| Poll::Ready(turns.poll(context).is_ready())).await);
        turns.took(9);
        assert!(poll_fn(|context| Poll::Ready(turns.poll(context).is_ready())).await);
        turns.took(0);
        assert!(poll_fn(|context| Poll::Ready(turns.poll(context).is_pending())).await);
        // And then its own again.
        poll_fn(|context| turns.poll(context)).await;
        assert!(poll_fn(|context| Poll::Ready(turns.poll(context).is_ready())).await);
    }
}
