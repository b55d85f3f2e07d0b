//! Numbers of a file that is written again keep their digits: JSON has more of them than memory holds.
//!
//! Those that would be written otherwise than they stand there are read as texts with a mark before them that no other
//! text has, and become numbers again when the file is written.

use serde::de::IgnoredAny;
use serde_json::{Number, Value};
use soar::files::{self, JsonError};
use soar::text::json;

/// How the texts begin that stand for numbers.
#[derive(Debug, PartialEq)]
pub struct Mark(String);

impl Mark {
    /// Reads a file. No other text of it has the mark, nor one of `other`, which is to be merged into it.
    ///
    /// # Errors
    /// If it is no JSON, or would take too much memory.
    pub fn read(bytes: &[u8], other: &Value) -> Result<(Self, Value), JsonError> {
        let other = json::pretty(other);
        let mut number = 0_u64;
        loop {
            // A digest of the file itself, so that no text in it can be that; where the other has it, it is another one.
            let digest = soar::digest(&[bytes, &number.to_le_bytes()].concat());
            let mark = format!("soar-number-{digest}:");
            if !other.contains(&mark) {
                return Ok((Self(mark.clone()), files::json(&hide(bytes, &mark))?));
            }
            number += 1;
        }
    }

    /// The text of a file that has this value.
    pub fn write(&self, value: &Value) -> String {
        show(&json::pretty(value), &self.0)
    }
}

/// Puts a text in the place of each number that has other digits when it is written.
fn hide(bytes: &[u8], mark: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'"' => text_end(bytes, at),
            b'-' | b'0'..=b'9' => at + number_length(&bytes[at..]),
            _ => at + 1,
        };
        let part = &bytes[at..end];
        match std::str::from_utf8(part) {
            Ok(number) if byte != b'"' && part.len() > 1 && !is_exact(number) => {
                out.extend([b"\"", mark.as_bytes(), part, b"\""].concat());
            }
            _ => out.extend(part),
        }
        at = end;
    }
    out
}

/// Whether a number is written as it is read. What is no number is left to whoever reads the file.
fn is_exact(number: &str) -> bool {
    match serde_json::from_str::<Number>(number) {
        Ok(read) => read.to_string() == number,
        Err(_) => serde_json::from_str::<IgnoredAny>(number).is_err(),
    }
}

/// Where the text ends that begins at a quotation mark.
fn text_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_length(bytes: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    bytes.iter().position(|byte| !is_part(byte)).unwrap_or(bytes.len())
}

/// Puts the numbers back into their places.
fn show(text: &str, mark: &str) -> String {
    let opening = format!("\"{mark}");
    let mut parts = text.split(&opening);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('"').unwrap_or((part, ""));
        out.push_str(number);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn again(text: &str) -> String {
        let (mark, value) = Mark::read(text.as_bytes(), &Value::Null).expect("JSON");
        mark.write(&value)
    }

    #[test]
    fn numbers_keep_their_digits() {
        for number in [
            "123456789012345678901234567890",
            "-0",
            "1.0",
            "1.10",
            "1E5",
            "1e400",
            "0.1234567890123456789",
            "18446744073709551616",
            "-9223372036854775809",
            "7",
        ] {
            let text = format!("{{\n  \"a\": [\n    {number}\n  ],\n  \"b\": \"{number}\"\n}}\n");
            assert_eq!(again(&text), text);
        }
    }

    #[test]
    fn a_text_that_looks_like_a_mark_stays_one() {
        for text in [
            r#"{"a": "soar-number-0:5", "b": 1.0}"#,
            r#"{"a": "\u0073oar-number-0:5", "soar-number-1:": 1e5}"#,
            r#"{"a": "\"soar-number-0:1.0\"", "b": "x\\", "c": 1.0}"#,
        ] {
            let before: Value = serde_json::from_str(text).expect("JSON");
            let after: Value = serde_json::from_str(&again(text)).expect("JSON");
            assert_eq!(after, before);
        }
        let read = |other: &Value| Mark::read(b"{\"a\": 1.0}", other).expect("JSON").0;
        let first = read(&Value::Null);
        let other = read(&json!({ "message": format!("{}1", first.0) }));
        assert_ne!(first, other);
    }

    #[test]
    fn a_key_that_stands_twice_has_its_last_value() {
        assert_eq!(again("{\"x\":1.10,\"x\":1}"), "{\n  \"x\": 1\n}\n");
        assert_eq!(again("{\"x\":1,\"x\":1.10}"), "{\n  \"x\": 1.10\n}\n");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["{\"a\": 1.}", "{\"a\": 01}", "{\"a\": 1-2}", "{\"a\": -}", "{\"a\": 1.0", "\"", "{\"a\": \"\\"] {
            assert!(Mark::read(text.as_bytes(), &Value::Null).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_again_is_the_same(text in "[{}\\[\\]\":,0-9.eE+\\-\\\\ a]{0,24}") {
            let read = Mark::read(text.as_bytes(), &Value::Null);
            // A number that is out of range is one here.
            if let Ok(before) = serde_json::from_str::<Value>(&text) {
                let (mark, value) = read.expect("JSON");
                let after: Value = serde_json::from_str(&mark.write(&value)).expect("JSON");
                prop_assert_eq!(after, before);
            }
        }
    }
}
