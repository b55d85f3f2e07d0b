//! The server's base URL, path segments and queries.

use crate::text::Quoted;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a query: RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// In a path also `@`, which is written as it is in `/users/email/{email}`.
const SEGMENT: &AsciiSet = &QUERY.remove(b'@');

/// One path segment, encoded: nothing in it can leave its place in the path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// The query of a request, with its `?`; nothing when there are no pairs.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        query.extend(utf8_percent_encode(value, QUERY));
    }
    query
}

/// Where the server is.
#[derive(Debug, PartialEq)]
pub struct Base {
    /// Whether it speaks TLS.
    pub secure: bool,
    /// Host and port, as written.
    pub authority: String,
    /// The path below which it is served, without a slash at its end; empty when there is none.
    pub prefix: String,
}

impl Base {
    /// Reads a base URL. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or("has no scheme (https:// or http://)")?;
        let secure = if scheme.eq_ignore_ascii_case("https") {
            true
        } else if scheme.eq_ignore_ascii_case("http") {
            false
        } else {
            return Err(format!("has the scheme {}", Quoted(scheme)));
        };
        if rest.contains(['?', '#']) {
            return Err("has a query or a fragment".into());
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err("has a user name or a password in it".into());
        }
        check_authority(authority)?;
        only(path, b"/-._~%!$&'()*+,;=:@", "path")?;
        let path = path.trim_end_matches('/');
        if path.split('/').any(|part| part == "." || part == "..") {
            return Err("has . or .. in its path".into());
        }
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { secure, authority: authority.into(), prefix })
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.prefix)
    }
}

/// That all of a part are letters, digits and these marks.
fn only(part: &str, marks: &[u8], name: &str) -> Result<(), String> {
    let odd = |byte: u8| !byte.is_ascii_alphanumeric() && !marks.contains(&byte);
    match part.bytes().position(odd) {
        // What is before it is ASCII, so it begins there.
        Some(at) => Err(format!("has {} in its {name}", Quoted(&part[at..].chars().take(1).collect::<String>()))),
        None => Ok(()),
    }
}

fn check_authority(authority: &str) -> Result<(), String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (address, rest) = v6.split_once(']').ok_or("has an IPv6 address without its ]")?;
            let v6 = |b: u8| b.is_ascii_hexdigit() || b == b':' || b == b'.';
            if !address.contains(':') || !address.bytes().all(v6) {
                return Err(format!("has no IPv6 address in its brackets: {}", Quoted(address)));
            }
            (address, rest)
        }
        None => match authority.find(':') {
            Some(colon) => authority.split_at(colon),
            None => (authority, ""),
        },
    };
    if host.is_empty() {
        return Err("has no host".into());
    }
    if !authority.starts_with('[') {
        only(host, b"-._", "host")?;
    }
    let valid = match port.strip_prefix(':') {
        Some(number) => number.bytes().all(|b| b.is_ascii_digit()) && number.parse::<u16>().is_ok_and(|n| n > 0),
        None => port.is_empty(),
    };
    if valid { Ok(()) } else { Err(format!("has no port that could be: {}", Quoted(port))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_may_have_a_path_and_slashes_at_its_end() {
        for (text, shown) in [
            ("https://chat.example.org", "https://chat.example.org"),
            ("HTTP://127.0.0.1:8065/", "http://127.0.0.1:8065"),
            (" https://example.org/chat// ", "https://example.org/chat"),
            ("https://[::1]:8065/a/b", "https://[::1]:8065/a/b"),
        ] {
            assert_eq!(Base::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_not_a_base_url_says_why() {
        for (text, reason) in [
            ("chat.example.org", "no scheme"),
            ("ftp://chat.example.org", "scheme \"ftp\""),
            ("https://", "no host"),
            ("https://:8065", "no host"),
            ("https://me:secret@chat.example.org", "a password"),
            ("https://chat.example.org/?a=b", "query"),
            ("https://chat.example.org#x", "fragment"),
            ("https://chat example.org", "\" \" in its host"),
            ("https://chat.example.org:0", "port"),
            ("https://chat.example.org:+80", "port"),
            ("https://[::1", "without its ]"),
            ("https://[chat]", "no IPv6"),
            ("https://chat.example.org/a/../b", ".. in its path"),
            ("https://chat.example.org/a b", "\" \" in its path"),
        ] {
            let error = Base::parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_segment_stays_in_its_place() {
        assert_eq!(segment("../a?b#c%2e d"), "..%2Fa%3Fb%23c%252e%20d");
        assert_eq!(segment("dev+1@example.test"), "dev%2B1@example.test");
        assert_eq!(segment("größe"), "gr%C3%B6%C3%9Fe");
    }

    #[test]
    fn a_query_is_encoded() {
        assert_eq!(query(&[]), "");
        assert_eq!(query(&[("page", "0"), ("q", "a b&c|ö")]), "?page=0&q=a%20b%26c%7C%C3%B6");
    }
}
