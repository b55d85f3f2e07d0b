use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Redactions, redact};

/// One request and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// When the request was sent.
    pub started: Timestamp,
    /// How long the exchange took, in milliseconds.
    pub time: f64,
    /// What a person wrote about it.
    pub comment: Option<String>,
    /// What was asked.
    pub request: Request,
    /// What was answered.
    pub answer: Answer,
}

/// A recorded request. Its headers hold no credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method, as sent.
    pub method: String,
    /// The absolute URL, as sent, without user information and fragment.
    pub url: String,
    /// The protocol, such as `HTTP/1.1`.
    pub version: String,
    /// Names and values in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body's media type; empty if there was none.
    pub media_type: String,
    /// The body; empty if there was none.
    pub body: Bytes,
    /// Where something was taken out.
    pub redactions: Redactions,
}

/// A recorded answer. Its headers hold no credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status; 0 if no answer came.
    pub status: u16,
    /// The words after the status.
    pub reason: String,
    /// The protocol, such as `HTTP/1.1`.
    pub version: String,
    /// Names and values in the order received.
    pub headers: Vec<(String, String)>,
    /// The body's media type; empty if there was none.
    pub media_type: String,
    /// The body; any content coding is undone, if the tool that saved it did that.
    pub content: Content,
}

/// An answer's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// All of it.
    Kept(Bytes),
    /// Not in the file, as when a browser has forgotten it. Its size in bytes; 0 if that is not known.
    Lost(u64),
    /// Nothing that could be played, and why in words of one line, which follow on the name of the request: it was never answered, say, or
    /// its body was cut.
    Unplayable(String),
}

/// What is said of a request without an answer.
pub(super) const NEVER: &str = "it was never answered";

impl Exchange {
    /// Whether this can answer a request: browsers also save requests that were never answered,
    /// answers whose body they have forgotten, and web sockets.
    pub fn is_playable(&self) -> bool {
        self.unplayable().is_none()
    }

    /// Why this can't answer a request, in words of one line; nothing if it can.
    #[must_use]
    pub fn unplayable(&self) -> Option<Cow<'_, str>> {
        match &self.answer.content {
            Content::Unplayable(why) => Some(Cow::Borrowed(why)),
            _ if self.answer.status == 0 => Some(NEVER.into()),
            _ if self.answer.status < 200 => {
                Some(format!("it was answered with {} alone, as web sockets are", self.answer.status).into())
            }
            Content::Lost(0) => Some("its body is not in the file; save it with the content of the answers".into()),
            Content::Lost(size) => Some(
                format!("its body of {size} bytes is not in the file; save it with the content of the answers").into(),
            ),
            Content::Kept(_) => None,
        }
    }
}

impl Answer {
    /// Whether the body is still as its content coding left it: browsers undo that before they save,
    /// other tools may not.
    pub(crate) fn is_coded(&self) -> bool {
        let coding = header(&self.headers, "content-encoding").unwrap_or("");
        let Content::Kept(body) = &self.content else {
            return false;
        };
        if coding.is_empty() || coding.eq_ignore_ascii_case("identity") {
            return false;
        }
        let media_type = self.media_type.to_ascii_lowercase();
        let should_be_text = media_type.starts_with("text/") || media_type.contains("json");
        body.starts_with(b"\x1f\x8b") || should_be_text && std::str::from_utf8(body).is_err()
    }
}

/// Names and values as they are kept: no credentials, no pseudo-headers of HTTP/2, and one line
/// each where a browser joined several.
pub(super) fn headers<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    all.into_iter()
        .filter(|(name, _)| !name.starts_with(':') && !redact::is_secret_header(name))
        .flat_map(|(name, value)| value.split('\n').map(move |line| (name.to_owned(), line.to_owned())))
        .collect()
}

/// The first value of a header.
pub(super) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

impl Request {
    /// What a transport sent, as it is kept.
    pub(crate) fn of(parts: &http::request::Parts, body: Bytes) -> Request {
        let headers = from_map(&parts.headers);
        Request {
            method: parts.method.to_string(),
            url: super::address::Address::of(&parts.uri.to_string()).to_string(),
            version: format!("{:?}", parts.version),
            media_type: media_type(&headers),
            headers,
            body,
            redactions: Redactions::default(),
        }
    }
}

impl Answer {
    /// What a transport received, as it is kept.
    pub(crate) fn of(parts: &http::response::Parts, body: Bytes) -> Answer {
        let headers = from_map(&parts.headers);
        Answer {
            status: parts.status.as_u16(),
            reason: parts.status.canonical_reason().unwrap_or("").to_owned(),
            version: format!("{:?}", parts.version),
            media_type: media_type(&headers),
            headers,
            content: Content::Kept(body),
        }
    }
}

fn media_type(headers: &[(String, String)]) -> String {
    header(headers, "content-type").unwrap_or("").to_owned()
}

fn from_map(map: &http::HeaderMap) -> Vec<(String, String)> {
    let all: Vec<_> =
        map.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
    headers(all.iter().map(|(name, value)| (*name, value.as_ref())))
}
