//! What a body is packed in, or is said to be.

use crate::net_error::NetErrorKind;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};

/// The registered names of what changes the bytes, but for gzip's.
const PACKED: [&str; 10] =
    ["aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "pack200-gzip", "x-compress", "zstd"];

/// Names that servers write there of what changes no bytes: for nothing, of how a body was cut and is whole again, and of
/// sets of characters.
const PLAIN: [&str; 11] =
    ["", "identity", "none", "null", "off", "plain", "binary", "7bit", "8bit", "chunked", "aws-chunked"];
const CHARACTERS: [&str; 6] = ["utf", "ascii", "us-ascii", "iso-8859", "latin", "windows-"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Gzip,
    Packed,
    /// Nobody knows it: as a rule it is no coding, but the type or the language of the text.
    Unknown,
}

fn kind(name: &str) -> Kind {
    match name {
        "gzip" | "x-gzip" => Kind::Gzip,
        _ if PACKED.contains(&name) => Kind::Packed,
        _ if PLAIN.contains(&name) || CHARACTERS.iter().any(|characters| name.starts_with(characters)) => Kind::Plain,
        _ => Kind::Unknown,
    }
}

/// The codings that an answer names for its content.
pub(crate) struct Codings {
    /// As they stand there: whoever is told them finds a credential in them as it was sent.
    all: String,
    gzip: usize,
    is_packed: bool,
    is_unknown: bool,
}

impl Codings {
    /// Those of an answer with these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let all = joined(headers, CONTENT_ENCODING);
        let mut codings = Self { all: String::new(), gzip: 0, is_packed: false, is_unknown: false };
        for name in all.split(',') {
            // Some have a parameter.
            match kind(&name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()) {
                Kind::Plain => {}
                Kind::Gzip => codings.gzip += 1,
                Kind::Packed => codings.is_packed = true,
                Kind::Unknown => codings.is_unknown = true,
            }
        }
        Self { all, ..codings }
    }

    /// Whether the content is packed with gzip, once, and with nothing else that is known.
    pub(super) fn is_gzip(&self) -> bool {
        self.gzip == 1 && !self.is_packed
    }

    /// Whether there is one that would have to be undone.
    pub(crate) fn is_packed(&self) -> bool {
        self.is_packed || self.gzip > 0
    }

    /// Whether there is one that nobody knows.
    pub(super) fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// All of them.
    pub(super) fn names(&self) -> &str {
        &self.all
    }
}

fn joined(headers: &HeaderMap, name: http::HeaderName) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    values.collect::<Vec<_>>().join(", ")
}

/// How an answer was packed on its way, which nobody here undoes; how it was cut into chunks is undone already.
pub(crate) fn transfer(headers: &HeaderMap) -> Option<Transfer> {
    let all = joined(headers, TRANSFER_ENCODING);
    let none = |name: &str| ["", "identity", "chunked"].iter().any(|none| name.trim().eq_ignore_ascii_case(none));
    (!all.split(',').all(none)).then_some(Transfer(all))
}

/// The codings of an answer's way, as the server named them.
pub(crate) struct Transfer(String);

impl Transfer {
    /// Their names.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// What the component is told.
    pub(crate) fn error(&self) -> NetErrorKind {
        NetErrorKind::HttpResponseTransferCoding(Some(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, http::HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_is_packed_is_named() {
        for (values, is_gzip, is_packed, is_unknown) in [
            (&["identity"][..], false, false, false),
            (&[""], false, false, false),
            (&["UTF-8", "none, aws-chunked"], false, false, false),
            (&["br"], false, true, false),
            (&["gzip", "gzip"], false, true, false),
            (&["X-GZIP;q=1,"], true, true, false),
            (&["text/html , Zip", "br"], false, true, true),
            (&["Zip", "gzip"], true, true, true),
        ] {
            let codings = Codings::of(&headers("content-encoding", values));
            let seen = (codings.is_gzip(), codings.is_packed(), codings.is_unknown());
            assert_eq!(seen, (is_gzip, is_packed, is_unknown), "{values:?}");
            assert_eq!(codings.names(), values.join(", "));
        }
        assert!(!Codings::of(&headers("etag", &["gzip"])).is_packed());
    }

    #[test]
    fn what_is_packed_on_its_way_is_named() {
        for (values, expected) in [
            (&["chunked"][..], None),
            (&["Identity", "Chunked"], None),
            (&["gzip, chunked"], Some("gzip, chunked")),
            (&["gzip", "chunked"], Some("gzip, chunked")),
        ] {
            let transfer = transfer(&headers("transfer-encoding", values));
            assert_eq!(transfer.as_ref().map(Transfer::name), expected);
        }
    }

    /// So many names, and each is one kind of name alone.
    #[test]
    fn no_name_is_of_two_kinds() {
        for name in PACKED {
            assert!(kind(name) == Kind::Packed && !PLAIN.contains(&name));
            assert!(CHARACTERS.iter().all(|characters| !name.starts_with(characters)), "{name}");
        }
    }
}
