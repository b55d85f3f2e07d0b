//! What ends a process that nobody waits for any more.

use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};

/// Starts one process, waits for it, and ends it. Cheap to clone: one thread waits for what another one may end.
#[derive(Clone, Default)]
pub(crate) struct Ender(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    child: Option<Child>,
    ended: bool,
}

/// Ends it when this is dropped.
pub(crate) struct EndsWhenDropped(Ender);

impl Ender {
    /// What ends it when it is dropped.
    pub(crate) fn when_dropped(&self) -> EndsWhenDropped {
        EndsWhenDropped(self.clone())
    }

    /// Starts it, if it was not ended before, and gives its standard input and output.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<(ChildStdin, ChildStdout)> {
        self.with(|state| {
            if state.ended {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let child = state.child.insert(command.spawn()?);
            child.stdin.take().zip(child.stdout.take()).ok_or_else(|| io::ErrorKind::BrokenPipe.into())
        })
    }

    /// Waits for one that has closed its standard output, as it does when it ends. An error if somebody else in this process
    /// has waited for it, or this process does not wait for others at all.
    pub(super) fn wait(&self) -> io::Result<ExitStatus> {
        // Its number may be another process's from here on.
        self.with(|state| match state.child.take() {
            Some(mut child) => child.wait(),
            None => Err(io::ErrorKind::NotFound.into()),
        })
    }

    /// Ends it, if it was started and has not ended, and keeps it from being started.
    pub(super) fn end(&self) {
        self.with(|state| {
            state.ended = true;
            if let Some(child) = &mut state.child {
                // It may have ended by itself.
                drop(child.kill());
            }
        });
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for EndsWhenDropped {
    fn drop(&mut self) {
        self.0.end();
    }
}
