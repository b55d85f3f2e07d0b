//! The record of a call, when it ends.

use super::{Auditing, Trail, milliseconds};
use jiff::Timestamp;
use soar_contract::audit::{CallRecord, Changed};
use std::sync::Arc;
use std::time::Instant;

/// A call that is recorded when it ends, also when whoever waits for it gives up.
pub struct CallGuard {
    auditing: Arc<Auditing>,
    trail: Trail,
    time: Timestamp,
    started: Instant,
    ended: bool,
}

/// What a call came to, for its record.
#[derive(Default)]
pub struct End<'a> {
    /// `done`, or the kind of its failure.
    pub outcome: &'a str,
    /// The limit that stopped it.
    pub limit: Option<&'a str>,
    /// The most memory that its component had, in bytes; 0 if none ran.
    pub memory: u64,
    /// What it made or changed.
    pub changed: Option<&'a Changed>,
}

impl CallGuard {
    /// The guard of a call that begins now.
    #[must_use]
    pub fn begin(trail: Trail, auditing: Arc<Auditing>) -> Self {
        Self { auditing, trail, time: Timestamp::now(), started: Instant::now(), ended: false }
    }

    /// Records the call.
    ///
    /// # Errors
    /// If it could not be recorded, or one of its requests could not: why.
    pub fn end(mut self, end: &End<'_>) -> Result<(), String> {
        self.record(end)
    }

    fn record(&mut self, end: &End<'_>) -> Result<(), String> {
        self.ended = true;
        let Self { auditing, trail, .. } = self;
        let totals = trail.close();
        let kept = auditing.call(CallRecord {
            time: self.time,
            call: &auditing.call,
            facts: &auditing.facts,
            outcome: end.outcome,
            limit: end.limit,
            requests: totals.requests,
            denied: totals.denied,
            sent_bytes: totals.sent,
            received_bytes: totals.received,
            memory_bytes: (end.memory > 0).then_some(end.memory),
            duration_ms: milliseconds(self.started),
            result: end.changed,
        });
        kept.map_err(|error| error.to_string())?;
        auditing.failed.get().map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.record(&End { outcome: "cancelled", ..End::default() })
        {
            let command = &self.auditing.facts.command;
            tracing::error!(error, command, "a call that was given up is not in the audit");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::Covering;
    use crate::trail::auditing::tests::facts;
    use crate::trail::{Judged, Step, call_id};
    use soar_contract::audit::{Audit, RequestRecord, Ruling, SendingRecord};
    use std::io;
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    /// Says when it is asked to keep the record of this name, and keeps it when it is told to, or after a while.
    struct Disk {
        slow: &'static str,
        begun: Sender<()>,
        go_on: Mutex<Receiver<()>>,
        kept: Mutex<Vec<&'static str>>,
    }

    impl Disk {
        fn new(slow: &'static str) -> (Arc<Self>, Receiver<()>, Sender<()>) {
            let (begun, has_begun) = channel();
            let (go, go_on) = channel();
            (Arc::new(Self { slow, begun, go_on: go_on.into(), kept: Mutex::default() }), has_begun, go)
        }

        fn keep(&self, name: &'static str) {
            if name == self.slow {
                self.begun.send(()).unwrap();
                let _ = self.go_on.lock().unwrap().recv_timeout(Duration::from_millis(200));
            }
            self.kept.lock().unwrap().push(name);
        }
    }

    impl Audit for Disk {
        fn sending(&self, _: &SendingRecord<'_>) -> io::Result<()> {
            self.keep("sending");
            Ok(())
        }

        fn request(&self, _: &RequestRecord<'_>) -> io::Result<()> {
            self.keep("request");
            Err(io::Error::other("the disk is full"))
        }

        fn call(&self, _: &CallRecord<'_>) -> io::Result<()> {
            self.keep("call");
            Ok(())
        }
    }

    /// A call with a request.
    fn call(disk: &Arc<Disk>, method: &str) -> (CallGuard, Trail, Arc<Step>) {
        let auditing = Arc::new(Auditing::new(disk.clone(), Covering::default(), call_id(), facts("c")));
        let trail = Trail::new(Some(auditing.clone()));
        let step = trail.begin(Judged {
            method,
            safe: method == "GET",
            path: "/",
            url: "http://x/",
            decision: Ruling::Allow,
            code: "declared",
            reason: "",
            credential: None,
        });
        (CallGuard::begin(trail.clone(), auditing), trail, step)
    }

    #[test]
    fn a_call_is_recorded_after_a_request_that_ends_on_another_thread() {
        let (disk, begun, _go) = Disk::new("request");
        let (guard, _, step) = call(&disk, "GET");
        assert!(step.leaves());
        // As tokio does with a task that was aborted.
        let ending = std::thread::spawn(move || step.give_up("given up"));
        begun.recv().unwrap();
        let ended = guard.end(&End { outcome: "done", ..End::default() });
        ending.join().unwrap();
        assert_eq!(*disk.kept.lock().unwrap(), ["sending", "request", "call"]);
        assert!(ended.unwrap_err().contains("the disk is full"));
    }

    #[test]
    fn a_write_that_leaves_as_its_call_ends_is_told() {
        let (disk, begun, go) = Disk::new("sending");
        let (guard, trail, step) = call(&disk, "DELETE");
        let leaving = std::thread::spawn(move || step.leaves());
        begun.recv().unwrap();
        trail.set_over();
        assert_eq!(trail.writes(), ["DELETE / (no answer yet)"]);
        go.send(()).unwrap();
        assert!(leaving.join().unwrap());
        drop(guard);
    }
}
