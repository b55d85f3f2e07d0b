//! The audit as JSON lines.

use super::chain::Chain;
use crate::files::{self, append, end_line};
use serde::Serialize;
use soar_contract::audit::{Audit, CallRecord, RequestRecord, SendingRecord};
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The audit as JSON lines: `{"event": "sending", …}`, `{"event": "request", …}` and `{"event": "call", …}`. Each line is
/// written and flushed at once, and has the number and the hash by which [`Verifier`](super::Verifier) finds it; a file
/// opened for appending may be moved away and opened anew by whoever rotates it.
///
/// What `out` has after a flush is what the audit is worth when the process is killed, or the machine stops: a
/// [`File`] has given it to the system then, a [`Durable`] one to the disk.
#[derive(Debug)]
pub struct JsonLines<W>(Mutex<Out<W>>);

#[derive(Debug)]
struct Out<W> {
    out: W,
    /// A line was not written to its end: the next one must not go on with it.
    broken: bool,
    chain: Chain,
    /// What is done before a line and after it.
    enter: fn(&mut W, &mut Chain, &mut bool) -> io::Result<()>,
    leave: fn(&mut W),
}

/// A file whose content is on the disk whenever it is flushed.
#[derive(Debug)]
pub struct Durable {
    file: File,
    /// Its size after what was written here last; none before that.
    end: Option<u64>,
}

/// How long is waited for another process that writes a line: much longer than any disk takes.
const PATIENCE: Duration = Duration::from_secs(10);

impl Durable {
    /// Has the file for itself, and finds out what others have written to it since the last time.
    ///
    /// The chain of a file is one, whoever appends to it: two processes that each went on with a hash of their own would
    /// leave one that nobody can tell from a forged one. Refusing the second would fail what a platform does all day, calls at
    /// the same time; so each has the file for a line.
    fn enter(&mut self, chain: &mut Chain, broken: &mut bool) -> io::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.file.try_lock() {
                // Where a file system has no locks, it is only open.
                Ok(()) | Err(TryLockError::Error(_)) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::other("another program has had it locked for 10 s"));
                }
            }
        }
        if self.end != Some(self.file.metadata()?.len()) {
            end_line(&mut self.file)?;
            *chain = Chain::of(&mut self.file)?;
            *broken = false;
            self.end = Some(self.file.metadata()?.len());
        }
        Ok(())
    }

    fn leave(&mut self) {
        // It is let go of when it is closed at the latest.
        drop(self.file.unlock());
    }
}

impl Write for Durable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.end = self.end.map(|end| end + written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

impl JsonLines<Durable> {
    /// Appends to the file at a path, which is made for this user alone if there is none. Each line is on the disk before
    /// what it tells of goes on. What another process did not write to its end stays a line by itself. The chain of what is
    /// there goes on, also where several processes write to the file.
    ///
    /// # Errors
    /// If the file can't be opened or written, is a link, a folder, a pipe, a device or a socket, or belongs to another
    /// user, or others may read or write it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, files::Error> {
        let file = Durable { file: append(path.as_ref())?, end: None };
        Ok(Self::with(file, Durable::enter, Durable::leave))
    }
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`, from the beginning of a chain: a file that has lines already goes through [`open`](JsonLines::open).
    pub fn new(out: W) -> Self {
        Self::with(out, |_, _, _| Ok(()), |_| ())
    }

    fn with(out: W, enter: fn(&mut W, &mut Chain, &mut bool) -> io::Result<()>, leave: fn(&mut W)) -> Self {
        Self(Mutex::new(Out { out, broken: false, chain: Chain::default(), enter, leave }))
    }

    fn line(&self, event: &'static str, record: &impl Serialize) -> io::Result<()> {
        let out = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entered = (out.enter)(&mut out.out, &mut out.chain, &mut out.broken);
        let written = entered.and_then(|()| out.line(event, record));
        (out.leave)(&mut out.out);
        written
    }
}

impl<W: Write> Out<W> {
    fn line(&mut self, event: &'static str, record: &impl Serialize) -> io::Result<()> {
        let (mut line, chain) = self.chain.line(event, record)?;
        if std::mem::replace(&mut self.broken, true) {
            line.insert(0, b'\n');
        }
        let mut rest = &*line;
        let written = write_all(&mut self.out, &mut rest);
        // Without its line break it is whole, too: the next one is written after it.
        if rest.len() <= 1 {
            self.chain = chain;
        }
        written?;
        self.broken = false;
        self.out.flush()
    }
}

/// Like [`Write::write_all`]; leaves in `rest` what was not written.
fn write_all(out: &mut impl Write, rest: &mut &[u8]) -> io::Result<()> {
    while !rest.is_empty() {
        match out.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => *rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl<W: Write + Send + 'static> Audit for JsonLines<W> {
    fn sending(&self, sending: &SendingRecord<'_>) -> io::Result<()> {
        self.line("sending", sending)
    }

    fn request(&self, request: &RequestRecord<'_>) -> io::Result<()> {
        self.line("request", request)
    }

    fn call(&self, call: &CallRecord<'_>) -> io::Result<()> {
        self.line("call", call)
    }
}

#[cfg(test)]
mod tests;
