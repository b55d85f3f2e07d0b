//! JSON for programs that a person can look at, too.
//!
//! JSON lets every character pass in a text but quotes, backslashes and the controls below U+0020. Here each hidden
//! character is written as an escape, `\u202e`: it stands inside of a text only, so whoever reads the JSON gets the same
//! value, and a terminal or an editor shows what is there.

use super::is_hidden;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// Writes a value on one line, without a line break at its end.
///
/// # Errors
/// If it can't be written, or is nothing that JSON can hold.
pub fn write(out: impl Write, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaped(CompactFormatter)))
}

/// Writes a value on several lines, indented by two spaces, without a line break at its end.
///
/// # Errors
/// Like [`write()`].
pub fn write_pretty(out: impl Write, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaped(PrettyFormatter::new())))
}

/// A value on several lines, which end with a line break: how files have it.
#[must_use]
pub fn pretty(value: &serde_json::Value) -> String {
    let mut text = Vec::new();
    // A value of JSON can be written into memory.
    drop(write_pretty(&mut text, value));
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

/// A formatter whose texts have no hidden characters.
#[derive(Clone, Debug)]
pub struct Escaped<F>(pub F);

impl<F: Formatter> Formatter for Escaped<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, found) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut characters = found.chars();
            if let Some(hidden) = characters.next() {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_hides_and_the_value_is_the_same() {
        let value =
            json!({ "a\u{9b}": ["\u{1b}[2J\u{7f}\u{85}ü", "\u{202e}\u{e0041}\"\\\n"], "b": {}, "c": [], "d": 1.5 });
        let mut compact = Vec::new();
        write(&mut compact, &value).expect("memory");
        let compact = String::from_utf8(compact).expect("UTF-8");
        assert_eq!(
            compact,
            r#"{"a\u009b":["\u001b[2J\u007f\u0085ü","\u202e\udb40\udc41\"\\\n"],"b":{},"c":[],"d":1.5}"#
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&compact).expect("JSON"), value);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty(&value)).expect("JSON"), value);
        assert!(!pretty(&value).contains(|c| is_hidden(c) && c != '\n'));
    }

    #[test]
    fn it_is_indented_as_serde_does() {
        let value = json!({ "a": [1, { "b": [] }, "c"], "d": {}, "e": null });
        assert_eq!(pretty(&value), format!("{value:#}\n"));
    }
}
