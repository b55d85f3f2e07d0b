//! Not with the `har` crate's reader: it refuses what browsers write (`null`, absent fields) and
//! drops the encoding of a request's body.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::address::Address;
use super::exchange::{self, header};
use super::redact::is_form;
use super::{Answer, Content, Exchange, REDACTED, Redactions, Request, places, redactions};

/// Why a recording can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The text isn't JSON.
    #[error("the recording is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// A field is absent or holds what it can't.
    #[error("the recording is not a HAR file that can be read: {place} {problem}")]
    Field {
        /// The field, such as `log.entries[3].request.url`.
        place: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

impl RecordingError {
    pub(super) fn field(name: &str, problem: impl Into<String>) -> RecordingError {
        RecordingError::Field { place: name.to_owned(), problem: problem.into() }
    }

    pub(super) fn within(self, outer: &str) -> RecordingError {
        match self {
            RecordingError::Field { place, problem } => {
                RecordingError::Field { place: format!("{outer}.{place}"), problem }
            }
            other => other,
        }
    }
}

pub(super) type Result<T> = std::result::Result<T, RecordingError>;

/// An object whose `null` fields count as absent.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub &'a Map<String, Value>);

/// The most headers of a request or an answer, and the most fields of a form.
pub(super) const HEADERS: usize = 1_000;

/// The longest URL that is kept, in bytes. No request has one as long: a `data:` URL may.
const URL: usize = u16::MAX as usize;

pub(super) fn entry(entry: Fields<'_>) -> Result<Exchange> {
    let request = request(entry.object("request")?).map_err(|error| error.within("request"))?;
    let answer = answer(entry.object("response")?, &request).map_err(|error| error.within("response"))?;
    Ok(Exchange {
        started: started(entry)?,
        time: entry.number("time")?.filter(|time| *time >= 0.0).unwrap_or(0.0),
        comment: entry.text("comment")?.map(str::to_owned),
        request,
        answer,
    })
}

fn started(entry: Fields<'_>) -> Result<Timestamp> {
    const NAME: &str = "startedDateTime";
    let Some(text) = entry.text(NAME)? else {
        return Ok(Timestamp::UNIX_EPOCH);
    };
    let started: Timestamp = text.parse().map_err(|_| {
        let problem = format!("is {text:?}; a time such as \"2026-01-31T12:00:00.000Z\" was expected");
        RecordingError::field(NAME, problem)
    })?;
    // As it will be written.
    Ok(Timestamp::from_millisecond(started.as_millisecond()).unwrap_or(started))
}

fn request(request: Fields<'_>) -> Result<Request> {
    let headers = headers(request)?;
    let post_data = match request.get("postData") {
        Some(_) => Some(request.object("postData")?),
        None => None,
    };
    let (media_type, body) = match post_data {
        Some(data) => post(data, &headers).map_err(|error| error.within("postData"))?,
        None => Default::default(),
    };
    let url = request.required("url")?;
    let url = Address::of(&url[..url.floor_char_boundary(URL)]).to_string();
    let redactions = match request.get("_redactions") {
        Some(_) => {
            redactions(request.object("_redactions")?, &url, &body).map_err(|error| error.within("_redactions"))?
        }
        None => Redactions::default(),
    };
    Ok(Request {
        method: request.required("method")?.to_owned(),
        url,
        version: request.text_or("httpVersion", "HTTP/1.1")?.to_owned(),
        headers,
        media_type,
        body,
        redactions,
    })
}

fn redactions(of: Fields<'_>, url: &str, body: &[u8]) -> Result<Redactions> {
    Ok(Redactions { url: marks(of, "url", url.as_bytes())?, body: marks(of, "body", body)? })
}

/// Pairs of a beginning and an end in a text, where it must say that something was taken out.
fn marks(of: Fields<'_>, name: &str, text: &[u8]) -> Result<Vec<Range<usize>>> {
    let items = of.items(name, places::MOST)?;
    let mut end = 0;
    let mark = |(index, item): (usize, &Value)| {
        let number =
            |index: usize| item.get(index).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        let place = number(0).zip(number(1)).map(|(start, end)| start..end);
        let place = place.filter(|place| place.start >= end && redactions::is_one(text, place)).ok_or_else(|| {
            let problem =
                format!("is {item}; the beginning and the end of a {REDACTED} in it, in bytes, were expected");
            RecordingError::field(&format!("{name}[{index}]"), problem)
        })?;
        end = place.end;
        Ok(place)
    };
    items.iter().enumerate().map(mark).collect()
}

fn post(data: Fields<'_>, headers: &[(String, String)]) -> Result<(String, Bytes)> {
    let media_type = match data.text("mimeType")? {
        Some(media_type) if !media_type.is_empty() => media_type,
        _ => header(headers, "content-type").unwrap_or(""),
    };
    let body = match body(data)? {
        Some(body) => body,
        None if is_form(media_type) => form(data)?,
        None => Bytes::new(),
    };
    Ok((media_type.to_owned(), body))
}

/// A form whose text was not kept beside its fields.
fn form(data: Fields<'_>) -> Result<Bytes> {
    let pairs = data.objects("params", |param| {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        Ok(format!("{}={}", encoded(param.required("name")?), encoded(param.text_or("value", "")?)))
    })?;
    Ok(Bytes::from(pairs.join("&")))
}

fn answer(answer: Fields<'_>, request: &Request) -> Result<Answer> {
    let status = answer.number("status")?.unwrap_or(0.0);
    if !(0.0..1000.0).contains(&status) || status.fract() != 0.0 {
        let problem = format!("is {status}; a status of three digits, or 0, was expected");
        return Err(RecordingError::field("status", problem));
    }
    let status = status as u16;
    let headers = headers(answer)?;
    let (media_type, content) = match answer.get("content") {
        Some(_) => {
            let data = answer.object("content")?;
            content(data, status, request, &headers).map_err(|error| error.within("content"))?
        }
        None => (String::new(), Content::Kept(Bytes::new())),
    };
    Ok(Answer {
        status,
        reason: answer.text_or("statusText", "")?.to_owned(),
        version: answer.text_or("httpVersion", "HTTP/1.1")?.to_owned(),
        headers,
        media_type,
        content,
    })
}

fn content(
    data: Fields<'_>,
    status: u16,
    request: &Request,
    headers: &[(String, String)],
) -> Result<(String, Content)> {
    let media_type = match data.text("mimeType")? {
        Some(media_type) => media_type,
        None => header(headers, "content-type").unwrap_or(""),
    };
    let size = data.number("size")?.unwrap_or(0.0);
    let may_have_body = status >= 200 && status != 204 && status != 304 && request.method != "HEAD";
    let content = match body(data)? {
        Some(body) => Content::Kept(body),
        None if size > 0.0 && may_have_body => Content::Lost(size as u64),
        None => Content::Kept(Bytes::new()),
    };
    Ok((media_type.to_owned(), content))
}

/// `text`, decoded as `encoding` says.
fn body(data: Fields<'_>) -> Result<Option<Bytes>> {
    let Some(text) = data.text("text")? else {
        return Ok(None);
    };
    let (name, encoding) = match data.text("_encoding")? {
        Some(encoding) => ("_encoding", encoding),
        None => ("encoding", data.text_or("encoding", "")?),
    };
    match encoding {
        "" => Ok(Some(Bytes::copy_from_slice(text.as_bytes()))),
        "base64" => match STANDARD_PAD_INDIFFERENT.decode(text) {
            Ok(bytes) => Ok(Some(Bytes::from(bytes))),
            Err(error) => {
                let problem = format!("should be base64: {error}");
                Err(RecordingError::field("text", problem))
            }
        },
        other => {
            let problem = format!("is {other:?}; \"base64\" or nothing was expected");
            Err(RecordingError::field(name, problem))
        }
    }
}

fn headers(of: Fields<'_>) -> Result<Vec<(String, String)>> {
    let all = of.objects("headers", |header| {
        Ok((header.required("name")?.to_owned(), header.text_or("value", "")?.to_owned()))
    })?;
    Ok(exchange::headers(all.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

impl<'a> Fields<'a> {
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(self, name: &str) -> Result<Option<&'a str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(name, "a string", other)),
        }
    }

    pub(super) fn text_or(self, name: &str, default: &'a str) -> Result<&'a str> {
        Ok(self.text(name)?.unwrap_or(default))
    }

    fn required(self, name: &str) -> Result<&'a str> {
        self.text(name)?.ok_or_else(|| absent(name, "a string"))
    }

    fn number(self, name: &str) -> Result<Option<f64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(number.as_f64()),
            Some(other) => Err(wrong(name, "a number", other)),
        }
    }

    pub(super) fn object(self, name: &str) -> Result<Fields<'a>> {
        match self.get(name) {
            None => Err(absent(name, "an object")),
            Some(Value::Object(fields)) => Ok(Fields(fields)),
            Some(other) => Err(wrong(name, "an object", other)),
        }
    }

    /// The items of an array; none if there is no array.
    fn items(self, name: &str, most: usize) -> Result<&'a [Value]> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) if items.len() > most => Err(too_many(name, most)),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(wrong(name, "an array", other)),
        }
    }

    /// Each object of an array; none if there is no array.
    fn objects<T>(self, name: &str, read: impl Fn(Fields<'a>) -> Result<T>) -> Result<Vec<T>> {
        self.items(name, HEADERS)?
            .iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::Object(fields) => {
                    read(Fields(fields)).map_err(|error| error.within(&format!("{name}[{index}]")))
                }
                other => Err(wrong(&format!("{name}[{index}]"), "an object", other)),
            })
            .collect()
    }
}

pub(super) fn too_many(name: &str, most: usize) -> RecordingError {
    RecordingError::field(name, format!("has more than {most} items, the most that are read of it"))
}

pub(super) fn absent(name: &str, expected: &str) -> RecordingError {
    RecordingError::field(name, format!("is missing; {expected} was expected"))
}

/// Without the value: it may be a credential.
pub(super) fn wrong(name: &str, expected: &str, found: &Value) -> RecordingError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    RecordingError::field(name, format!("is {found}; {expected} was expected"))
}
