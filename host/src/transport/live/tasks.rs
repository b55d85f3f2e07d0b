//! The tasks that drive a connection.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::rt::Executor;
use tokio::task::JoinSet;

/// Those of one connection. They end in good order by themselves only if the server takes what they have to say. Cheap to
/// clone: the tasks start others.
#[derive(Clone)]
pub(super) struct Tasks(Arc<Mutex<Option<JoinSet<()>>>>);

impl Tasks {
    /// None yet.
    pub fn new() -> Tasks {
        Tasks(Arc::new(Mutex::new(Some(JoinSet::new()))))
    }

    /// Ends all of them, whatever they do, and those that would come.
    pub fn end(&self) {
        let tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // They have clones of this: not while it is locked.
        drop(tasks);
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, task: F) {
        if let Some(tasks) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move { drop(task.await) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_end_at_once_and_none_come_after() {
        let tasks = Tasks::new();
        let held = Arc::new(());
        for _ in 0..3 {
            let (held, again) = (held.clone(), tasks.clone());
            tasks.execute(async move {
                std::future::pending::<()>().await;
                drop((held, again));
            });
        }
        assert_eq!(Arc::strong_count(&held), 4);
        tasks.end();
        while Arc::strong_count(&held) > 1 {
            tokio::task::yield_now().await;
        }
        let late = held.clone();
        tasks.execute(async move { drop(late) });
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
