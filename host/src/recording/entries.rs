//! The entries of a HAR file, one at a time.

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::read::{Fields, HEADERS, RecordingError, Result, absent, entry, too_many, wrong};
use super::shape::{Items, Keep, Shape};
use super::{ENTRIES, Exchange, Recording, places};

/// The most headers of all entries together.
const ALL_HEADERS: usize = 1_000_000;

const LIST: Shape = Shape::Items(&Shape::Fields(&[("name", Shape::Plain), ("value", Shape::Plain)]), HEADERS);

const MARKS: Shape = Shape::Items(&Shape::Items(&Shape::Plain, 2), places::MOST);

const BODY: Shape = Shape::Fields(&[
    ("mimeType", Shape::Plain),
    ("text", Shape::Plain),
    ("encoding", Shape::Plain),
    ("_encoding", Shape::Plain),
    ("size", Shape::Plain),
    ("params", LIST),
]);

const ENTRY: Shape = Shape::Fields(&[
    ("startedDateTime", Shape::Plain),
    ("time", Shape::Plain),
    ("comment", Shape::Plain),
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
            ("content", BODY),
        ]),
    ),
]);

const FILE: Shape =
    Shape::Fields(&[("log", Shape::Fields(&[("version", Shape::Plain), ("entries", Shape::Each(&ENTRY))]))]);

/// The entries until now.
#[derive(Default)]
struct Entries {
    exchanges: Vec<Exchange>,
    headers: usize,
    error: Option<RecordingError>,
}

impl Items for Entries {
    fn item(&mut self, index: usize, item: Value) -> bool {
        if index == 0 {
            // A name that is there twice: the last counts, as everywhere.
            *self = Self::default();
        }
        self.error = self.add(index, &item).map_err(|error| error.within("log")).err();
        self.error.is_none()
    }
}

impl Entries {
    fn add(&mut self, index: usize, item: &Value) -> Result<()> {
        let place = format!("entries[{index}]");
        if index == ENTRIES {
            return Err(too_many("entries", ENTRIES));
        }
        let Value::Object(fields) = item else {
            return Err(wrong(&place, "an object", item));
        };
        let exchange = entry(Fields(fields)).map_err(|error| error.within(&place))?;
        self.headers += exchange.request.headers.len() + exchange.answer.headers.len();
        if self.headers > ALL_HEADERS {
            let problem =
                format!("is the one that makes more than {ALL_HEADERS} headers, the most that are read of a file");
            return Err(RecordingError::field(&place, problem));
        }
        self.exchanges.push(exchange);
        Ok(())
    }
}

pub(super) fn recording(text: &[u8]) -> Result<Recording> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut entries = Entries::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Keep(&FILE, &mut entries).deserialize(&mut reader);
    if let Some(error) = entries.error {
        return Err(error);
    }
    let file = read?;
    reader.end()?;
    let Value::Object(file) = &file else {
        return Err(wrong("the file", "an object", &file));
    };
    check(Fields(file).object("log")?).map_err(|error| error.within("log"))?;
    Ok(Recording { exchanges: entries.exchanges })
}

/// What surrounds the entries.
fn check(log: Fields<'_>) -> Result<()> {
    let version = log.text_or("version", "1.2")?;
    if !version.starts_with("1.") {
        let problem = format!("is {version:?}; versions 1.x are read");
        return Err(RecordingError::field("version", problem));
    }
    match log.get("entries") {
        None => Err(absent("entries", "an array")),
        Some(Value::Array(_)) => Ok(()),
        Some(other) => Err(wrong("entries", "an array", other)),
    }
}
