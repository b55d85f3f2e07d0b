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
use super::finder::Finder;

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
    /// The shortest way in which one may be written, in bytes; 0 without any.
    shortest_way: usize,
    plain: Finder,
    base64: Finder,
    /// The secrets themselves.
    all: Vec<Zeroizing<Vec<u8>>>,
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
            shortest_way: secrets.iter().chain(&base64).map(|way| way.len()).min().unwrap_or_default(),
            plain: Finder::new(secrets.iter().map(|secret| secret.as_slice())),
            base64: Finder::new(base64.iter().map(|part| part.as_slice())),
            all: secrets,
        }
    }

    /// Whether there is nothing to find.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How much longer a text of this length can become at most when a word of this length is put in the place of each: it
    /// depends on their lengths alone.
    pub(super) fn growth(&self, length: u64, word: usize) -> u64 {
        match word.checked_sub(self.shortest_way) {
            Some(more) if self.shortest_way > 0 => length / self.shortest_way as u64 * more as u64,
            _ => 0,
        }
    }

    /// The length of the longest in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.plain.longest()
    }

    /// The length of the shortest in bytes, or of what is found of it.
    pub(crate) fn shortest(&self) -> usize {
        if self.is_empty() { usize::MAX } else { self.shortest.min(SHORTEST_BASE64) }
    }

    /// `text` with [`REDACTED`] for each secret, or nothing if it holds none.
    pub fn cover(&self, text: &[u8]) -> Option<Vec<u8>> {
        let found = self.find(text);
        (!found.is_empty()).then(|| covered(text, &found))
    }

    /// The same in a time that does not tell whether it holds one.
    pub(super) fn covered(&self, text: &str) -> String {
        let covered = covered(text.as_bytes(), &self.find(text.as_bytes()));
        String::from_utf8_lossy(&covered).into_owned()
    }

    /// Whether a text is one of them, as it is.
    pub(super) fn is_one(&self, text: &[u8]) -> bool {
        self.all.iter().any(|secret| secret.as_slice() == text)
    }

    /// The same for those of them that stand where one is to be covered.
    pub(super) fn covered_where(&self, text: &str, is_meant: impl Fn(&Range<usize>) -> bool) -> String {
        let mut found = self.find(text.as_bytes());
        found.retain(is_meant);
        String::from_utf8_lossy(&covered(text.as_bytes(), &found)).into_owned()
    }

    /// A text without the beginnings of secrets that stand before a `…`: whoever cut it may have cut one. It is for what is shown
    /// when a call is over: the time that it takes tells which there are.
    pub(super) fn without_beginnings(&self, text: String) -> String {
        /// Shorter ones occur by chance, in characters.
        const LEAST: usize = 8;
        /// The longest text that is looked through, in bytes. Nobody cuts at more.
        const LONGEST: usize = 1 << 20;
        if self.is_empty() || text.len() > LONGEST || !text.contains('…') {
            return text;
        }
        let beginning = |(cut, _): (usize, &str)| {
            // Without the backslashes of Markdown.
            let before = text[..cut].char_indices().rev().filter(|(_, character)| *character != '\\');
            let before: Vec<(usize, char)> = before.take(self.longest()).collect();
            let starts = |secret: &str| {
                let secret: Zeroizing<Vec<char>> =
                    Zeroizing::new(secret.chars().filter(|character| *character != '\\').collect());
                let lengths = (LEAST..=secret.len().min(before.len())).rev();
                let mut found = lengths.filter(|length| {
                    secret[..*length].iter().rev().eq(before[..*length].iter().map(|(_, character)| character))
                });
                found.next().map(|length| before[length - 1].0)
            };
            let secrets = self.all.iter().filter_map(|secret| std::str::from_utf8(secret).ok());
            secrets.filter_map(starts).min().map(|start| start..cut)
        };
        let found: Vec<Range<usize>> = text.match_indices('…').filter_map(beginning).collect();
        String::from_utf8_lossy(&covered(text.as_bytes(), &apart(found))).into_owned()
    }

    /// Where secrets stand in `text`: in their order, none in another.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.plain.is_empty() {
            return Vec::new();
        }
        let mut found = self.find_in(text);
        for decoding in Decoding::of(text) {
            let decoded = decode(text, decoding);
            let ranges = apart(self.find_in(&decoded));
            found.extend(decoding.places(text, &ranges));
        }
        apart(found)
    }

    /// Where they stand as they are, and in base64.
    fn find_in(&self, text: &[u8]) -> Vec<Range<usize>> {
        let ranges = |finder: &Finder| finder.find(text).into_iter().map(|found| found.range).collect::<Vec<_>>();
        let mut found = ranges(&self.plain);
        found.extend(widened(text, ranges(&self.base64)));
        found
    }
}

/// A text with [`REDACTED`] in these places of it.
fn covered(text: &[u8], found: &[Range<usize>]) -> Vec<u8> {
    let mut covered = Vec::with_capacity(text.len());
    let mut at = 0;
    for range in found {
        covered.extend_from_slice(&text[at..range.start]);
        covered.extend_from_slice(REDACTED.as_bytes());
        at = range.end;
    }
    covered.extend_from_slice(&text[at..]);
    covered
}

/// The characters beside the base64 form of a secret may hold its first and last bits. The text is gone through whole,
/// whatever was found in it: the ranges are in their order and apart.
fn widened(text: &[u8], mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let (mut begins, mut next) = (0, 0);
    for (at, byte) in text.iter().enumerate() {
        #[cfg(test)]
        super::decode::work::count();
        if let Some(range) = ranges.get_mut(next).filter(|range| range.start == at) {
            range.start = begins;
            next += 1;
        }
        if !is_base64(*byte) {
            begins = at + 1;
        }
    }
    let (mut ends, mut left) = (text.len(), ranges.len());
    for (at, byte) in text.iter().enumerate().rev() {
        if let Some(range) = ranges[..left].last_mut().filter(|range| range.end == at + 1) {
            range.end = ends;
            left -= 1;
        }
        // What fills it up stands at its end alone: before it a `=` follows a name.
        if !is_base64(*byte) && *byte != b'=' {
            ends = at;
        }
    }
    ranges
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
    use super::super::decode::work;
    use super::*;
    use proptest::prelude::*;

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
    fn what_was_left_of_one_where_a_text_was_cut_is_no_part_of_it() {
        let secrets = Secrets::new(["token_token_1", "other"]);
        for (text, expected) in [
            ("says token_token…", "says [redacted]…"),
            (r"says token\_tok… (404), token_to… and token_…", "says [redacted]… (404), [redacted]… and token_…"),
            ("atoken_token_", "atoken_token_"),
            ("…token_token", "…token_token"),
            ("token_tok …", "token_tok …"),
            ("othe…", "othe…"),
        ] {
            assert_eq!(secrets.without_beginnings(text.into()), expected);
        }
        assert_eq!(Secrets::default().without_beginnings("token_token…".into()), "token_token…");
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

    /// `~`, `?` and `>` make a `/` or a `+` of base64, which JSON and URLs may write in another way.
    #[test]
    fn covers_base64_that_is_escaped() {
        use base64::engine::general_purpose::STANDARD;
        let secret = "Tok3nABC??>>~~xyzTOKEN42";
        let text = STANDARD.encode(format!("user:{secret}"));
        assert!(text.contains('/') && text.contains('+'), "{text}");
        let percent = text.replace('/', "%2F").replace('+', "%2b").replace('=', "%3D");
        for text in [percent, text.replace('/', "\\/"), text.replace('/', "\\u002f")] {
            let covered = cover(secret, &format!("a {text}&b"));
            assert!(covered.starts_with("a ") && covered.ends_with("[redacted]&b"), "{text}: {covered}");
            assert!(covered.len() < 30, "{covered}");
        }
    }

    /// As the entry of a component has it, which soar then shows without the escapes.
    #[test]
    fn covers_what_markdown_escapes() {
        assert_eq!(cover("Tok3n~ABC*42_x", r"a Tok3n\~ABC\*42\_x b"), "a [redacted] b");
    }

    /// A `+` that is one stands beside what is escaped, also where another secret has a blank.
    #[test]
    fn a_plus_is_a_blank_or_itself() {
        let secrets = Secrets::new(["p/q+r/s", "a b/c"]);
        for text in ["p%2Fq+r%2fs", "p%2Fq%2Br%2fs", "p\\/q+r%2Fs", "a+b%2Fc", "a%20b\\/c", "a+b\\/c"] {
            assert_eq!(secrets.cover(text.as_bytes()).as_deref(), Some(&b"[redacted]"[..]), "{text}");
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

    proptest! {
        /// Whoever writes texts full of guesses, and measures how long they are looked through, learns nothing.
        #[test]
        fn the_work_does_not_depend_on_what_is_found(
            pieces in prop::collection::vec(prop::sample::select(&[
                "00731234", "00731235", "%30%30731234", "\\u00300731234", "MDA3MzEyMzQ", "MDA3MzEyMzU", "0073 234", "0073+234", "=", "/", "+", "%4", "\\n", " ", "\u{e4}",
            ]), 0..40),
        ) {
            let text = pieces.concat();
            let [one, other, blank] = ["00731234", "00731235", "0073 234"].map(|secret| {
                let secrets = Secrets::new([secret]);
                work::of(|| secrets.find(text.as_bytes()))
            });
            prop_assert_eq!([one, other], [blank, blank]);
        }

        #[test]
        fn base64_is_covered_from_its_beginning_to_its_end(before in "[a-z/ =]{0,9}", after in "[a-z/ =]{0,9}", twice in any::<bool>()) {
            let form = "c3Vuc2hpbmUtMjAxOQ";
            let text = format!("{before}{form}{}{after}", if twice { form } else { "" });
            let covered = cover("sunshine-2019", &text);
            let start = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
            let end = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '=');
            prop_assert_eq!(covered, format!("{start}[redacted]{end}"));
        }
    }
}
