//! Secrets in texts, in whatever way they are written there.
//!
//! What an integration wrote is looked through while it runs, so the time that it takes must not tell it anything: the
//! text is decoded in each way in which a secret may be written, whatever is in it, and [`Finder`] looks through each.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::REDACTED;
use super::decode::{Decoding, decode};
use crate::finder::Finder;

/// The shortest part of a secret's base64 form that is searched for: shorter ones occur by chance.
const SHORTEST_BASE64: usize = 6;

/// Strings that must not be written, in whatever way they are written.
///
/// They are found plain, percent-encoded, escaped as in JSON, and in base64 (also as a part of what
/// was encoded, such as `user:password`).
#[derive(Clone, Default)]
pub struct Secrets {
    count: usize,
    /// In bytes; 0 without any.
    shortest: usize,
    plain: Finder,
    base64: Finder,
    /// Whether `+` may be a blank in one of them.
    blank: bool,
}

impl Secrets {
    /// Takes the secrets; empty ones are ignored.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Secrets {
        let secrets: Vec<Zeroizing<Vec<u8>>> = secrets
            .into_iter()
            .map(|secret| Zeroizing::new(secret.as_ref().as_bytes().to_vec()))
            .filter(|secret| !secret.is_empty())
            .collect();
        let base64: Vec<_> =
            secrets.iter().flat_map(|secret| (0..3).flat_map(|offset| base64_parts(secret, offset))).collect();
        Secrets {
            count: secrets.len(),
            shortest: secrets.iter().map(|secret| secret.len()).min().unwrap_or_default(),
            plain: Finder::new(secrets.iter().map(|secret| secret.as_slice())),
            base64: Finder::new(base64.iter().map(|part| part.as_slice())),
            blank: secrets.iter().any(|secret| secret.contains(&b' ')),
        }
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The length of the longest in bytes.
    pub(super) fn longest(&self) -> usize {
        self.plain.longest()
    }

    /// The length of the shortest in bytes, or of what is found of it.
    pub(super) fn shortest(&self) -> usize {
        if self.is_empty() { usize::MAX } else { self.shortest.min(SHORTEST_BASE64) }
    }

    /// `text` with [`REDACTED`] for each secret, or nothing if it holds none.
    pub fn cover(&self, text: &[u8]) -> Option<Vec<u8>> {
        let found = self.find(text);
        if found.is_empty() {
            return None;
        }
        let mut covered = Vec::with_capacity(text.len());
        let mut at = 0;
        for range in found {
            covered.extend_from_slice(&text[at..range.start]);
            covered.extend_from_slice(REDACTED.as_bytes());
            at = range.end;
        }
        covered.extend_from_slice(&text[at..]);
        Some(covered)
    }

    /// Where secrets stand in `text`: in their order, none in another.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.plain.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Range<usize>> = self.plain.find(text).into_iter().map(|found| found.range).collect();
        for decoding in Decoding::of(text, self.blank) {
            let decoded = decode(text, decoding);
            let ranges: Vec<_> = self.plain.find(&decoded).into_iter().map(|found| found.range).collect();
            found.extend(decoding.places(text, &ranges));
        }
        let mut end = 0;
        for part in self.base64.find(text) {
            // Not again through all of a long text for each part of it.
            if part.range.end > end {
                let whole = widened(text, part.range);
                end = whole.end;
                found.push(whole);
            }
        }
        apart(found)
    }
}

/// The characters beside the base64 form of a secret may hold its first and last bits.
fn widened(text: &[u8], Range { start, end }: Range<usize>) -> Range<usize> {
    let before = text[..start].iter().rev().take_while(|byte| is_base64(**byte)).count();
    // What fills it up stands at its end alone: before it a `=` follows a name.
    let after = text[end..].iter().take_while(|byte| is_base64(**byte) || **byte == b'=').count();
    start - before..end + after
}

/// Ranges in their order; those that overlap are one.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.count)
    }
}

/// Without `/`: it would take the path before it along.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_')
}

/// The characters that depend on the secret alone when `offset` bytes (mod 3) stand before it.
fn base64_parts(secret: &[u8], offset: usize) -> Vec<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; offset]);
    bytes.extend_from_slice(secret);
    let first = (offset * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&*bytes), URL_SAFE_NO_PAD.encode(&*bytes)]
        .into_iter()
        .map(Zeroizing::new)
        .filter_map(|encoded| encoded.as_bytes().get(first..last).map(<[u8]>::to_vec))
        .filter(|part| part.len() >= SHORTEST_BASE64)
        .map(Zeroizing::new)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(secret: &str, text: &str) -> String {
        let covered = Secrets::new([secret]).cover(text.as_bytes());
        String::from_utf8(covered.unwrap_or_else(|| text.into())).unwrap()
    }

    #[test]
    fn covers_every_way_of_writing() {
        let secret = "pä ss/\"w%0";
        for (text, expected) in [
            ("a pä ss/\"w%0 b", "a [redacted] b"),
            ("p%C3%a4+ss%2F%22w%250&x", "[redacted]&x"),
            ("p\\u00e4 ss\\/\\\"w%0", "[redacted]"),
            ("pä ss/\"w%1", "pä ss/\"w%1"),
        ] {
            assert_eq!(cover(secret, text), expected);
        }
        assert_eq!(cover("a😀b", r#"x a\ud83d\ude00b"#), "x [redacted]");
    }

    #[test]
    fn covers_base64_of_what_holds_it() {
        use base64::engine::general_purpose::{STANDARD, URL_SAFE};
        for before in ["", "u", "us", "user:", "user@host:"] {
            let whole = format!("{before}s3cr3t?token>~ and more");
            for text in [STANDARD.encode(&whole), URL_SAFE.encode(&whole)] {
                assert_eq!(cover("s3cr3t?token>~", &format!("Basic {text}.")), "Basic [redacted].", "{whole}");
            }
        }
    }

    #[test]
    fn several_and_overlapping() {
        let secrets = Secrets::new(["abc", "abcdef", ""]);
        assert_eq!(secrets.cover(b"abcdef-abc-abab").unwrap(), b"[redacted]-[redacted]-abab");
        assert_eq!(secrets.cover(b"nothing"), None);
        assert_eq!(Secrets::default().cover(b"abc"), None);
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
    }
}
