//! Where a call's requests are recorded.

use crate::cover::Covering;
use serde_json::Value;
use soar_contract::audit::{Audit, CallFacts, CallRecord, Changed, RequestRecord, SendingRecord, Thing};
use soar_contract::text;
use soar_system::random;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

/// Where a call's requests are recorded, and what stands in each record.
pub struct Auditing {
    sink: Arc<dyn Audit>,
    /// Takes credentials out of what is recorded.
    pub redactor: Covering,
    /// The call's id.
    pub call: String,
    /// Covered.
    pub facts: CallFacts,
    /// Why a record could not be kept.
    pub failed: OnceLock<String>,
}

/// Each record passes here on its way: all of its texts that are not soar's own words are without credentials, whoever they
/// are from.
impl Auditing {
    /// What records a call: where, and what is the same in all its records.
    pub fn new(sink: Arc<dyn Audit>, redactor: Covering, call: String, facts: CallFacts) -> Self {
        // Of a text without end, whoever it is from, the beginning.
        let facts = facts.covered(|text| text::cut(&redactor.text(text), super::MOST).into_owned());
        Self { sink, redactor, call, facts, failed: OnceLock::new() }
    }

    /// Where a request of the host's own is recorded that is made for this call: as a call of its own, by the same people.
    pub(crate) fn beside(&self, command: &str) -> Self {
        let facts = CallFacts { command: command.to_owned(), ..self.facts.clone() };
        let (sink, redactor) = (self.sink.clone(), self.redactor.clone());
        Self { sink, redactor, call: call_id(), facts, failed: OnceLock::new() }
    }

    fn cover(&self, text: &str) -> String {
        self.redactor.text(text)
    }

    /// Records that a request is about to leave.
    ///
    /// # Errors
    /// If the record can't be kept.
    pub fn sending(&self, record: SendingRecord<'_>) -> io::Result<()> {
        kept(|| {
            self.sink.sending(&SendingRecord {
                method: &self.cover(record.method),
                url: &self.cover(record.url),
                credential: record.credential.map(|text| self.cover(text)).as_deref(),
                account: record.account.map(|text| self.cover(text)).as_deref(),
                account_name: record.account_name.map(|text| self.cover(text)).as_deref(),
                ..record
            })
        })
    }

    /// Records what became of a request.
    ///
    /// # Errors
    /// If the record can't be kept.
    pub fn request(&self, record: RequestRecord<'_>) -> io::Result<()> {
        kept(|| {
            self.sink.request(&RequestRecord {
                method: &self.cover(record.method),
                url: &self.cover(record.url),
                reason: &self.redactor.sentence(record.reason),
                credential: record.credential.map(|text| self.cover(text)).as_deref(),
                account: record.account.map(|text| self.cover(text)).as_deref(),
                account_name: record.account_name.map(|text| self.cover(text)).as_deref(),
                account_unknown: record.account_unknown.map(|text| self.redactor.sentence(text)).as_deref(),
                error: record.error.map(|text| self.redactor.sentence(text)).as_deref(),
                ..record
            })
        })
    }

    /// Records what became of the call.
    ///
    /// # Errors
    /// If the record can't be kept.
    pub fn call(&self, record: CallRecord<'_>) -> io::Result<()> {
        let result = record.result.map(|changed| self.covered(changed));
        kept(|| self.sink.call(&CallRecord { result: result.as_ref(), ..record }))
    }

    /// What a server said that it made or changed: of long texts the beginning.
    fn covered(&self, changed: &Changed) -> Changed {
        let kept = |text: &str| text::cut(&self.cover(text), super::MOST).into_owned();
        let thing = |thing: &Thing| Thing {
            prefix: kept(&thing.prefix),
            key: kept(&thing.key),
            value: match &thing.value {
                Value::String(text) => kept(text).into(),
                // A credential may be of digits alone.
                Value::Number(number) => {
                    let shown = number.to_string();
                    let covered = self.cover(&shown);
                    if covered == shown { number.clone().into() } else { covered.into() }
                }
                value => value.clone(),
            },
        };
        Changed { count: changed.count, things: changed.things.iter().map(thing).collect() }
    }
}

/// Gives a record to whoever keeps it. Much of it is done as something ends, where a panic of theirs would end the program.
fn kept(record: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    std::panic::catch_unwind(AssertUnwindSafe(record))
        .unwrap_or_else(|_| Err(io::Error::other("whoever keeps it has panicked")))
}

/// New for each call of any host: 64 random bits in hex.
pub fn call_id() -> String {
    let [word] = random::words();
    format!("{word:016x}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cover::{Redactor, Secrets};
    use proptest::prelude::*;
    use soar_contract::audit::Ruling;
    use soar_contract::source::Source;
    use soar_system::audit_file::JsonLines;
    use std::io::Write;
    use std::sync::Mutex;

    const TOKEN: &str = "tokentokentokentokentoken1";
    const FORMS: [&str; 4] = [
        TOKEN,
        "%74okentokentokentokentoken1",
        "dG9rZW50b2tlbnRva2VudG9rZW50b2tlbjE=",
        "\\u0074okentokentokentokentoken1",
    ];

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// With this in each text of it.
    pub(in crate::trail) fn facts(text: &str) -> CallFacts {
        let some = || Some(text.to_owned());
        CallFacts {
            integration: text.into(),
            component: "sha256:0".into(),
            version: text.into(),
            command: text.into(),
            investigation: some(),
            source: Source::Replay,
            case: some(),
            instance: some(),
            actor: some(),
            actor_name: some(),
            correlation_id: some(),
        }
    }

    /// The three records, with this in each text that somebody else than soar has a say in.
    fn records(text: &str) -> String {
        let lines = Lines::default();
        let facts = facts(text);
        let redactor = Covering::new(Redactor::new(Secrets::new([TOKEN])));
        let auditing = Auditing::new(Arc::new(JsonLines::new(lines.clone())), redactor, "c".into(), facts);
        let Auditing { call, facts, .. } = &auditing;
        let time = jiff::Timestamp::UNIX_EPOCH;
        let (method, url, credential) = (text, text, Some(text));
        let (account, account_name) = (Some(text), Some(text));
        auditing
            .sending(SendingRecord { time, call, request: 1, facts, method, url, credential, account, account_name })
            .unwrap();
        let request = RequestRecord {
            time,
            call,
            request: 1,
            facts,
            method,
            url,
            decision: Ruling::Deny,
            code: "undeclared",
            reason: text,
            credential,
            account,
            account_name,
            account_unknown: Some(text),
            placeholder_in: &[],
            address: None,
            status: None,
            error: Some(text),
            sent_bytes: 0,
            received_bytes: 0,
            duration_ms: 0.0,
        };
        auditing.request(request).unwrap();
        let thing = Thing { prefix: text.into(), key: text.into(), value: text.into() };
        let call = CallRecord {
            time,
            call,
            facts,
            outcome: "done",
            limit: None,
            requests: 1,
            denied: 1,
            sent_bytes: 0,
            received_bytes: 0,
            memory_bytes: None,
            duration_ms: 0.0,
            result: Some(&Changed { count: 1, things: vec![thing] }),
        };
        auditing.call(call).unwrap();
        let lines = lines.0.lock().unwrap();
        String::from_utf8(lines.clone()).unwrap()
    }

    proptest! {
        #[test]
        fn no_text_of_a_record_holds_a_credential(
            before in "[a-z/?&=. ]{0,8}",
            form in prop::sample::select(&FORMS),
            after in "[/?&. ][a-z]{0,8}",
        ) {
            let records = records(&format!("{before} {form}{after}"));
            prop_assert_eq!(records.lines().count(), 3);
            prop_assert_eq!(records.matches("[redacted]").count(), 14 + 17 + 12);
            // As it would stand in a text of JSON, too.
            for form in FORMS {
                prop_assert!(!records.contains(&form.replace('\\', "\\\\")), "{}", records);
            }
        }
    }
}
