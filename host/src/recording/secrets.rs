use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::REDACTED;

/// The shortest part of a secret's base64 form that is searched for: shorter ones occur by chance.
const SHORTEST_BASE64: usize = 6;

/// Strings that must not be written, in whatever way they are written.
///
/// They are found plain, percent-encoded, escaped as in JSON, and in base64 (also as a part of what
/// was encoded, such as `user:password`).
#[derive(Clone, Default)]
pub struct Secrets {
    plain: Vec<Zeroizing<Vec<u8>>>,
    base64: Vec<Zeroizing<Vec<u8>>>,
}

impl Secrets {
    /// Takes the secrets; empty ones are ignored.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Secrets {
        let mut all = Secrets::default();
        for secret in secrets {
            let secret = secret.as_ref().as_bytes();
            if secret.is_empty() {
                continue;
            }
            all.plain.push(Zeroizing::new(secret.to_vec()));
            for offset in 0..3 {
                all.base64.extend(base64_parts(secret, offset));
            }
        }
        // The longest first: a secret that begins with another is covered whole.
        all.plain.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all.base64.sort_by(|a, b| a.as_slice().cmp(b.as_slice()));
        all.base64.dedup_by(|a, b| a.as_slice() == b.as_slice());
        all
    }

    /// `text` with [`REDACTED`] for each secret, or nothing if it holds none.
    pub fn cover(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.plain.is_empty() {
            return None;
        }
        let mut covered: Option<Vec<u8>> = None;
        let mut kept = 0;
        let mut at = 0;
        while at < text.len() {
            let Some((start, end)) = self.at(text, at, kept) else {
                at += 1;
                continue;
            };
            let out = covered.get_or_insert_with(Vec::new);
            out.extend_from_slice(&text[kept..start]);
            out.extend_from_slice(REDACTED.as_bytes());
            kept = end;
            at = end;
        }
        if let Some(out) = &mut covered {
            out.extend_from_slice(&text[kept..]);
        }
        covered
    }

    /// Where the secret that begins at `at` begins and ends; not before `from`.
    fn at(&self, text: &[u8], at: usize, from: usize) -> Option<(usize, usize)> {
        if let Some(end) = self.plain.iter().find_map(|secret| end_of(text, at, secret)) {
            return Some((at, end));
        }
        let mut end = self.base64.iter().find_map(|part| end_of(text, at, part))?;
        // The characters beside it may hold the secret's first and last bits.
        let mut start = at;
        while start > from && is_base64(text[start - 1]) {
            start -= 1;
        }
        while end < text.len() && is_base64(text[end]) {
            end += 1;
        }
        Some((start, end))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.plain.len())
    }
}

/// Without `/`: it would take the path before it along.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_' | b'=')
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

/// Where `secret` ends if it begins at `at`, each of its bytes written in any way.
fn end_of(text: &[u8], at: usize, secret: &[u8]) -> Option<usize> {
    let first = text[at];
    if first != secret[0] && !matches!(first, b'%' | b'\\' | b'+') {
        return None;
    }
    // Pairs of places in the text and in the secret: `%25` may be itself or a percent sign.
    let mut open = vec![(at, 0)];
    let mut seen = Vec::new();
    while let Some((place, matched)) = open.pop() {
        if matched == secret.len() {
            return Some(place);
        }
        if place >= text.len() {
            continue;
        }
        let mut step = |bytes: &[u8], length: usize| {
            let next = (place + length, matched + bytes.len());
            if secret[matched..].starts_with(bytes) && !seen.contains(&next) {
                seen.push(next);
                open.push(next);
            }
        };
        step(&text[place..=place], 1);
        match text[place] {
            b'+' => step(b" ", 1),
            b'%' => {
                if let Some(byte) = hex(text, place + 1, 2) {
                    step(&[byte as u8], 3);
                }
            }
            b'\\' => {
                let mut utf8 = [0; 4];
                if let Some((character, length)) = escaped(&text[place..]) {
                    step(character.encode_utf8(&mut utf8).as_bytes(), length);
                }
            }
            _ => {}
        }
    }
    None
}

fn hex(text: &[u8], at: usize, digits: usize) -> Option<u32> {
    text.get(at..at + digits)?.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

/// The character of a JSON escape and the escape's length.
fn escaped(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => {
            let unit = hex(text, 2, 4)?;
            if let Some(character) = char::from_u32(unit) {
                return Some((character, 6));
            }
            let low = text.get(6..8).filter(|next| next == b"\\u").and(hex(text, 8, 4))?;
            let pair = [u16::try_from(unit).ok()?, u16::try_from(low).ok()?];
            let character = char::decode_utf16(pair).next()?.ok()?;
            return Some((character, 12));
        }
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        _ => return None,
    };
    Some((character, 2))
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
