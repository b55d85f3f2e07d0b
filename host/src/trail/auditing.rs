//! Where a call's requests are recorded.

use crate::audit::{Audit, CallRecord, RequestRecord, SendingRecord};
use crate::cover::Redactor;
use crate::transport::Source;
use std::io;
use std::sync::{Arc, OnceLock};

/// Where a call's requests are recorded, and what stands in each record.
pub(crate) struct Auditing {
    pub(crate) sink: Arc<dyn Audit>,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) call: String,
    pub(crate) integration: String,
    /// The digest of the component.
    pub(crate) component: String,
    pub(crate) command: String,
    pub(crate) investigation: Option<String>,
    /// Who answers.
    pub(crate) source: Source,
    /// The recording that does.
    pub(crate) case: Option<String>,
    /// Why a record could not be kept.
    pub(crate) failed: OnceLock<String>,
}

/// Each record passes here on its way: all of its texts that are not soar's own words are without credentials, whoever they
/// are from.
impl Auditing {
    fn cover(&self, text: &str) -> String {
        self.redactor.text(text)
    }

    pub(crate) fn sending(&self, record: SendingRecord<'_>) -> io::Result<()> {
        self.sink.sending(&SendingRecord {
            integration: &self.cover(record.integration),
            command: &self.cover(record.command),
            investigation: record.investigation.map(|text| self.cover(text)).as_deref(),
            case: record.case.map(|text| self.cover(text)).as_deref(),
            method: &self.cover(record.method),
            url: &self.cover(record.url),
            credential: record.credential.map(|text| self.cover(text)).as_deref(),
            ..record
        })
    }

    pub(crate) fn request(&self, record: RequestRecord<'_>) -> io::Result<()> {
        self.sink.request(&RequestRecord {
            integration: &self.cover(record.integration),
            command: &self.cover(record.command),
            investigation: record.investigation.map(|text| self.cover(text)).as_deref(),
            case: record.case.map(|text| self.cover(text)).as_deref(),
            method: &self.cover(record.method),
            url: &self.cover(record.url),
            reason: &self.redactor.sentence(record.reason),
            credential: record.credential.map(|text| self.cover(text)).as_deref(),
            error: record.error.map(|text| self.redactor.sentence(text)).as_deref(),
            ..record
        })
    }

    pub(crate) fn call(&self, record: CallRecord<'_>) -> io::Result<()> {
        self.sink.call(&CallRecord {
            integration: &self.cover(record.integration),
            version: &self.cover(record.version),
            command: &self.cover(record.command),
            investigation: record.investigation.map(|text| self.cover(text)).as_deref(),
            case: record.case.map(|text| self.cover(text)).as_deref(),
            ..record
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Decision, JsonLines};
    use crate::cover::Secrets;
    use proptest::prelude::*;
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

    /// The three records, with this in each text that somebody else than soar has a say in.
    fn records(text: &str) -> String {
        let lines = Lines::default();
        let auditing = Auditing {
            sink: Arc::new(JsonLines::new(lines.clone())),
            redactor: Arc::new(Redactor::new(Secrets::new([TOKEN]))),
            call: "c".into(),
            integration: text.into(),
            component: "sha256:0".into(),
            command: text.into(),
            investigation: Some(text.into()),
            source: Source::Replay,
            case: Some(text.into()),
            failed: OnceLock::new(),
        };
        let Auditing { call, integration, component, command, investigation, .. } = &auditing;
        let (time, investigation) = (jiff::Timestamp::UNIX_EPOCH, investigation.as_deref());
        let sending = SendingRecord {
            time,
            call,
            request: 1,
            integration,
            component,
            command,
            investigation,
            source: Source::Replay,
            case: Some(text),
            method: text,
            url: text,
            credential: Some(text),
        };
        auditing.sending(sending).unwrap();
        let request = RequestRecord {
            time,
            call,
            request: 1,
            integration,
            component,
            command,
            investigation,
            source: Source::Replay,
            case: Some(text),
            method: text,
            url: text,
            decision: Decision::Deny,
            code: "undeclared",
            reason: text,
            credential: Some(text),
            placeholder_in: &[],
            address: None,
            status: None,
            error: Some(text),
            sent_bytes: 0,
            received_bytes: 0,
            duration_ms: 0.0,
        };
        auditing.request(request).unwrap();
        let call = CallRecord {
            time,
            call,
            integration,
            component,
            version: text,
            command,
            investigation,
            source: Source::Replay,
            case: Some(text),
            outcome: "done",
            limit: None,
            requests: 1,
            denied: 1,
            sent_bytes: 0,
            received_bytes: 0,
            memory_bytes: None,
            duration_ms: 0.0,
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
            prop_assert_eq!(records.matches("[redacted]").count(), 7 + 9 + 5);
            // As it would stand in a text of JSON, too.
            for form in FORMS {
                prop_assert!(!records.contains(&form.replace('\\', "\\\\")), "{}", records);
            }
        }
    }
}
