//! The places in which calls run, where a host has set some aside.

use soar_contract::failure::Busy;
use soar_contract::limits::{Late, in_time};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The places of a host. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Places {
    /// None where each call asks the system for memory.
    all: Option<Kind>,
    /// How many of them one instance may have at once.
    share: u32,
    /// So many of them are for what is of no instance at once: loading waits for whatever a component does.
    loading: Option<Kind>,
}

/// Places of a host or of an instance.
#[derive(Clone)]
struct Kind {
    free: Arc<Semaphore>,
    count: u32,
}

/// The places that one instance may have: the calls of one that waits for a slow server leave room for those of others.
#[derive(Clone, Default)]
pub(crate) struct Share {
    own: Option<Kind>,
    all: Option<Kind>,
}

/// A place that a call has, until this is dropped.
pub(crate) struct Place {
    #[expect(dead_code, reason = "held, not read")]
    held: [Option<OwnedSemaphorePermit>; 2],
    /// What was waited for, if something was.
    pub(crate) waited: Option<Busy>,
}

impl Places {
    /// So many, of which one instance may have its share; half of them if none is said.
    pub(crate) fn new(count: Option<u32>, share: Option<u32>) -> Self {
        let share = share.unwrap_or(count.unwrap_or_default() / 2).max(1);
        let loading = count.map(|count| Kind::new(share.min(count)));
        Self { all: count.map(Kind::new), share, loading }
    }

    /// Whether there are any.
    pub(crate) fn are_set_aside(&self) -> bool {
        self.all.is_some()
    }

    /// Those of a new instance.
    pub(crate) fn share(&self) -> Share {
        let own = self.all.as_ref().map(|all| Kind::new(self.share.min(all.count)));
        Share { own, all: self.all.clone() }
    }

    /// A place for something that is of no instance, as soon as there is one.
    pub(crate) async fn any(&self, deadline: Option<Instant>) -> Result<Place, Busy> {
        let (own, _) = place(self.loading.as_ref(), deadline, Busy::Host).await?;
        let (all, waited) = place(self.all.as_ref(), deadline, Busy::Host).await?;
        Ok(Place { held: [own, all], waited })
    }
}

impl Share {
    /// A place, as soon as there is one.
    pub(crate) async fn place(&self, deadline: Option<Instant>) -> Result<Place, Busy> {
        // Its own first: who waits for that keeps none from others.
        let (own, waited) = place(self.own.as_ref(), deadline, Busy::Instance).await?;
        let (all, waited_too) = place(self.all.as_ref(), deadline, Busy::Host).await?;
        Ok(Place { held: [own, all], waited: waited.or(waited_too) })
    }
}

impl Kind {
    fn new(count: u32) -> Self {
        let permits = usize::try_from(count).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(permits)), count }
    }
}

async fn place(
    kind: Option<&Kind>,
    deadline: Option<Instant>,
    busy: fn(u32) -> Busy,
) -> Result<(Option<OwnedSemaphorePermit>, Option<Busy>), Busy> {
    let Some(Kind { free, count }) = kind else { return Ok((None, None)) };
    let busy = busy(*count);
    if let Ok(permit) = free.clone().try_acquire_owned() {
        return Ok((Some(permit), None));
    }
    let permit = in_time(deadline, free.clone().acquire_owned()).await.map_err(|Late| busy)?;
    // It is never closed.
    Ok((permit.ok(), Some(busy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In no time: what is free is had at once, and what is not is not waited for.
    async fn now(share: &Share) -> Result<Place, Busy> {
        share.place(Some(Instant::now())).await
    }

    #[tokio::test]
    async fn one_instance_leaves_room_for_others() {
        let places = Places::new(Some(4), None);
        let (one, other, third) = (places.share(), places.share(), places.share());
        let held = [now(&one).await.unwrap(), now(&one).await.unwrap()];
        assert_eq!(now(&one).await.err(), Some(Busy::Instance(2)));
        let more = [now(&other).await.unwrap(), now(&other).await.unwrap()];
        assert_eq!(now(&third).await.err(), Some(Busy::Host(4)));
        drop(more);
        assert!(now(&third).await.is_ok());
        // Who waits for its own place keeps none of the others'.
        let waiting = tokio::spawn({
            let one = one.clone();
            async move { one.place(None).await.is_ok() }
        });
        tokio::task::yield_now().await;
        let rest = [now(&other).await.unwrap(), now(&other).await.unwrap()];
        drop(held);
        assert!(waiting.await.unwrap());
        drop(rest);
    }

    #[tokio::test]
    async fn loading_leaves_room_for_calls() {
        let places = Places::new(Some(4), None);
        let now = Some(Instant::now());
        let held = [places.any(now).await.unwrap(), places.any(now).await.unwrap()];
        assert!(places.any(now).await.is_err());
        assert!(places.share().place(now).await.is_ok());
        drop(held);
        assert!(places.any(now).await.is_ok());
    }

    #[tokio::test]
    async fn a_share_is_one_at_least_and_no_more_than_there_are() {
        for (count, share, expected) in [(1, None, 1), (10, None, 5), (10, Some(20), 10), (10, Some(0), 1)] {
            assert_eq!(Places::new(Some(count), share).share().own.unwrap().count, expected);
        }
        assert!(Places::new(None, Some(3)).share().place(Some(Instant::now())).await.is_ok());
    }
}
