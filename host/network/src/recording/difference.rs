use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::REDACTED;
use super::address::Pair;
use super::matching::{Asked, Payload, covers};
use super::redact::{is_secret_field, is_secret_parameter};
use super::redactions::anything;
use soar_contract::text;

/// The longest text that is shown, in characters.
const LONGEST: usize = 80;

/// One thing in which a request differs from a recorded one. Values are shortened, and credentials
/// redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Where in the request.
    pub part: Part,
    /// Of the query, the parameter's name; of a body, the way to the field, such as
    /// `.attachments[0].text`, as far as it is not longer than anybody reads. Empty for the whole of it.
    pub name: String,
    /// What the request has; nothing if it lacks it.
    pub is: Option<String>,
    /// What the recorded request has; nothing if it lacks it.
    pub recorded: Option<String>,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// The body.
    Body,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Method => write!(f, "method:")?,
            Part::Path => write!(f, "path:")?,
            Part::Query => write!(f, "query: {}", plain(&self.name))?,
            Part::Body => write!(f, "body{}:", plain(&self.name))?,
        }
        match &self.is {
            Some(is) => write!(f, " is {is}")?,
            None => write!(f, " is missing")?,
        }
        match &self.recorded {
            Some(recorded) => write!(f, ", recorded {recorded}"),
            None => write!(f, ", not recorded"),
        }
    }
}

/// Whether the request is the recorded one. Nothing is written of what differs: that may be long, and in each exchange.
pub(super) fn is_same(recorded: &Asked, actual: &Asked, volatile: &[String]) -> bool {
    let mut found = Found { told: false, ..Found::new(1) };
    found.compare(recorded, actual, volatile);
    found.differences.is_empty()
}

/// The first `limit` differences; none if the request is the recorded one.
pub(super) fn between(recorded: &Asked, actual: &Asked, volatile: &[String], limit: usize) -> Vec<Difference> {
    let mut found = Found::new(limit);
    found.compare(recorded, actual, volatile);
    found.differences
}

/// The decoded path, for comparing and for people.
pub(super) fn path(segments: &[Vec<u8>]) -> String {
    let segments: Vec<_> =
        segments.iter().map(|segment| String::from_utf8_lossy(segment).replace('/', "%2F")).collect();
    plain(&segments.join("/"))
}

pub(super) fn is_same_path(recorded: &[Vec<u8>], actual: &[Vec<u8>]) -> bool {
    recorded.len() == actual.len() && recorded.iter().zip(actual).all(|(recorded, actual)| covers(recorded, actual))
}

/// With the word that people read where something was taken out.
fn legible(text: &str) -> Cow<'_, str> {
    match text.contains(anything()) {
        true => Cow::Owned(text.replace(anything(), REDACTED)),
        false => Cow::Borrowed(text),
    }
}

/// For a terminal: not too long, and nothing that steers it.
pub(super) fn plain(text: &str) -> String {
    text::word(&legible(text), LONGEST).into_owned()
}

/// As much of a value as is shown of it: writing all of it may take long.
fn json(value: &Value) -> String {
    plain(&written(value))
}

/// As much of something as is looked at.
pub(super) fn written(value: &impl fmt::Display) -> String {
    let mut text = Beginning(String::new());
    // It ends with an error when there is enough.
    let _ = fmt::Write::write_fmt(&mut text, format_args!("{value}"));
    text.0
}

/// The bytes of a text that are looked at, of which fewer characters are shown.
const LOOKED_AT: usize = 16 * LONGEST;

fn beginning(bytes: &[u8]) -> &[u8] {
    bytes.get(..LOOKED_AT).unwrap_or(bytes)
}

/// What is written, until it is enough.
struct Beginning(String);

impl fmt::Write for Beginning {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = LOOKED_AT - self.0.len();
        self.0.push_str(&part[..part.floor_char_boundary(room)]);
        if part.len() <= room { Ok(()) } else { Err(fmt::Error) }
    }
}

/// The way to a field of a body. It is only written where something differs: names may be long, and lists too.
#[derive(Clone, Copy)]
enum At<'a> {
    Body,
    Field(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

/// So much of a way is written, in bytes, and a little more.
const LONGEST_WAY: usize = 1000;

impl At<'_> {
    fn write(&self, way: &mut String) {
        let (before, step) = match self {
            At::Body => return,
            At::Field(before, name) => (before, Cow::Borrowed(&name[..name.floor_char_boundary(LONGEST_WAY)])),
            At::Item(before, index) => (before, Cow::Owned(format!("[{index}]"))),
        };
        before.write(way);
        if way.len() < LONGEST_WAY {
            way.push_str(if matches!(self, At::Field(..)) { "." } else { "" });
            way.push_str(&step);
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut way = String::new();
        self.write(&mut way);
        f.write_str(&way)
    }
}

/// Differences found so far, and how many are wanted.
struct Found {
    differences: Vec<Difference>,
    limit: usize,
    /// Whether anybody reads what differs.
    told: bool,
}

impl Found {
    fn new(limit: usize) -> Self {
        Self { differences: Vec::new(), limit, told: true }
    }

    fn compare(&mut self, recorded: &Asked, actual: &Asked, volatile: &[String]) {
        if recorded.method != actual.method {
            self.add(Part::Method, "", || (Some(plain(&actual.method)), Some(plain(&recorded.method))));
        }
        if !is_same_path(&recorded.path, &actual.path) {
            self.add(Part::Path, "", || (Some(path(&actual.path)), Some(path(&recorded.path))));
        }
        let shown = |value: &[u8]| plain(&String::from_utf8_lossy(beginning(value)));
        self.pairs(Part::Query, "", &recorded.query, &actual.query, shown);
        self.body(recorded, actual, volatile);
    }

    fn is_full(&self) -> bool {
        self.differences.len() >= self.limit
    }

    fn add(&mut self, part: Part, name: impl fmt::Display, values: impl FnOnce() -> (Option<String>, Option<String>)) {
        if self.is_full() {
            return;
        }
        let (name, (is, recorded)) = match self.told {
            true => (legible(&name.to_string()).into_owned(), values()),
            false => Default::default(),
        };
        self.differences.push(Difference { part, name, is, recorded });
    }

    /// Pairs sorted by name; equal names are compared in their order.
    fn pairs(&mut self, part: Part, prefix: &str, recorded: &[Pair], actual: &[Pair], shown: impl Fn(&[u8]) -> String) {
        let (mut recorded, mut actual) = (recorded.iter().peekable(), actual.iter().peekable());
        while !self.is_full() {
            let order = match (recorded.peek(), actual.peek()) {
                (None, None) => return,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((recorded, _)), Some((actual, _))) => recorded.cmp(actual),
            };
            let was = if order.is_le() { recorded.next() } else { None };
            let is = if order.is_ge() { actual.next() } else { None };
            if let (Some((_, was)), Some((_, is))) = (was, is)
                && covers(was, is)
            {
                continue;
            }
            let Some((name, _)) = was.or(is) else { return };
            let shown = |pair: Option<&Pair>| {
                pair.map(|(name, value)| match is_secret_parameter(name) {
                    true => REDACTED.to_owned(),
                    false => shown(value),
                })
            };
            let name = String::from_utf8_lossy(name);
            let name = &name[..name.floor_char_boundary(LONGEST_WAY)];
            self.add(part, format_args!("{prefix}{name}"), || (shown(is), shown(was)));
        }
    }

    fn body(&mut self, recorded: &Asked, actual: &Asked, volatile: &[String]) {
        // Comparing bodies is dear.
        if self.is_full() {
            return;
        }
        match (recorded.payload(), actual.payload()) {
            (Payload::Json(Value::Object(recorded)), Payload::Json(Value::Object(actual))) => {
                self.objects(At::Body, recorded, actual, volatile);
            }
            (Payload::Json(recorded), Payload::Json(actual)) => self.json(At::Body, recorded, actual),
            (Payload::Form(recorded), Payload::Form(actual)) => {
                let shown = |value: &[u8]| json(&String::from_utf8_lossy(beginning(value)).into());
                self.pairs(Part::Body, ".", recorded, actual, shown);
            }
            _ if covers(&recorded.body, &actual.body) => {}
            _ => self.add(Part::Body, "", || (whole(actual), whole(recorded))),
        }
    }

    fn json(&mut self, at: At<'_>, recorded: &Value, actual: &Value) {
        match (recorded, actual) {
            (Value::Object(recorded), Value::Object(actual)) => {
                self.objects(at, recorded, actual, &[]);
            }
            (Value::Array(recorded), Value::Array(actual)) => {
                for index in 0..recorded.len().max(actual.len()) {
                    if self.is_full() {
                        return;
                    }
                    self.field(At::Item(&at, index), "", recorded.get(index), actual.get(index));
                }
            }
            (Value::String(recorded), _) if recorded == anything() => {}
            (Value::String(recorded), Value::String(actual)) if covers(recorded.as_bytes(), actual.as_bytes()) => {}
            _ if recorded == actual => {}
            _ => self.add(Part::Body, at, || (Some(json(actual)), Some(json(recorded)))),
        }
    }

    fn objects(&mut self, at: At<'_>, recorded: &Map<String, Value>, actual: &Map<String, Value>, volatile: &[String]) {
        let counts = |name: &String| !volatile.contains(name);
        for (name, value) in recorded.iter().filter(|(name, _)| counts(name)) {
            if self.is_full() {
                return;
            }
            self.field(At::Field(&at, name), name, Some(value), actual.get(name));
        }
        for (name, value) in actual.iter().filter(|(name, _)| counts(name)) {
            if self.is_full() {
                return;
            }
            if !recorded.contains_key(name) {
                self.field(At::Field(&at, name), name, None, Some(value));
            }
        }
    }

    fn field(&mut self, at: At<'_>, name: &str, recorded: Option<&Value>, actual: Option<&Value>) {
        match (recorded, actual) {
            (Some(recorded), Some(actual)) if !is_secret_field(name) => {
                self.json(at, recorded, actual);
            }
            (Some(recorded), Some(actual)) => {
                // Compared like the others, and not shown.
                let mut inner = Found { told: false, ..Found::new(1) };
                inner.json(at, recorded, actual);
                if !inner.differences.is_empty() {
                    let hidden = || Some(REDACTED.to_owned());
                    self.add(Part::Body, at, || (hidden(), hidden()));
                }
            }
            _ => self.add(Part::Body, at, || {
                let shown = |value: &Value| match is_secret_field(name) {
                    true => REDACTED.to_owned(),
                    false => json(value),
                };
                (actual.map(shown), recorded.map(shown))
            }),
        }
    }
}

/// A body that isn't compared by its parts.
fn whole(asked: &Asked) -> Option<String> {
    if asked.body.is_empty() {
        return None;
    }
    Some(match asked.payload() {
        Payload::Json(_) => "JSON".to_owned(),
        Payload::Form(_) => "a form".to_owned(),
        Payload::Other => match std::str::from_utf8(&asked.body) {
            Ok(text) => json(&text[..text.floor_char_boundary(LOOKED_AT)].into()),
            Err(_) => format!("{} bytes that are not text", asked.body.len()),
        },
    })
}
