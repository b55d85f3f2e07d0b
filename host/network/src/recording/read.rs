//! Not with the `har` crate's reader: it refuses what browsers write (`null`, absent fields) and
//! drops the encoding of a request's body.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::address::Address;
use super::answer::{answer, failure};
use super::attached::Attached;
use super::body::body;
use super::error::{RecordingError, Result};
use super::exchange::{self, header};
use super::fields::Fields;
use super::redact::is_form;
use super::{Exchange, REDACTED, Redactions, Request, places, redactions};

/// The most headers of a request or an answer, and the most fields of a form.
pub(super) const HEADERS: usize = 1_000;

/// The longest URL that is kept, in bytes. No request has one as long: a `data:` URL may.
const URL: usize = u16::MAX as usize;

pub(super) fn entry(entry: Fields<'_>, attached: &mut Attached<'_>) -> Result<Exchange> {
    let request = request(entry.object("request")?, attached).map_err(|error| error.within("request"))?;
    // Without one it was never answered.
    let none = serde_json::Map::new();
    let response = match entry.get("response") {
        Some(_) => entry.object("response")?,
        None => Fields(&none),
    };
    let failure = failure(response).or_else(|| failure(entry));
    let answer = answer(response, failure, &request, attached).map_err(|error| error.within("response"))?;
    Ok(Exchange {
        started: started(entry),
        time: entry.number("time").filter(|time| *time >= 0.0).unwrap_or(0.0),
        comment: entry.get("comment").map(|_| entry.text_if_any("comment").into_owned()),
        request,
        answer,
    })
}

/// When it was sent, so far as that can be read: it decides nothing.
fn started(entry: Fields<'_>) -> Timestamp {
    let text = entry.text_if_any("startedDateTime");
    let started: Option<Timestamp> = text.parse().ok().or_else(|| {
        // Without a zone.
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    // As it will be written.
    started
        .and_then(|started| Timestamp::from_millisecond(started.as_millisecond()).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn request(request: Fields<'_>, attached: &mut Attached<'_>) -> Result<Request> {
    let headers = headers(request)?;
    let (media_type, body) = match request.get("postData") {
        Some(_) => {
            let data = request.object("postData")?;
            post(data, &headers, attached).map_err(|error| error.within("postData"))?
        }
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
        method: method(&request.required("method")?),
        url,
        version: version(request),
        headers,
        media_type,
        body,
        redactions,
    })
}

/// A method, as it is sent: some tools write the usual ones small.
fn method(written: &str) -> String {
    const USUAL: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];
    let written = written.trim();
    if USUAL.contains(&written) { written.to_ascii_uppercase() } else { written.to_owned() }
}

/// The protocol, which decides nothing.
pub(super) fn version(of: Fields<'_>) -> String {
    match of.text_if_any("httpVersion") {
        Cow::Borrowed("") => "HTTP/1.1".to_owned(),
        version => version.into_owned(),
    }
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

fn post(data: Fields<'_>, headers: &[(String, String)], attached: &mut Attached<'_>) -> Result<(String, Bytes)> {
    let media_type = match data.text_if_any("mimeType") {
        Cow::Borrowed("") => header(headers, "content-type").unwrap_or("").to_owned(),
        media_type => media_type.into_owned(),
    };
    let body = match body(data, &media_type, attached)? {
        Some(body) => body.map_err(|why| RecordingError::field("text", format!("can't be had: {why}")))?,
        None if is_form(&media_type) => form(data)?,
        None => Bytes::new(),
    };
    Ok((media_type, body))
}

/// A form whose text was not kept beside its fields.
fn form(data: Fields<'_>) -> Result<Bytes> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = data.pairs("params", HEADERS)?;
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    Ok(Bytes::from(pairs.join("&")))
}

/// Names and values, as they are kept.
pub(super) fn headers(of: Fields<'_>) -> Result<Vec<(String, String)>> {
    let all = of.pairs("headers", HEADERS)?;
    Ok(exchange::headers(all.iter().map(|(name, value)| (&**name, &**value))))
}
