//! One request of a call and its answer, as they are recorded.

use super::{Auditing, Totals, milliseconds};
use crate::accounts::{Account, Found};
use crate::transport::{Reached, Received};
use jiff::Timestamp;
use soar_contract::audit::{CallFacts, RequestRecord, Ruling, SendingRecord};
use soar_contract::source::Source;
use soar_contract::text::cut;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use tracing::Span;

/// The most bytes that are kept of what somebody else has written.
pub const MOST: usize = 1000;

/// A request as it was judged.
pub struct Judged<'a> {
    pub(crate) method: &'a str,
    /// Whether it changes nothing.
    pub(crate) safe: bool,
    pub(crate) path: &'a str,
    /// Without the values of its query.
    pub(crate) url: &'a str,
    pub(crate) decision: Ruling,
    pub(crate) code: &'static str,
    pub(crate) reason: &'a str,
    pub(crate) credential: Option<&'a str>,
}

/// A request and its answer.
pub struct Step {
    /// In its call, from 1.
    number: u64,
    method: String,
    safe: bool,
    path: String,
    decision: Ruling,
    code: &'static str,
    auditing: Option<Arc<Auditing>>,
    /// Until it has ended.
    span: Mutex<Span>,
    /// Until it is recorded.
    record: Mutex<Option<Kept>>,
    started: Instant,
    /// It was given to the transport.
    left: AtomicBool,
    status: AtomicU16,
    sent: AtomicU64,
    /// As the component gets it.
    received: AtomicU64,
    /// As it came, where that is something else.
    packed: OnceLock<Received>,
    placeholders: AtomicU8,
    reached: Reached,
    error: OnceLock<String>,
    /// Of its credential.
    account: OnceLock<Found>,
    ended: AtomicBool,
}

/// What is kept of a request for its record alone.
struct Kept {
    time: Timestamp,
    url: String,
    reason: String,
    credential: Option<String>,
}

/// Where a placeholder was found.
#[derive(Clone, Copy)]
pub enum Place {
    /// The URL.
    Url = 1,
    /// A header.
    Header = 2,
    /// The body.
    Body = 4,
}

impl Step {
    pub(super) fn new(number: u64, judged: Judged<'_>, auditing: Option<Arc<Auditing>>, call: &Span) -> Self {
        let Judged { method, path, .. } = judged;
        let span = tracing::info_span!(parent: call, "request", request = number, method, path);
        let record = auditing.as_ref().map(|_| Kept {
            time: Timestamp::now(),
            url: judged.url.to_owned(),
            reason: judged.reason.to_owned(),
            credential: judged.credential.map(str::to_owned),
        });
        Self {
            number,
            method: judged.method.to_owned(),
            safe: judged.safe,
            path: judged.path.to_owned(),
            decision: judged.decision,
            code: judged.code,
            auditing,
            span: Mutex::new(span),
            record: Mutex::new(record),
            started: Instant::now(),
            left: AtomicBool::new(false),
            status: AtomicU16::new(0),
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            packed: OnceLock::new(),
            placeholders: AtomicU8::new(0),
            reached: Reached::default(),
            error: OnceLock::new(),
            account: OnceLock::new(),
            ended: AtomicBool::new(false),
        }
    }

    /// The method and the path, for people: without credentials.
    pub(crate) fn line(&self) -> (&str, &str) {
        (&self.method, &self.path)
    }

    /// What is said while it goes on is said in this.
    pub(crate) fn span(&self) -> Span {
        self.span.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn record(&self) -> MutexGuard<'_, Option<Kept>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it does not leave, as it changes something and nothing is to be changed.
    fn is_held(&self, auditing: &Auditing) -> bool {
        auditing.facts.source == Source::DryRun && !self.safe
    }

    /// What its records say of its call. Who answers it: in a dry run a server what only reads, a recording the rest.
    fn facts<'a>(&self, auditing: &'a Auditing) -> Cow<'a, CallFacts> {
        let source = match auditing.facts.source {
            Source::DryRun if self.safe => Source::Live,
            Source::DryRun => Source::Rehearsal,
            _ => return Cow::Borrowed(&auditing.facts),
        };
        Cow::Owned(CallFacts { source, ..auditing.facts.clone() })
    }

    /// Whose the credential in it is, or why that is not known.
    pub(crate) fn of_account(&self, found: Found) {
        drop(self.account.set(found));
    }

    fn account(&self) -> Option<&Account> {
        self.account.get()?.as_ref().ok()
    }

    /// Records that it is about to leave. It must not leave if that can't be kept, or if it has ended already.
    pub(crate) fn leaves(&self) -> bool {
        if self.ended.load(Ordering::Relaxed) {
            return false;
        }
        let record = self.record();
        if self.auditing.is_some() && record.is_none() {
            // It has ended since then, and its record is there.
            return false;
        }
        // First: a call that ends just now tells what may have left.
        self.left.store(true, Ordering::Relaxed);
        if let (Some(auditing), Some(Kept { url, credential, .. })) = (&self.auditing, &*record)
            && !self.is_held(auditing)
        {
            let kept = auditing.sending(SendingRecord {
                time: Timestamp::now(),
                call: &auditing.call,
                request: self.number,
                facts: &self.facts(auditing),
                method: &self.method,
                url,
                credential: credential.as_deref(),
                account: self.account().map(|account| &*account.id),
                account_name: self.account().and_then(|account| account.name.as_deref()),
            });
            if let Err(error) = kept {
                drop(auditing.failed.set(error.to_string()));
                self.left.store(false, Ordering::Relaxed);
                return false;
            }
        }
        true
    }

    /// Where its transport says where it was sent.
    pub(crate) fn reached(&self) -> Reached {
        self.reached.clone()
    }

    pub(crate) fn answered(&self, status: u16, peer: Option<SocketAddr>) {
        self.status.store(status, Ordering::Relaxed);
        if let Some(peer) = peer {
            self.reached.set(peer);
        }
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes of the answer as the component gets them, and says how many there are by now.
    pub(crate) fn received(&self, bytes: u64) -> u64 {
        self.received.fetch_add(bytes, Ordering::Relaxed) + bytes
    }

    /// Its answer is unpacked on its way, and this is how much has come.
    pub(crate) fn comes(&self, packed: Received) {
        drop(self.packed.set(packed));
    }

    /// How many bytes of the answer's body have come.
    fn came(&self) -> u64 {
        self.packed.get().map_or_else(|| self.received.load(Ordering::Relaxed), Received::get)
    }

    pub(crate) fn found_placeholder(&self, place: Place) {
        self.placeholders.fetch_or(place as u8, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn has_placeholder(&self, place: Place) -> bool {
        self.placeholders.load(Ordering::Relaxed) & place as u8 != 0
    }

    /// Why there is no answer, or not all of it. A server's words may be in it: of long ones the beginning is kept.
    pub(crate) fn failed(&self, why: &str) {
        let why = self.auditing.as_ref().map_or(Cow::Borrowed(why), |auditing| auditing.redactor.sentence(why).into());
        drop(self.error.set(cut(&why, MOST).into_owned()));
    }

    pub(super) fn add_to(&self, totals: &mut Totals) {
        totals.requests += 1;
        totals.denied += u64::from(self.decision == Ruling::Deny);
        totals.sent += self.sent.load(Ordering::Relaxed);
        totals.received += self.came();
    }

    /// Ends it, as failed if it has not ended yet.
    pub(super) fn give_up(&self, why: &str) {
        if !self.ended.load(Ordering::Relaxed) && self.decision == Ruling::Allow {
            self.failed(why);
        }
        self.end();
    }

    /// Records it, once.
    pub(crate) fn end(&self) {
        // Who ends it at the same time, as the end of its call does, goes on when it is recorded.
        let mut record = self.record();
        if self.ended.swap(true, Ordering::Relaxed) {
            return;
        }
        *self.span.lock().unwrap_or_else(PoisonError::into_inner) = Span::none();
        let kept = record.take();
        let (Some(auditing), Some(Kept { time, url, reason, credential })) = (&self.auditing, kept) else { return };
        let found = self.placeholders.load(Ordering::Relaxed);
        let places = [(Place::Url, "url"), (Place::Header, "header"), (Place::Body, "body")];
        let placeholder_in: Vec<_> =
            places.into_iter().filter(|(place, _)| found & *place as u8 != 0).map(|(_, name)| name).collect();
        let status = self.status.load(Ordering::Relaxed);
        let kept = auditing.request(RequestRecord {
            time,
            call: &auditing.call,
            request: self.number,
            facts: &self.facts(auditing),
            method: &self.method,
            url: &url,
            decision: self.decision,
            code: self.code,
            reason: &reason,
            credential: credential.as_deref(),
            account: self.account().map(|account| &*account.id),
            account_name: self.account().and_then(|account| account.name.as_deref()),
            account_unknown: match self.account.get() {
                Some(found) => found.as_ref().err().map(|why| &**why),
                None if credential.is_some() && self.decision == Ruling::Allow => {
                    Some("the request ended before it was asked for")
                }
                None => None,
            },
            placeholder_in: &placeholder_in,
            address: self.reached.get(),
            status: (status != 0).then_some(status),
            error: self.error.get().map(String::as_str),
            sent_bytes: if self.is_held(auditing) { 0 } else { self.sent.load(Ordering::Relaxed) },
            received_bytes: self.came(),
            duration_ms: milliseconds(self.started),
        });
        if let Err(error) = kept {
            drop(auditing.failed.set(error.to_string()));
        }
    }

    /// Why the call was not done with it, if it has an answer that helps nobody, or none: words for people.
    pub(super) fn trouble(&self) -> Option<String> {
        let Self { method, path, .. } = self;
        if self.decision == Ruling::Deny {
            return None;
        }
        match (self.status.load(Ordering::Relaxed), self.error.get()) {
            (0, Some(error)) => Some(format!("{method} {path}: {error}")),
            (0, None) => Some(format!("{method} {path}: no answer had come")),
            (status @ 400.., _) => Some(format!("{method} {path} was answered {status}")),
            (status, Some(error)) => Some(format!("{method} {path}, answered {status}: {error}")),
            (_, None) => None,
        }
    }

    /// Whether it may have changed something, and was not refused.
    pub(super) fn may_have_changed(&self) -> bool {
        !self.safe && self.decision == Ruling::Allow && self.status.load(Ordering::Relaxed) < 400
    }

    /// What it is to people, if it may have changed something.
    pub(super) fn write(&self) -> Option<String> {
        if self.safe || !self.left.load(Ordering::Relaxed) {
            return None;
        }
        let Self { method, path, .. } = self;
        Some(match (self.status.load(Ordering::Relaxed), self.error.get()) {
            (0, Some(error)) => format!("{method} {path} (no answer: {error})"),
            (0, None) => format!("{method} {path} (no answer yet)"),
            (status, _) => format!("{method} {path} (answered {status})"),
        })
    }
}

/// Ends a step when the last of it is dropped.
pub struct Ending(pub(crate) Arc<Step>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.give_up(match self.0.status.load(Ordering::Relaxed) {
            _ if !self.0.left.load(Ordering::Relaxed) => "given up before it left",
            0 => "given up before an answer came",
            _ => "the answer was not read to its end",
        });
    }
}
