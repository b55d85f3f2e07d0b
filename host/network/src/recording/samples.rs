//! Recordings for tests: real ones, browsers' and arbitrary ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::Value;

use super::{Answer, Content, Exchange, Redactions, Request};

/// Exchanges with a real server, redacted by this crate.
pub(crate) const REAL: &str = include_str!("testdata/real.har");
/// Made in the shape that Chrome writes.
pub(crate) const CHROME: &str = include_str!("testdata/chrome.har");
/// Made in the shape that Firefox writes.
pub(crate) const FIREFOX: &str = include_str!("testdata/firefox.har");

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(crate) fn exchange(method: &str, url: &str, media_type: &str, body: &[u8]) -> Exchange {
    Exchange {
        started: jiff::Timestamp::UNIX_EPOCH,
        time: 1.5,
        comment: None,
        request: Request {
            method: method.to_owned(),
            url: url.to_owned(),
            version: "HTTP/1.1".to_owned(),
            headers: Vec::new(),
            media_type: media_type.to_owned(),
            body: Bytes::copy_from_slice(body),
            redactions: Redactions::default(),
        },
        answer: Answer {
            status: 200,
            reason: "OK".to_owned(),
            version: "HTTP/1.1".to_owned(),
            headers: Vec::new(),
            media_type: "text/plain".to_owned(),
            content: Content::Kept(Bytes::from_static(b"answer")),
        },
    }
}

/// Any JSON.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-d]{1,3}", inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A media type and a body.
pub(crate) fn body() -> impl Strategy<Value = (String, Vec<u8>)> {
    prop_oneof![
        Just((String::new(), Vec::new())),
        json().prop_map(|value| (JSON.to_owned(), value.to_string().into_bytes())),
        pairs().prop_map(|pairs| (FORM.to_owned(), joined(&pairs).into_bytes())),
        prop::collection::vec(any::<u8>(), 0..32).prop_map(|bytes| ("application/octet-stream".to_owned(), bytes)),
    ]
}

/// Names and values, not encoded.
pub(crate) fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("[a-c]{1,2}", "\\PC{0,6}"), 0..5)
}

pub(crate) fn joined(pairs: &[(String, String)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// A path's segments, not encoded.
pub(crate) fn segments() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-z0-9/ é.-]{1,6}", 0..4)
}

pub(crate) fn url(segments: &[String], pairs: &[(String, String)]) -> String {
    let path: String = segments.iter().map(|segment| format!("/{}", encoded(segment))).collect();
    let path = if path.is_empty() { "/" } else { &path };
    format!("https://chat.example:8065{path}?{}", joined(pairs))
}

/// An exchange without credentials.
pub(crate) fn exchanges() -> impl Strategy<Value = Exchange> {
    let method = prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]);
    let headers = prop::collection::vec(("[a-d]{1,4}", "[ -~]{0,8}"), 0..3);
    // A 304 stands for what a cache has: it is read as that.
    let status = (200u16..600).prop_filter("a 304", |status| *status != 304);
    (method, segments(), pairs(), body(), (status, headers, body(), 0u32..100_000, 0i64..4_000_000_000_000)).prop_map(
        |(method, path, query, (media_type, body), answer)| {
            let (status, headers, (answer_type, answer_body), time, started) = answer;
            let mut exchange = exchange(method, &url(&path, &query), &media_type, &body);
            exchange.started = jiff::Timestamp::from_millisecond(started).unwrap();
            exchange.time = f64::from(time) / 10.0;
            exchange.request.headers.clone_from(&headers);
            exchange.answer.status = status;
            exchange.answer.headers = headers;
            exchange.answer.media_type = answer_type;
            exchange.answer.content = Content::Kept(Bytes::from(answer_body));
            exchange
        },
    )
}

/// An exchange with a secret in every place.
pub(crate) fn leaking(secret: &str) -> Exchange {
    let all = encoded(secret);
    let url = format!("https://{all}:{all}@chat.example/{all}/x{all}?{all}={all}&token=x#{all}");
    let json = serde_json::json!({
        secret: secret,
        "nested": [{ "text": format!("before {secret} after"), "password": "x" }],
        "inner": serde_json::json!({ "text": secret }).to_string(),
        "basic": STANDARD.encode(format!("user:{secret}")),
    });
    let mut exchange = exchange("POST", &url, JSON, json.to_string().as_bytes());
    exchange.comment = Some(format!("with {secret}"));
    let mut headers = vec![
        ("Authorization".to_owned(), format!("Bearer {secret}")),
        ("Set-Cookie".to_owned(), format!("a={secret}")),
        ("X-Other".to_owned(), format!("a {secret} b")),
        ("Location".to_owned(), url),
    ];
    for before in ["", "u", "us"] {
        let coded = STANDARD.encode(format!("{before}{secret}:more"));
        headers.push(("X-Coded".to_owned(), format!("Basic {coded}")));
    }
    exchange.request.headers.clone_from(&headers);
    exchange.answer.headers = headers;
    exchange.answer.reason = secret.to_owned();
    exchange.answer.media_type = format!("multipart/mixed; boundary={secret}");
    let mut binary = vec![0xff, 0x00];
    binary.extend_from_slice(secret.as_bytes());
    binary.push(0xfe);
    exchange.answer.content = Content::Kept(Bytes::from(binary));
    exchange
}

/// Whether what was recorded for one request answers the other.
pub(crate) fn is_same(recorded: &Request, other: &Request) -> bool {
    super::difference::is_same(&super::Asked::of(recorded), &super::Asked::of(other), &[])
}
