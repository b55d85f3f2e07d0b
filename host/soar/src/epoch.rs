//! What interrupts code that runs on and on: a clock of its own, which ticks while calls run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;
use wasmtime::{Engine, EngineWeak};

/// How often code is interrupted, so that others get their turn, in milliseconds.
pub(crate) const TICK: u64 = 10;
/// So many ticks without a call put the clock to sleep.
const IDLE: u32 = 100;

/// The clock of an engine. It ends with its engine.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    running: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

/// A call that runs: the clock ticks as long as there is one.
pub(crate) struct Running<'a>(&'a Ticker);

impl Ticker {
    /// Starts the clock of an engine.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (engine, theirs) = (engine.weak(), shared.clone());
        let thread = thread::Builder::new().name("soar-epoch".into()).spawn(move || tick(&engine, &theirs))?;
        Ok(Self { shared, thread: thread.thread().clone() })
    }

    /// Has the clock tick until what is returned is dropped.
    pub(crate) fn run(&self) -> Running<'_> {
        self.shared.running.fetch_add(1, Ordering::SeqCst);
        if self.shared.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Running(self)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.shared.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn tick(engine: &EngineWeak, shared: &Shared) {
    let mut idle = 0;
    loop {
        if idle < IDLE {
            thread::sleep(Duration::from_millis(TICK));
        } else {
            shared.asleep.store(true, Ordering::SeqCst);
            // A call that began in between has not seen that we sleep.
            if shared.running.load(Ordering::SeqCst) == 0 {
                thread::park();
            }
            shared.asleep.store(false, Ordering::SeqCst);
            idle = 0;
        }
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Some(engine) = engine.upgrade() else { return };
        match shared.running.load(Ordering::SeqCst) {
            0 => idle += 1,
            _ => {
                idle = 0;
                engine.increment_epoch();
            }
        }
    }
}
