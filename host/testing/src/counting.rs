//! How many requests wait for an answer at once.

use soar_network::transport::{Answering, Outbound, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A transport that is counted.
#[derive(Clone)]
pub struct Counting {
    inner: Arc<dyn Transport>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Counting {
    pub fn new(inner: impl Transport) -> Self {
        Self { inner: Arc::new(inner), now: Arc::default(), most: Arc::default() }
    }

    /// The most that have waited at once.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Transport for Counting {
    fn send(&self, request: Outbound) -> Answering {
        let (counting, answer) = (self.clone(), self.inner.send(request));
        Box::pin(async move {
            let now = counting.now.fetch_add(1, Ordering::SeqCst) + 1;
            counting.most.fetch_max(now, Ordering::SeqCst);
            // Whoever may be under way as well gets its turn.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            counting.now.fetch_sub(1, Ordering::SeqCst);
            answer.await
        })
    }
}
