//! Ways in which a text may be written, undone.

use std::ops::Range;
use zeroize::Zeroizing;

/// A way in which a text may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decoding {
    /// `%41` is `A`.
    percent: bool,
    /// `+` is a blank.
    plus: bool,
    /// `\u0041` is `A`, `\"` is `"`, `\~` is `~`: JSON's and those of Markdown.
    escapes: bool,
}

impl Decoding {
    /// What is within a JSON string.
    pub const ESCAPES: Decoding = Decoding { percent: false, plus: false, escapes: true };

    /// All ways in which something in a text may be written other than it is. They follow from the text alone: a `+` is
    /// read in both ways whether or not a secret has a blank.
    pub fn of(text: &[u8]) -> impl Iterator<Item = Decoding> {
        let has = |byte: u8| memchr::memchr(byte, text).is_some();
        let (percent, plus, escapes) = (has(b'%'), has(b'+'), has(b'\\'));
        let urls = [(true, false, false), (percent, percent, false), (plus, percent, true)];
        let urls = urls.into_iter().filter(|(is_there, ..)| *is_there);
        let all = urls.flat_map(|(_, percent, plus)| [false, true].map(|escapes| Decoding { percent, plus, escapes }));
        let is_other = |decoding: &Decoding| decoding.percent || decoding.plus || decoding.escapes;
        all.filter(move |decoding| escapes || !decoding.escapes).filter(is_other)
    }

    /// What stands at the beginning of a text, and in how many bytes.
    fn step(self, text: &[u8]) -> (Step, usize) {
        #[cfg(test)]
        work::count();
        match text[0] {
            b'%' if self.percent => {
                if let Some(byte) = hex(text, 1, 2) {
                    return (Step::Byte(byte as u8), 3);
                }
            }
            b'+' if self.plus => return (Step::Byte(b' '), 1),
            b'\\' if self.escapes => {
                if let Some((character, length)) = escaped(text) {
                    return (Step::Character(character), length);
                }
            }
            _ => {}
        }
        (Step::Byte(text[0]), 1)
    }

    /// Where in the text ranges of what it decodes to stand. They are in their order and apart. It is gone through to its end,
    /// whatever was found.
    pub fn places(self, text: &[u8], ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = ranges.iter().map(|_| 0..text.len()).collect();
        let (mut at, mut decoded, mut next) = (0, 0, 0);
        while at < text.len() {
            let (step, length) = self.step(&text[at..]);
            let after = decoded + step.length();
            // The bytes of a character can be of two ranges.
            while let Some(range) = ranges.get(next) {
                if (decoded..after).contains(&range.start) {
                    places[next].start = at;
                }
                if range.end > after {
                    break;
                }
                places[next].end = at + length;
                next += 1;
            }
            (at, decoded) = (at + length, after);
        }
        places
    }
}

/// How much was looked at: it must not depend on what was found.
#[cfg(test)]
pub(super) mod work {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub fn count() {
        STEPS.set(STEPS.get() + 1);
    }

    /// The steps that something takes.
    pub fn of<T>(what: impl FnOnce() -> T) -> usize {
        let before = STEPS.get();
        drop(what());
        STEPS.get() - before
    }
}

/// What a step of decoding gives.
enum Step {
    Byte(u8),
    Character(char),
}

impl Step {
    fn length(&self) -> usize {
        match self {
            Step::Byte(_) => 1,
            Step::Character(character) => character.len_utf8(),
        }
    }
}

/// The text as it reads.
pub(crate) fn decode(text: &[u8], decoding: Decoding) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut at = 0;
    while at < text.len() {
        let (step, length) = decoding.step(&text[at..]);
        match step {
            Step::Byte(byte) => decoded.push(byte),
            Step::Character(character) => {
                decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        at += length;
    }
    decoded
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
        // In JSON `\"`, `\\` and `\/`; in Markdown any mark.
        byte if byte.is_ascii_punctuation() => char::from(*byte),
        _ => return None,
    };
    Some((character, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: Decoding = Decoding { percent: true, plus: true, escapes: true };

    #[test]
    fn each_way_is_undone() {
        let read = |text: &str| String::from_utf8(decode(text.as_bytes(), ALL).to_vec()).unwrap();
        assert_eq!(read(r#"a%2Fb+c\n\"\~\u00e4\ud83d\ude00 %zz \q %"#), "a/b c\n\"~ä😀 %zz \\q %");
        let ways = |text: &str| Decoding::of(text.as_bytes()).count();
        let all = ["a", "a%", "a+", "\\n", "%\\n", "+%", "+%\\n"];
        assert_eq!(all.map(ways), [0, 1, 1, 1, 3, 2, 5]);
    }

    proptest! {
        #[test]
        fn a_place_is_where_it_was_decoded_from(text in r#"(a|b|%61|%|\\u0061|\\"|\\ud83d\\ude00|\+){0,12}"#) {
            let decoded = decode(text.as_bytes(), ALL);
            for start in 0..decoded.len() {
                for end in start + 1..=decoded.len() {
                    let place = ALL.places(text.as_bytes(), std::slice::from_ref(&(start..end))).pop().unwrap();
                    let again = decode(&text.as_bytes()[place.clone()], ALL);
                    let whole = again.windows(end - start).any(|window| *window == decoded[start..end]);
                    prop_assert!(whole, "{:?} {:?}", place, again);
                }
            }
        }
    }
}
