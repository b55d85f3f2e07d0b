//! Which headers a request may have.

use http::HeaderName;

/// What any request may say of itself: what it takes, what it carries, of which version of a thing it speaks.
const USUAL: [&str; 13] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "user-agent",
];

/// What no request may have, whoever declares it: what is between the host and the next server, what asks a server or a
/// gateway for another request than the one that was decided about, what says who is asking, and what asks for a part of
/// an answer or for one that is packed, in which a credential would not be found.
const NEVER: [&str; 38] = [
    "client-ip",
    "connection",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "if-range",
    "keep-alive",
    "max-forwards",
    "origin",
    "proxy",
    "range",
    "referer",
    "remote-user",
    "set-cookie",
    "te",
    "token",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-method",
    "x-original-uri",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
    "x-user",
];

/// What such names begin with.
const NEVER_BEGINNING: [&str; 6] = ["proxy-", "sec-", "x-accel-", "x-forwarded-", "x-remote-", "x-sendfile"];

/// Whether a request may have a header without its endpoint's declaring it.
pub(super) fn is_usual(name: &HeaderName) -> bool {
    // The server's name is the host's own word: no component can set it.
    USUAL.contains(&name.as_str()) || *name == http::header::HOST
}

/// Whether no request may have a header, and no component may read it in an answer. Some servers and gateways take `_`
/// for `-`.
pub fn is_forbidden(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    NEVER.contains(&name.as_str()) || NEVER_BEGINNING.iter().any(|beginning| name.starts_with(beginning))
}

/// Reads the name of a header that an endpoint declares; else says what is wrong with it.
pub(super) fn declared(name: &str) -> Result<HeaderName, &'static str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("is not in lower case");
    }
    if name.contains('_') {
        return Err("has an underscore, which some servers take for a dash");
    }
    if is_forbidden(name) {
        return Err("is one that no request may have");
    }
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| "is no header's name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_may_say() {
        for name in [
            "host",
            "Cookie",
            "te",
            "x_http_method_override",
            "X-Real-IP",
            "x-forwarded-user",
            "x_original_uri",
            "via",
            "proxy-authorization",
            "set-cookie",
            "token",
        ] {
            assert!(is_forbidden(name), "{name}");
            assert!(declared(&name.to_lowercase()).is_err(), "{name}");
        }
        for name in ["etag", "location", "x-request-id", "content-type"] {
            assert!(!is_forbidden(name), "{name}");
        }
    }

    #[test]
    fn what_an_endpoint_may_declare() {
        assert_eq!(declared("x-request-id").unwrap(), "x-request-id");
        for wrong in ["X-Id", "x_id", "x id", "", "range", "te"] {
            assert!(declared(wrong).is_err(), "{wrong}");
        }
        assert!(USUAL.iter().all(|name| is_usual(&HeaderName::from_static(name)) && !is_forbidden(name)));
    }
}
