//! Many requests in flight at once, on one thread: futures that wait for `wasi:io` pollables.
//!
//! There are no wakers: [`block_on`] polls everything again whenever the host says that one of the pollables is
//! ready. With a handful of requests in flight that is cheaper than keeping books. Of `futures_util`, that fits what polls
//! everything that it has, as `join` and `select` do; `FuturesOrdered`, `join_all` of many and `buffered` wait for wakers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use wasip2::io::poll::{Pollable, poll};

thread_local! {
    /// What the pending futures wait for. Weak, so that a future which is dropped takes its pollable along before
    /// the stream that the pollable belongs to: the host traps on the other order.
    static WAITING: RefCell<Vec<Weak<Pollable>>> = const { RefCell::new(Vec::new()) };
}

/// Runs a future to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        next();
    }
}

/// Waits until one of the pollables is ready. Its code stands once, not once for each command.
#[inline(never)]
fn next() {
    let waiting: Vec<Rc<Pollable>> = WAITING.take().iter().filter_map(Weak::upgrade).collect();
    poll(&waiting.iter().map(Rc::as_ref).collect::<Vec<_>>());
}

/// Waits until the pollable is ready.
pub async fn wait(pollable: Pollable) {
    let pollable = Rc::new(pollable);
    poll_fn(|_| {
        if pollable.ready() {
            return Poll::Ready(());
        }
        WAITING.with_borrow_mut(|waiting| waiting.push(Rc::downgrade(&pollable)));
        Poll::Pending
    })
    .await;
}

/// Futures that run at once, and whose outputs come in the order in which they were added.
pub struct Ordered<F: Future> {
    slots: VecDeque<Slot<F>>,
    /// How many at the end have not been started.
    new: usize,
}

enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

impl<F: Future> Slot<F> {
    fn poll(&mut self, context: &mut Context<'_>) {
        if let Self::Running(future) = self
            && let Poll::Ready(output) = future.as_mut().poll(context)
        {
            *self = Self::Done(output);
        }
    }
}

impl<F: Future> Ordered<F> {
    /// None yet.
    pub fn new() -> Self {
        Self { slots: VecDeque::new(), new: 0 }
    }

    /// How many have not given their output.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds one. It starts when an output is waited for.
    pub fn push(&mut self, future: F) {
        self.slots.push_back(Slot::Running(Box::pin(future)));
        self.new += 1;
    }

    /// The output of the one that was added first; none if there is none.
    ///
    /// It is given as soon as it is there, before the others go on: whoever adds another one then has it started while
    /// there is still something to do for those that have arrived.
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|context| {
            let started = self.slots.len() - std::mem::take(&mut self.new);
            self.slots.iter_mut().skip(started).for_each(|slot| slot.poll(context));
            let Some(first) = self.slots.front_mut() else { return Poll::Ready(None) };
            first.poll(context);
            match self.slots.pop_front() {
                Some(Slot::Done(output)) => Poll::Ready(Some(output)),
                running => {
                    self.slots.iter_mut().for_each(|slot| slot.poll(context));
                    self.slots.extend(running);
                    self.slots.rotate_right(1);
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// Runs all at once, started in their order; the outputs come in the same order.
pub async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    join_some(usize::MAX, futures).await
}

/// Runs all, no more than `most` at once, started in their order; the outputs come in the same order.
pub async fn join_some<F: Future>(most: usize, futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut futures = futures.into_iter();
    let mut running = Ordered::new();
    futures.by_ref().take(most).for_each(|future| running.push(future));
    let mut outputs = Vec::new();
    while let Some(output) = running.next().await {
        outputs.push(output);
        futures.next().into_iter().for_each(|future| running.push(future));
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Ready at the given poll.
    fn after(polls: u32, value: u32) -> impl Future<Output = u32> {
        let left = Cell::new(polls);
        poll_fn(move |_| {
            left.set(left.get() - 1);
            if left.get() == 0 { Poll::Ready(value) } else { Poll::Pending }
        })
    }

    fn drive<F: Future>(future: F) -> (F::Output, u32) {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for polls in 1.. {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return (output, polls);
            }
        }
        unreachable!()
    }

    #[test]
    fn all_run_at_once_and_keep_their_order() {
        let (outputs, polls) = drive(join_all([after(3, 1), after(1, 2), after(2, 3)]));
        assert_eq!(outputs, [1, 2, 3]);
        assert!(polls <= 3, "{polls}");
        let none: [std::future::Ready<u32>; 0] = [];
        assert!(drive(join_all(none)).0.is_empty());
    }

    #[test]
    fn outputs_come_in_the_order_of_their_futures() {
        let mut ordered = Ordered::new();
        ordered.push(after(3, 1));
        ordered.push(after(1, 2));
        assert_eq!(drive(ordered.next()), (Some(1), 2), "the first poll starts it");
        ordered.push(after(2, 3));
        assert_eq!(drive(ordered.next()), (Some(2), 1));
        assert_eq!(drive(ordered.next()), (Some(3), 1), "it was started with the one before");
        assert_eq!(drive(ordered.next()), (None, 1));
    }

    #[test]
    fn some_run_at_once_and_keep_their_order() {
        let running = Cell::new(0);
        let one = async |number: u32| {
            running.set(running.get() + 1);
            let output = after(2, number).await;
            assert!(running.get() <= 3, "{} at once", running.get());
            running.set(running.get() - 1);
            output
        };
        assert_eq!(drive(join_some(3, (0..8).map(one))).0, (0..8).collect::<Vec<_>>());
        assert_eq!(running.get(), 0);
    }
}
