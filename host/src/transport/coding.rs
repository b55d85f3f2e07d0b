//! What a body is packed in, which nobody here unpacks.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, HeaderName, TRANSFER_ENCODING};
use wasmtime_wasi_http::Error as HttpError;

/// The codings of an answer that are left on its body: a credential would not be found in it.
///
/// Transports unpack what they asked for and take its header away; how a body was cut into chunks is undone already.
pub(crate) fn left(headers: &HeaderMap) -> Option<Coding> {
    let of = |name: HeaderName, none: &[&str]| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let all = values.collect::<Vec<_>>().join(", ");
        let packed = all.split(',').any(|coding| {
            let coding = coding.trim();
            !none.iter().any(|none| coding.eq_ignore_ascii_case(none))
        });
        packed.then_some(all)
    };
    let content = of(CONTENT_ENCODING, &["", "identity"]).map(Coding::Content);
    content.or_else(|| of(TRANSFER_ENCODING, &["", "identity", "chunked"]).map(Coding::Transfer))
}

/// A coding, as the server named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Of what is sent.
    Content(String),
    /// Of how it is sent.
    Transfer(String),
}

impl Coding {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        let (Self::Content(name) | Self::Transfer(name)) = self;
        name
    }

    /// What the component is told.
    pub(crate) fn error(&self) -> HttpError {
        match self {
            Self::Content(name) => HttpError::HttpResponseContentCoding(Some(name.clone())),
            Self::Transfer(name) => HttpError::HttpResponseTransferCoding(Some(name.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_named() {
        let headers = |name: &'static str, values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(name, http::HeaderValue::from_static(value));
            }
            left(&headers).map(|coding| coding.name().to_owned())
        };
        for (name, values) in [
            ("content-encoding", &["identity"][..]),
            ("content-encoding", &[""]),
            ("transfer-encoding", &["chunked"]),
            ("transfer-encoding", &["Identity", "Chunked"]),
            ("etag", &["gzip"]),
        ] {
            assert_eq!(headers(name, values), None, "{name} {values:?}");
        }
        for (name, values, expected) in [
            ("content-encoding", &["br"][..], "br"),
            ("content-encoding", &["gzip", "gzip"], "gzip, gzip"),
            ("transfer-encoding", &["gzip, chunked"], "gzip, chunked"),
            ("transfer-encoding", &["gzip", "chunked"], "gzip, chunked"),
        ] {
            assert_eq!(headers(name, values).as_deref(), Some(expected));
        }
    }
}
