use std::io::{self, Write};
use std::ops::Range;

use har::v1_2;
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Value, json};

use super::address::Address;
use super::exchange::header;
use super::written::Written;
use super::{Answer, Content, Exchange, Recording, Redactions, Redactor, Request};
use soar_contract::text::json;

/// Sizes that aren't known.
const UNKNOWN: i64 = -1;

/// An exchange whose bodies are somewhere else; those that are with it are not looked at.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub exchange: &'a Exchange,
    pub asked: Written<'a>,
    /// Nothing, where it is lost.
    pub answered: Option<Written<'a>>,
}

pub(super) fn recording(recording: &Recording) -> String {
    let mut text = Vec::new();
    // Memory takes it all, and an exchange is what JSON can hold.
    drop(file(&mut text, &Redacted(&recording.exchanges)));
    String::from_utf8(text).unwrap_or_default()
}

/// Writes a file with these entries: what is serialized as the list of them.
pub(super) fn file(mut out: impl Write, entries: &impl Serialize) -> io::Result<()> {
    let log = v1_2::Log {
        creator: v1_2::Creator {
            name: "soar".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            comment: None,
        },
        // Not required, but some tools go through it without looking whether it is there.
        pages: Some(Vec::new()),
        ..Default::default()
    };
    let file = json!({ "log": har::Spec::V1_2(log) });
    json::write_pretty(&mut out, &Filled { value: &file, place: "", texts: &[("log.entries", entries)] })?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Exchanges without credentials.
struct Redacted<'a>(&'a [Exchange]);

impl Serialize for Redacted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let redactor = Redactor::default();
        let mut entries = serializer.serialize_seq(Some(self.0.len()))?;
        for exchange in self.0 {
            let exchange = redactor.exchange(exchange);
            let answered = match &exchange.answer.content {
                Content::Kept(body) => Some(Written::memory(body)),
                Content::Lost(_) | Content::Unplayable(_) => None,
            };
            let asked = Written::memory(&exchange.request.body);
            entries.serialize_element(&Entry { exchange: &exchange, asked, answered })?;
        }
        entries.end()
    }
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: [(&str, &Written<'_>); 2] = [
            ("request.postData.text", &self.asked),
            ("response.content.text", self.answered.as_ref().unwrap_or(&Written::NONE)),
        ];
        Filled { value: &self.value(), place: "", texts: &texts }.serialize(serializer)
    }
}

/// A value with something else in some places of its objects.
struct Filled<'a, T> {
    value: &'a Value,
    /// Where it is itself: names with dots between them.
    place: &'a str,
    texts: &'a [(&'a str, &'a T)],
}

impl<T: Serialize> Serialize for Filled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, place, texts } = self;
        if let Some((_, text)) = texts.iter().find(|(of, _)| of == place) {
            return text.serialize(serializer);
        }
        let Value::Object(fields) = value else { return value.serialize(serializer) };
        let mut object = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in fields {
            let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            object.serialize_entry(name, &Filled { value, place: &place, texts })?;
        }
        object.end()
    }
}

impl Entry<'_> {
    /// All but the bodies.
    fn value(&self) -> Value {
        let Exchange { started, time, comment, request, answer } = self.exchange;
        let entry = v1_2::Entries {
            started_date_time: format!("{started:.3}"),
            time: *time,
            request: self.request(request),
            response: self.response(answer),
            timings: v1_2::Timings { wait: *time, ..Default::default() },
            comment: comment.clone(),
            ..Default::default()
        };
        let mut entry = serde_json::to_value(entry).unwrap_or_default();
        if let Some(encoding) = self.asked.encoding() {
            // HAR has no encoding for a request's body; fields of one's own begin with `_`.
            entry["request"]["postData"]["_encoding"] = Value::from(encoding);
        }
        if let Content::Unplayable(why) = &answer.content {
            entry["response"]["content"]["_unplayable"] = Value::from(why.as_str());
        }
        let Redactions { url, body } = &request.redactions;
        let all = [("url", url), ("body", body)].into_iter().filter(|(_, marks)| !marks.is_empty());
        let all: Map<String, Value> = all.map(|(name, marks)| (name.to_owned(), pairs(marks))).collect();
        if !all.is_empty() {
            entry["request"]["_redactions"] = Value::from(all);
        }
        entry
    }

    fn request(&self, request: &Request) -> v1_2::Request {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let has_body = self.asked.length() > 0 || !request.media_type.is_empty();
        v1_2::Request {
            method: request.method.clone(),
            url: request.url.clone(),
            http_version: request.version.clone(),
            headers: headers(&request.headers),
            query_string: Address::of(&request.url)
                .pairs()
                .iter()
                .map(|(name, value)| v1_2::QueryString { name: text(name), value: text(value), comment: None })
                .collect(),
            post_data: has_body.then(|| v1_2::PostData {
                mime_type: request.media_type.clone(),
                text: Some(String::new()),
                params: None,
                comment: None,
            }),
            headers_size: UNKNOWN,
            body_size: size(self.asked.length()),
            ..Default::default()
        }
    }

    fn response(&self, answer: &Answer) -> v1_2::Response {
        let length = match (&self.answered, &answer.content) {
            (Some(body), _) => size(body.length()),
            (None, Content::Lost(0) | Content::Unplayable(_)) => UNKNOWN,
            (None, Content::Lost(length)) => size(*length),
            (None, Content::Kept(_)) => 0,
        };
        v1_2::Response {
            status: answer.status.into(),
            status_text: answer.reason.clone(),
            http_version: answer.version.clone(),
            headers: headers(&answer.headers),
            content: v1_2::Content {
                size: length,
                mime_type: Some(answer.media_type.clone()),
                text: self.answered.map(|_| String::new()),
                encoding: self.answered.and_then(|body| body.encoding()).map(str::to_owned),
                ..Default::default()
            },
            redirect_url: Some(header(&answer.headers, "location").unwrap_or("").to_owned()),
            headers_size: UNKNOWN,
            body_size: length,
            ..Default::default()
        }
    }
}

/// Beginnings and ends.
fn pairs(marks: &[Range<usize>]) -> Value {
    marks.iter().map(|mark| Value::from(vec![mark.start, mark.end])).collect()
}

fn headers(all: &[(String, String)]) -> Vec<v1_2::Headers> {
    all.iter().map(|(name, value)| v1_2::Headers { name: name.clone(), value: value.clone(), comment: None }).collect()
}

fn size(length: u64) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
