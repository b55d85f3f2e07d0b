use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::address::{Address, pairs};
use super::{Answer, Content, Exchange, REDACTED, Request, Secrets, exchange};

/// A header whose name holds one of these is a credential.
const HEADERS: [&str; 7] = ["api-key", "apikey", "authorization", "cookie", "password", "secret", "token"];

/// Fields of JSON bodies and of forms that are credentials.
const FIELDS: [&str; 8] = [
    "access_token",
    "client_secret",
    "current_password",
    "new_password",
    "password",
    "refresh_token",
    "secret",
    "token",
];

/// Query parameters (and fields of forms) that are credentials besides [`FIELDS`].
const PARAMETERS: [&str; 4] = ["api_key", "apikey", "code", "id_token"];

pub(super) fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADERS.iter().any(|part| name.contains(part))
}

pub(super) fn is_secret_field(name: &str) -> bool {
    FIELDS.iter().any(|each| name.eq_ignore_ascii_case(each))
}

pub(super) fn is_secret_parameter(name: &[u8]) -> bool {
    FIELDS.iter().chain(&PARAMETERS).any(|each| name.eq_ignore_ascii_case(each.as_bytes()))
}

/// Takes credentials out of exchanges: those known by their place (headers, parameters and fields
/// of well-known names) and given secrets wherever they occur.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Secrets,
}

impl Redactor {
    /// One that also takes out these secrets.
    pub fn new(secrets: Secrets) -> Redactor {
        Redactor { secrets }
    }

    /// The exchange without credentials.
    pub fn exchange(&self, exchange: &Exchange) -> Exchange {
        let Exchange { started, time, comment, request, answer } = exchange;
        Exchange {
            started: *started,
            time: *time,
            comment: comment.as_deref().map(|comment| self.text(comment)),
            request: Request {
                method: self.text(&request.method),
                url: self.url(&request.url),
                version: self.text(&request.version),
                headers: self.headers(&request.headers),
                media_type: self.text(&request.media_type),
                body: self.body(&request.media_type, &request.body),
            },
            answer: Answer {
                status: answer.status,
                reason: self.text(&answer.reason),
                version: self.text(&answer.version),
                headers: self.headers(&answer.headers),
                media_type: self.text(&answer.media_type),
                content: match &answer.content {
                    // What may be in there can't be seen.
                    Content::Kept(body) if answer.is_coded() => Content::Lost(body.len() as u64),
                    Content::Kept(body) => Content::Kept(self.body(&answer.media_type, body)),
                    Content::Lost(size) => Content::Lost(*size),
                },
            },
        }
    }

    /// Any text, without the given secrets.
    pub fn text(&self, text: &str) -> String {
        self.covered(text).unwrap_or_else(|| text.to_owned())
    }

    /// A URL without user information, fragment, the values of secret parameters and the secrets.
    pub fn url(&self, url: &str) -> String {
        let address = Address::of(url);
        let mark = utf8_percent_encode(REDACTED, NON_ALPHANUMERIC).to_string();
        let encoded = |text: Cow<'_, str>| match self.covered(&text) {
            Some(covered) => covered.replace(REDACTED, &mark),
            None => text.into_owned(),
        };
        Address {
            origin: Cow::Owned(self.text(&address.origin)),
            query: address.query.map(|query| Cow::Owned(encoded(parameters(&query, &mark)))),
            path: Cow::Owned(encoded(address.path)),
        }
        .to_string()
    }

    fn headers(&self, all: &[(String, String)]) -> Vec<(String, String)> {
        exchange::headers(all.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .into_iter()
            .map(|(name, value)| {
                let is_address =
                    ["location", "content-location", "referer"].iter().any(|each| name.eq_ignore_ascii_case(each));
                let value = if is_address { self.url(&value) } else { self.text(&value) };
                (self.text(&name), value)
            })
            .collect()
    }

    fn body(&self, media_type: &str, body: &Bytes) -> Bytes {
        let mut body = body.clone();
        if is_form(media_type) {
            let mark = utf8_percent_encode(REDACTED, NON_ALPHANUMERIC).to_string();
            if let Ok(text) = std::str::from_utf8(&body) {
                body = Bytes::from(parameters(text, &mark).into_owned());
            }
        } else if let Ok(mut value) = serde_json::from_slice::<Value>(&body) {
            // As it was written, unless something must go: numbers and spacing shall stay.
            if self.json(&mut value) {
                body = Bytes::from(value.to_string());
            }
        }
        match self.secrets.cover(&body) {
            Some(covered) => Bytes::from(covered),
            None => body,
        }
    }

    /// Whether anything was taken out.
    fn json(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.covered(text) {
                Some(covered) => {
                    *text = covered;
                    true
                }
                None => false,
            },
            Value::Number(number) => match self.covered(&number.to_string()) {
                Some(_) => {
                    *value = Value::from(REDACTED);
                    true
                }
                None => false,
            },
            Value::Array(items) => items.iter_mut().fold(false, |changed, item| self.json(item) | changed),
            Value::Object(fields) => {
                let mut changed = false;
                for (name, value) in fields.iter_mut() {
                    changed |= if is_secret_field(name) && has_secret(value) {
                        *value = Value::from(REDACTED);
                        true
                    } else {
                        self.json(value)
                    };
                }
                if fields.keys().any(|name| self.covered(name).is_some()) {
                    *fields =
                        std::mem::take(fields).into_iter().map(|(name, value)| (self.text(&name), value)).collect();
                    changed = true;
                }
                changed
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn covered(&self, text: &str) -> Option<String> {
        let covered = self.secrets.cover(text.as_bytes())?;
        Some(String::from_utf8_lossy(&covered).into_owned())
    }
}

/// Nothing, yes, no and what is redacted already hold no secret.
fn has_secret(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !text.is_empty() && text != REDACTED,
        Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    }
}

pub(super) fn is_form(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// A query or a form with `mark` for the values of secret parameters, otherwise as written.
fn parameters<'a>(encoded: &'a str, mark: &str) -> Cow<'a, str> {
    let is_secret = |part: &str| {
        pairs(part.as_bytes()).first().is_some_and(|(name, value)| is_secret_parameter(name) && !value.is_empty())
    };
    if !encoded.split('&').any(is_secret) {
        return Cow::Borrowed(encoded);
    }
    let parts: Vec<String> = encoded
        .split('&')
        .map(|part| match part.split_once('=') {
            Some((name, _)) if is_secret(part) => format!("{name}={mark}"),
            _ => part.to_owned(),
        })
        .collect();
    Cow::Owned(parts.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for name in ["Authorization", "Set-Cookie", "Token", "X-CSRF-Token", "x-api-key"] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["Content-Type", "X-Request-Id", "Etag"] {
            assert!(!is_secret_header(name), "{name}");
        }
        assert!(is_secret_parameter(b"Access_Token") && !is_secret_parameter(b"page"));
    }

    #[test]
    fn urls() {
        let redactor = Redactor::new(Secrets::new(["s3cr3t/x"]));
        assert_eq!(
            redactor.url("http://u:p@h:1/a/s3cr3t%2fx?token=abc&page=1&q=s3cr3t/x#f"),
            "http://h:1/a/%5Bredacted%5D?token=%5Bredacted%5D&page=1&q=%5Bredacted%5D"
        );
        let url = "https://h/a%2Db?x=1+2&token=";
        assert_eq!(redactor.url(url), url);
    }

    #[test]
    fn bodies_change_only_where_they_must() {
        let redactor = Redactor::new(Secrets::new(["12345678"]));
        let json = "application/json";
        for (body, expected) in [
            (r#"{ "a": 1.50, "token": "" }"#, r#"{ "a": 1.50, "token": "" }"#),
            (r#"{"a": [{"password": {"x": 1}}], "b": 2}"#, r#"{"a":[{"password":"[redacted]"}],"b":2}"#),
            (
                r#"[12345678, "\u00312345678", {"12345678": null}]"#,
                r#"["[redacted]","[redacted]",{"[redacted]":null}]"#,
            ),
            ("not json 12345678", "not json [redacted]"),
        ] {
            assert_eq!(redactor.body(json, &Bytes::from(body)), expected);
        }
        assert_eq!(
            redactor.body("application/x-www-form-urlencoded; charset=utf-8", &Bytes::from("code=abc&a=b%20c")),
            "code=%5Bredacted%5D&a=b%20c"
        );
        assert_eq!(redactor.body("", &Bytes::from_static(b"\xff\x0012345678\xfe")), &b"\xff\x00[redacted]\xfe"[..]);
    }
}
