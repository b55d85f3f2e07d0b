use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode;

/// A name and a value, percent-decoded.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// A URL cut where a recording needs it. Any text can be cut: a recording's reader shall not stop
/// at a `data:` URL in a file of thousands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Address<'a> {
    /// `scheme://host:port`, without user information; empty for what has none.
    pub origin: Cow<'a, str>,
    /// From the first `/`, as written; `/` if there was none.
    pub path: Cow<'a, str>,
    /// Behind the `?`, as written.
    pub query: Option<Cow<'a, str>>,
}

impl<'a> Address<'a> {
    pub fn of(url: &'a str) -> Address<'a> {
        let url = url.split('#').next().unwrap_or_default();
        let (head, query) = match url.split_once('?') {
            Some((head, query)) => (head, Some(Cow::Borrowed(query))),
            None => (url, None),
        };
        let Some((scheme, rest)) = head.split_once("://") else {
            return Address { origin: Cow::Borrowed(""), path: Cow::Borrowed(head), query };
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let origin = match authority.rsplit_once('@') {
            Some((_, host)) => Cow::Owned(format!("{scheme}://{host}")),
            None => Cow::Borrowed(&url[..scheme.len() + "://".len() + authority.len()]),
        };
        Address { origin, path: Cow::Borrowed(path), query }
    }

    /// The path's segments, each decoded by itself: `%2F` is not a separator.
    pub fn segments(&self) -> Vec<Vec<u8>> {
        self.path.split('/').map(|segment| percent_decode(segment.as_bytes()).collect()).collect()
    }

    /// The query's names and values in the order written.
    pub fn pairs(&self) -> Vec<Pair> {
        self.query.as_deref().map(|query| pairs(query.as_bytes())).unwrap_or_default()
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

/// The names and values of a query or of a form, in bytes: what isn't UTF-8 must still differ from
/// what else isn't.
pub(crate) fn pairs(encoded: &[u8]) -> Vec<Pair> {
    encoded
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (decoded(&pair[..at]), decoded(&pair[at + 1..])),
            None => (decoded(pair), Vec::new()),
        })
        .collect()
}

fn decoded(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_and_drops_what_is_secret() {
        let address = Address::of("https://me:pass@chat.example:8065/a/b?c=d#access_token=x");
        assert_eq!(address.origin, "https://chat.example:8065");
        assert_eq!(address.path, "/a/b");
        assert_eq!(address.to_string(), "https://chat.example:8065/a/b?c=d");
        assert_eq!(Address::of("http://h").path, "/");
        assert_eq!(Address::of("http://h?x").to_string(), "http://h/?x");
        assert_eq!(Address::of("data:text/plain,x").origin, "");
    }

    #[test]
    fn decodes_segments_and_pairs() {
        let address = Address::of("http://h/a%2Db/c%2Fd?x=1+2&y&&x=%FF");
        assert_eq!(address.segments(), [&b""[..], &b"a-b"[..], &b"c/d"[..]]);
        assert_eq!(
            address.pairs(),
            [(b"x".to_vec(), b"1 2".to_vec()), (b"y".to_vec(), Vec::new()), (b"x".to_vec(), vec![0xff])]
        );
    }
}
