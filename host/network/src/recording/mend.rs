//! JSON as some tools write it, which strictly is none.

/// Brings a text into the form of JSON, in its place, so far as that is a matter of letters:
///
/// - half a surrogate pair becomes U+FFFD: JavaScript's strings can have one;
/// - a control character that stands as it is becomes a blank;
/// - `NaN`, `Infinity` and `undefined`, which Python and JavaScript write, become 0 and `null`;
/// - a comma before a closing bracket goes.
pub(super) fn mend(text: &mut [u8]) {
    let mut at = 0;
    while at < text.len() {
        at = match text[at] {
            b'"' => string(text, at + 1),
            _ => outside(text, at),
        };
    }
}

/// Goes to the end of a string; what begins after it.
fn string(text: &mut [u8], mut at: usize) -> usize {
    while at < text.len() {
        match text[at] {
            b'"' => return at + 1,
            b'\\' if text.get(at + 1) == Some(&b'u') => at = unit(text, at),
            b'\\' => at += 2,
            byte => {
                if byte < b' ' {
                    text[at] = b' ';
                }
                at += 1;
            }
        }
    }
    at
}

/// A code unit of UTF-16 as an escape; what begins after it.
fn unit(text: &mut [u8], at: usize) -> usize {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
    };
    match (unit(at), unit(at + 6)) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => at + 12,
        (Some(0xd800..0xe000), _) => {
            text[at + 2..at + 6].copy_from_slice(b"fffd");
            at + 6
        }
        (Some(_), _) => at + 6,
        // Not four digits: it is left as it is.
        (None, _) => at + 2,
    }
}

/// Goes over what is no string; what begins after it.
fn outside(text: &mut [u8], at: usize) -> usize {
    const WORDS: [(&[u8], &[u8]); 4] =
        [(b"NaN", b"0"), (b"-Infinity", b"0"), (b"Infinity", b"0"), (b"undefined", b"null")];
    let rest = &mut text[at..];
    match rest[0] {
        b',' => {
            let next = rest[1..].iter().find(|byte| !byte.is_ascii_whitespace());
            if matches!(next, Some(b']' | b'}')) {
                rest[0] = b' ';
            }
            at + 1
        }
        byte if byte < b' ' => {
            rest[0] = b' ';
            at + 1
        }
        b'N' | b'-' | b'I' | b'u' => match WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, instead)) => {
                rest[..word.len()].fill(b' ');
                rest[..instead.len()].copy_from_slice(instead);
                at + word.len()
            }
            None => at + 1,
        },
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn mended(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mend(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_other_tools_write_becomes_json() {
        for (text, expected) in [
            (r#"["\ud83d", "\ude00\ud83d x"]"#, r#"["\ufffd", "\ufffd\ufffd x"]"#),
            (
                r#"["\ud83d\ude00", "\u00e4", "\\ud83d", "\ud83d\u0041"]"#,
                r#"["\ud83d\ude00", "\u00e4", "\\ud83d", "\ufffd\u0041"]"#,
            ),
            ("[\"a\0b\tc\nd\"]", "[\"a b c d\"]"),
            ("[NaN, -Infinity, Infinity, undefined, \"NaN\"]", "[0  , 0        , 0       , null     , \"NaN\"]"),
            ("[1, 2, ]", "[1, 2  ]"),
            ("{\"a\": 1,\n}", "{\"a\": 1  }"),
            ("[\"\\", "[\"\\"),
            ("[\"\\u12\"]", "[\"\\u12\"]"),
        ] {
            assert_eq!(mended(text), expected);
        }
    }

    proptest! {
        #[test]
        fn json_stays_what_it_was(value in crate::recording::samples::json()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let again: Value = serde_json::from_str(&mended(&text)).unwrap();
                prop_assert_eq!(&again, &serde_json::from_str::<Value>(&text).unwrap());
            }
        }

        #[test]
        fn any_bytes_can_be_mended(mut bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let length = bytes.len();
            mend(&mut bytes);
            prop_assert_eq!(bytes.len(), length);
        }

        #[test]
        fn what_is_text_stays_text(text in r#"["\\ud8efNaI\-,\]\[ äé]{0,40}"#) {
            prop_assert_eq!(mended(&text).len(), text.len());
        }
    }
}
