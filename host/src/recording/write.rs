use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use har::v1_2;
use serde_json::{Map, Value};

use super::address::Address;
use super::exchange::header;
use super::{Answer, Content, Exchange, Recording, Redactions, Redactor, Request};
use crate::text::json;

/// Sizes that aren't known.
const UNKNOWN: i64 = -1;

pub(super) fn recording(recording: &Recording) -> String {
    let redactor = Redactor::default();
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
    let mut file = serde_json::json!({ "log": har::Spec::V1_2(log) });
    file["log"]["entries"] = recording.exchanges.iter().map(|exchange| entry(&redactor.exchange(exchange))).collect();
    json::pretty(&file)
}

fn entry(exchange: &Exchange) -> Value {
    let entry = v1_2::Entries {
        started_date_time: format!("{:.3}", exchange.started),
        time: exchange.time,
        request: request(&exchange.request),
        response: response(&exchange.answer),
        timings: v1_2::Timings { wait: exchange.time, ..Default::default() },
        comment: exchange.comment.clone(),
        ..Default::default()
    };
    let mut entry = serde_json::to_value(entry).unwrap_or_default();
    if std::str::from_utf8(&exchange.request.body).is_err() {
        // HAR has no encoding for a request's body; fields of one's own begin with `_`.
        entry["request"]["postData"]["_encoding"] = Value::from("base64");
    }
    let Redactions { url, body } = &exchange.request.redactions;
    let all = [("url", url), ("body", body)].into_iter().filter(|(_, marks)| !marks.is_empty());
    let all: Map<String, Value> = all.map(|(name, marks)| (name.to_owned(), pairs(marks))).collect();
    if !all.is_empty() {
        entry["request"]["_redactions"] = Value::from(all);
    }
    entry
}

/// Beginnings and ends.
fn pairs(marks: &[Range<usize>]) -> Value {
    marks.iter().map(|mark| Value::from(vec![mark.start, mark.end])).collect()
}

fn request(request: &Request) -> v1_2::Request {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let has_body = !request.body.is_empty() || !request.media_type.is_empty();
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
            text: Some(encoded(&request.body).0),
            params: None,
            comment: None,
        }),
        headers_size: UNKNOWN,
        body_size: size(request.body.len()),
        ..Default::default()
    }
}

fn response(answer: &Answer) -> v1_2::Response {
    let (text, encoding, length) = match &answer.content {
        Content::Kept(body) => {
            let (text, encoding) = encoded(body);
            (Some(text), encoding.map(str::to_owned), size(body.len()))
        }
        Content::Lost(size) => (None, None, i64::try_from(*size).unwrap_or(i64::MAX)),
    };
    v1_2::Response {
        status: answer.status.into(),
        status_text: answer.reason.clone(),
        http_version: answer.version.clone(),
        headers: headers(&answer.headers),
        content: v1_2::Content {
            size: length,
            mime_type: Some(answer.media_type.clone()),
            text,
            encoding,
            ..Default::default()
        },
        redirect_url: Some(header(&answer.headers, "location").unwrap_or("").to_owned()),
        headers_size: UNKNOWN,
        body_size: length,
        ..Default::default()
    }
}

fn headers(all: &[(String, String)]) -> Vec<v1_2::Headers> {
    all.iter().map(|(name, value)| v1_2::Headers { name: name.clone(), value: value.clone(), comment: None }).collect()
}

/// A body as text, and how it is encoded in it.
fn encoded(body: &[u8]) -> (String, Option<&'static str>) {
    match std::str::from_utf8(body) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (STANDARD.encode(body), Some("base64")),
    }
}

fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
