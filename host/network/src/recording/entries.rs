//! The entries of a HAR file, one at a time.

use std::borrow::Cow;

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::attached::Attached;
use super::error::{RecordingError, Result};
use super::fields::{Fields, absent, wrong};
use super::foreign;
use super::mend::mend;
use super::read::{HEADERS, entry};
use super::shape::{Items, Keep, Shape};
use super::unreadable::Unreadable;
use super::{ENTRIES, Exchange, Recording, places};

/// The most headers of all entries together.
const ALL_HEADERS: usize = 1_000_000;

const LIST: Shape = Shape::Pairs(HEADERS);

const MARKS: Shape = Shape::Items(&Shape::Items(&Shape::Plain, 2), places::MOST);

const BODY: Shape = Shape::Fields(&[
    ("mimeType", Shape::Plain),
    ("text", Shape::Plain),
    ("encoding", Shape::Plain),
    ("_encoding", Shape::Plain),
    ("_file", Shape::Plain),
    ("_unplayable", Shape::Plain),
    ("size", Shape::Plain),
    ("params", LIST),
]);

const ENTRY: Shape = Shape::Fields(&[
    ("startedDateTime", Shape::Plain),
    ("time", Shape::Plain),
    ("comment", Shape::Plain),
    ("_error", Shape::Plain),
    ("_errorMessage", Shape::Plain),
    ("_failureText", Shape::Plain),
    (
        "request",
        Shape::Fields(&[
            ("method", Shape::Plain),
            ("url", Shape::Plain),
            ("httpVersion", Shape::Plain),
            ("headers", LIST),
            ("postData", BODY),
            ("_redactions", Shape::Fields(&[("url", MARKS), ("body", MARKS)])),
        ]),
    ),
    (
        "response",
        Shape::Fields(&[
            ("status", Shape::Plain),
            ("statusText", Shape::Plain),
            ("httpVersion", Shape::Plain),
            ("headers", LIST),
            ("bodySize", Shape::Plain),
            ("_error", Shape::Plain),
            ("_errorMessage", Shape::Plain),
            ("_failureText", Shape::Plain),
            ("content", BODY),
        ]),
    ),
]);

const FILE: Shape = Shape::Fields(&[
    ("log", Shape::Fields(&[("entries", Shape::Each(&ENTRY))])),
    // By these files of other kinds are known.
    ("info", Shape::Fields(&[("_postman_id", Shape::Plain), ("schema", Shape::Plain)])),
    ("item", Shape::Plain),
    ("openapi", Shape::Plain),
    ("swagger", Shape::Plain),
    ("constants", Shape::Plain),
    ("events", Shape::Plain),
    ("traceEvents", Shape::Plain),
    ("__export_format", Shape::Plain),
    ("suites", Shape::Plain),
]);

/// The entries until now.
struct Entries<'a, 'b> {
    attached: &'b mut Attached<'a>,
    exchanges: Vec<Exchange>,
    unreadable: Vec<Unreadable>,
    headers: usize,
    /// How many there were, whatever came of them.
    count: usize,
    full: bool,
}

impl Items for Entries<'_, '_> {
    fn item(&mut self, index: usize, item: Value) -> bool {
        if index == 0 {
            // A name that is there twice: the last counts, as everywhere.
            self.clear();
        }
        if index == ENTRIES {
            self.full = true;
            return false;
        }
        self.count = index + 1;
        match self.read(&item) {
            Ok(exchange) => self.exchanges.push(exchange),
            Err(error) => self.unreadable.push(Unreadable::new(index, &error.of_entry())),
        }
        true
    }
}

impl<'a, 'b> Entries<'a, 'b> {
    fn new(attached: &'b mut Attached<'a>) -> Self {
        Self { attached, exchanges: Vec::new(), unreadable: Vec::new(), headers: 0, count: 0, full: false }
    }

    fn clear(&mut self) {
        self.exchanges.clear();
        self.unreadable.clear();
        (self.headers, self.count, self.full) = (0, 0, false);
    }

    fn read(&mut self, item: &Value) -> Result<Exchange> {
        let Value::Object(fields) = item else {
            return Err(wrong("it", "an object", item));
        };
        let exchange = entry(Fields(fields), self.attached)?;
        let headers = self.headers + exchange.request.headers.len() + exchange.answer.headers.len();
        if headers > ALL_HEADERS {
            let problem =
                format!("is the one that makes more than {ALL_HEADERS} headers, the most that are read of a file");
            return Err(RecordingError::field("it", problem));
        }
        self.headers = headers;
        Ok(exchange)
    }

    fn recording(self, unread: Option<String>) -> Result<Recording> {
        let Self { exchanges, unreadable, count, .. } = self;
        match unreadable.first() {
            Some(first) if exchanges.is_empty() => Err(RecordingError::NoEntry { count, first: first.clone() }),
            _ => Ok(Recording { exchanges, unreadable, unread }),
        }
    }
}

pub(super) fn recording(text: &[u8], attached: &mut Attached<'_>) -> Result<Recording> {
    if let Some(error) = foreign::by_its_beginning(text) {
        return Err(error);
    }
    let mut entries = Entries::new(attached);
    let mut end = read(text, &mut entries);
    if matches!(&end, End::Broken(error) if !error.is_eof()) {
        // Strictly it is no JSON: what isn't UTF-8 is replaced, and then what else can be.
        let mut text = match String::from_utf8_lossy(text) {
            Cow::Borrowed(text) => text.as_bytes().to_vec(),
            Cow::Owned(text) => text.into_bytes(),
        };
        mend(&mut text);
        entries.clear();
        end = read(&text, &mut entries);
    }
    match end {
        End::Read(file) => {
            check(&file)?;
            entries.recording(None)
        }
        End::Full => {
            let words = format!("the file has more than {ENTRIES} entries, and those after that were not read");
            entries.recording(Some(words))
        }
        End::More(file) => {
            check(&file)?;
            entries.recording(Some("the file goes on after the end of the recording, and that was not read".into()))
        }
        End::Broken(error) if entries.count > 0 => {
            let words = match error.is_eof() {
                true => format!("the file was cut: it ends in or after entry {}", entries.count - 1),
                false => {
                    let (line, column) = (error.line(), error.column());
                    format!(
                        "after entry {} the file is no JSON (line {line}, column {column}), and that was not read",
                        entries.count - 1
                    )
                }
            };
            entries.recording(Some(words))
        }
        End::Broken(error) => Err(foreign::by_its_text(text).unwrap_or(RecordingError::NotJson(error))),
    }
}

/// How reading a file ended.
enum End {
    /// At its end, with what surrounds the entries.
    Read(Value),
    /// Before other things that follow.
    More(Value),
    /// Where no more entries are taken.
    Full,
    Broken(serde_json::Error),
}

fn read(text: &[u8], entries: &mut Entries<'_, '_>) -> End {
    let mut reader = serde_json::Deserializer::from_slice(text);
    match Keep(&FILE, entries).deserialize(&mut reader) {
        Err(_) if entries.full => End::Full,
        Err(error) => End::Broken(error),
        Ok(file) => {
            // A crash can leave zeros behind.
            let rest = &text[reader.into_iter::<serde::de::IgnoredAny>().byte_offset()..];
            match rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
                true => End::Read(file),
                false => End::More(file),
            }
        }
    }
}

/// What surrounds the entries.
fn check(file: &Value) -> Result<()> {
    let Value::Object(fields) = file else {
        return Err(wrong("the file", "an object", file));
    };
    if let Some(error) = fields.get("log").is_none().then(|| foreign::by_its_fields(fields)).flatten() {
        return Err(error);
    }
    let log = Fields(fields).object("log")?;
    match log.get("entries") {
        None => Err(absent("entries", "a list")),
        Some(Value::Array(_)) => Ok(()),
        Some(other) => Err(wrong("entries", "a list", other)),
    }
    .map_err(|error| error.within("log"))
}
