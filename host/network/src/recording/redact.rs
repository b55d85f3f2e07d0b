use std::io::{self, Read, Seek, Write};
use std::ops::Range;

use bytes::Bytes;

use super::address::Address;
use super::places::{Instead, Place, Places, covered};
use super::search::Search;
use super::walk::{Form, Json};
use super::{Answer, Content, Exchange, Redactions, Request, exchange};
use crate::cover::{REDACTED, Redactor};

/// [`REDACTED`] in a URL or a form.
pub(super) const REDACTED_ENCODED: &str = "%5Bredacted%5D";

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

impl Redactor {
    /// The exchange without credentials. What stands in the place of one in the request's URL and body is marked in
    /// its [`Redactions`], beside what was marked there before.
    pub fn exchange(&self, exchange: &Exchange) -> Exchange {
        let Exchange { started, time, comment, request, answer } = exchange;
        let Redactions { url, body } = &request.redactions;
        let (url, in_url) = self.address(&request.url, url);
        let (body, in_body) = self.body(&request.media_type, &request.body, body);
        Exchange {
            started: *started,
            time: *time,
            comment: comment.as_deref().map(|comment| self.text(comment)),
            request: Request {
                method: self.text(&request.method),
                url,
                version: self.text(&request.version),
                headers: self.headers(&request.headers),
                media_type: self.text(&request.media_type),
                body,
                redactions: Redactions { url: in_url, body: in_body },
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
                    Content::Kept(body) => Content::Kept(self.body(&answer.media_type, body, &[]).0),
                    Content::Lost(size) => Content::Lost(*size),
                    Content::Unplayable(why) => Content::Unplayable(self.text(why)),
                },
            },
        }
    }

    /// A URL without user information, fragment, the values of secret parameters and the secrets.
    pub fn url(&self, url: &str) -> String {
        self.address(url, &[]).0
    }

    /// The same, and where in it something stands for what was there.
    fn address(&self, url: &str, marked: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
        let address = Address::of(url).to_string();
        let mut places = marks(marked);
        if let Some(start) = address.find('?') {
            let mut query = Form::at(start + 1);
            query.part(&address.as_bytes()[start + 1..], &mut places);
            query.end(&mut places);
        }
        for found in self.secrets.find(address.as_bytes()) {
            places.add(found, false);
        }
        let (bytes, marks) = without(&places.within(address.len()), address.as_bytes(), REDACTED_ENCODED);
        (String::from_utf8_lossy(&bytes).into_owned(), marks)
    }

    /// Copies a text with `*` for each byte of the given secrets, so that it keeps its length, and says where they were.
    ///
    /// # Errors
    /// If it can't be read or written.
    pub fn starred(&self, mut text: impl Read + Seek, copy: impl Write) -> io::Result<Vec<Range<usize>>> {
        let mut places = Places::default();
        let mut search = Search::new(&self.secrets);
        let mut part = vec![0; 64 << 10];
        let mut length = 0;
        loop {
            match text.read(&mut part)? {
                0 => break,
                read => search.part(&part[..read], &mut places),
            }
            length = text.stream_position()? as usize;
        }
        search.end(&mut places);
        text.rewind()?;
        covered(&places.within(length), text, copy, Instead::Stars)
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

    /// A body, and where in it something stands for what was there.
    fn body(&self, media_type: &str, body: &Bytes, marked: &[Range<usize>]) -> (Bytes, Vec<Range<usize>>) {
        let mut looking = self.looking(media_type);
        marked.iter().for_each(|place| looking.places.add(place.clone(), false));
        looking.part(body);
        let places = looking.end();
        if places.is_empty() {
            return (body.clone(), Vec::new());
        }
        let (bytes, marks) = without(&places, body, instead(media_type));
        (Bytes::from(bytes), marks)
    }

    /// Looks for what must go from a body of this type.
    pub(super) fn looking(&self, media_type: &str) -> Looking<'_> {
        let by_name = match is_form(media_type) {
            true => ByName::Form(Form::default()),
            false => ByName::Json(Json::new(&self.secrets)),
        };
        Looking { search: Search::new(&self.secrets), by_name, places: Places::default(), length: 0 }
    }
}

/// Looks for what must go from a body that comes in parts.
#[derive(Debug)]
pub(super) struct Looking<'a> {
    search: Search<'a>,
    by_name: ByName<'a>,
    places: Places,
    length: usize,
}

/// What is known by its name.
#[derive(Debug)]
enum ByName<'a> {
    Form(Form),
    Json(Json<'a>),
}

impl Looking<'_> {
    pub fn part(&mut self, part: &[u8]) {
        self.length += part.len();
        self.search.part(part, &mut self.places);
        match &mut self.by_name {
            ByName::Form(form) => form.part(part, &mut self.places),
            ByName::Json(json) => json.part(part, &mut self.places),
        }
    }

    /// What must go, after the last part.
    pub fn end(self) -> Vec<Place> {
        let Self { search, by_name, mut places, length } = self;
        search.end(&mut places);
        match by_name {
            ByName::Form(form) => form.end(&mut places),
            ByName::Json(json) => json.end(&mut places),
        }
        places.within(length)
    }
}

/// What stands for a credential in a body of this type.
pub(super) fn instead(media_type: &str) -> &'static str {
    if is_form(media_type) { REDACTED_ENCODED } else { REDACTED }
}

fn marks(marked: &[Range<usize>]) -> Places {
    let mut places = Places::default();
    marked.iter().for_each(|place| places.add(place.clone(), false));
    places
}

fn without(places: &[Place], text: &[u8], word: &'static str) -> (Vec<u8>, Vec<Range<usize>>) {
    let mut copy = Vec::with_capacity(text.len());
    let marks = covered(places, text, &mut copy, Instead::Word(word));
    // Memory takes it all, and the places are within the text.
    (copy, marks.unwrap_or_default())
}

pub(super) fn is_form(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::Secrets;

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
        let body = |media_type: &str, body: &'static [u8]| redactor.body(media_type, &Bytes::from_static(body), &[]).0;
        for (text, expected) in [
            (r#"{ "a": 1.50, "token": "" }"#, r#"{ "a": 1.50, "token": "" }"#),
            (r#"{"a": [{"password": {"x": 1}}], "b": 2}"#, r#"{"a": [{"password": "[redacted]"}], "b": 2}"#),
            (
                r#"[12345678, "\u00312345678", {"12345678": null}]"#,
                r#"["[redacted]", "[redacted]", {"[redacted]": null}]"#,
            ),
            ("not json 12345678", "not json [redacted]"),
        ] {
            assert_eq!(body("application/json", text.as_bytes()), expected);
        }
        let form = body("application/x-www-form-urlencoded; charset=utf-8", b"code=abc&a=b%20c");
        assert_eq!(form, "code=%5Bredacted%5D&a=b%20c");
        assert_eq!(body("", b"\xff\x0012345678\xfe"), &b"\xff\x00[redacted]\xfe"[..]);
    }
}
