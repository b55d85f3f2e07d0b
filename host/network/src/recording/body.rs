//! The text of a body, as tools write it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::de::IgnoredAny;

use super::attached::Attached;
use super::error::Result;
use super::fields::Fields;

/// A body's bytes, or why they can't be had, in words; nothing if there is none.
pub(super) type Body = Option<std::result::Result<Bytes, String>>;

/// The body that an object has as its text, or in a file.
pub(super) fn body(data: Fields<'_>, media_type: &str, attached: &mut Attached<'_>) -> Result<Body> {
    let text = data.text("text")?;
    // An empty text stands beside the name of a file.
    let file = data.text("_file")?.filter(|name| !name.is_empty() && text.as_ref().is_none_or(|text| text.is_empty()));
    if let Some(name) = file {
        return Ok(Some(attached.body(&name)));
    }
    let Some(text) = text else { return Ok(None) };
    // HAR has an encoding for answers alone, and a name that begins with `_` for what it does not have.
    let own = data.text_if_any("_encoding");
    let is_own = !own.is_empty();
    let named = if is_own { own } else { data.text_if_any("encoding") };
    let plain = || Bytes::copy_from_slice(text.as_bytes());
    let size = data.number("size").filter(|size| *size >= 0.0).map(|size| size as u64);
    Ok(Some(match named.trim().to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "plain" | "text" | "none" | "identity" | "7bit" | "8bit" => Ok(plain()),
        "base64" | "base64url" => match decoded(&text) {
            Some(bytes) if is_own || !is_rather_plain(&text, &bytes, media_type, size) => Ok(bytes.into()),
            _ if let Some(bytes) = pieces(&text) => Ok(bytes.into()),
            // Firefox wrote that of plain texts, and they are in the files that people have.
            _ if is_text(media_type) || is_json(text.as_bytes()) => Ok(plain()),
            _ => Err("its body is said to be base64, and is not".into()),
        },
        _ if is_json(text.as_bytes()) => Ok(plain()),
        _ => {
            let shown = soar_contract::text::quoted(&soar_contract::text::cut(&named, 40));
            Err(format!("its body is in the encoding {shown}, which is not read; expected \"base64\" or none"))
        }
    }))
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Base64 of either alphabet, with or without its padding, in one line or in several, whole or cut.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let engine = |alphabet| GeneralPurpose::new(alphabet, LENIENT);
    let safe = text.contains(['-', '_']);
    let engine = if safe { engine(&URL_SAFE) } else { engine(&STANDARD) };
    if let Ok(bytes) = engine.decode(text) {
        return Some(bytes);
    }
    let mut letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    while letters.last() == Some(&b'=') {
        letters.pop();
    }
    // A letter alone at the end is less than a byte: the text was cut there.
    if letters.len() % 4 == 1 && letters.len() > 1 {
        letters.pop();
    }
    engine.decode(letters).ok()
}

/// Base64 in several pieces, as Polly.JS keeps what came packed: a list of them as JSON.
fn pieces(text: &str) -> Option<Vec<u8>> {
    let pieces: Vec<Cow<'_, str>> = serde_json::from_str(text).ok().filter(|pieces: &Vec<_>| !pieces.is_empty())?;
    pieces.iter().map(|piece| decoded(piece)).collect::<Option<Vec<_>>>().map(|pieces| pieces.concat())
}

/// Whether a text that could be base64 is rather what it says: words of four letters can be both.
fn is_rather_plain(text: &str, decoded: &[u8], media_type: &str, size: Option<u64>) -> bool {
    if size == Some(decoded.len() as u64) || !is_text(media_type) || std::str::from_utf8(decoded).is_ok() {
        return false;
    }
    size == Some(text.len() as u64) || is_json(text.as_bytes())
}

/// Whether a media type is that of a text.
fn is_text(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("text/")
        || ["json", "xml", "javascript", "urlencoded"].iter().any(|kind| media_type.contains(kind))
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Whether a body that is shorter than it should be was cut, for certain: it is JSON that ends in its middle. That alone says
/// nothing about sizes, of which tools write many: before and after packing, in bytes and in characters. Another body
/// that is shorter is taken as it is.
pub(super) fn is_cut(body: &[u8], media_type: &str) -> bool {
    let begins = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = media_type.to_ascii_lowercase().contains("json") || matches!(begins, Some(b'{' | b'['));
    is_json && serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::super::attached::Nowhere;
    use super::*;
    use serde_json::{Value, json};

    fn read(data: &Value, media_type: &str) -> Body {
        body(Fields(data.as_object().unwrap()), media_type, &mut Attached::new(&Nowhere)).unwrap()
    }

    fn is(data: Value, media_type: &str, expected: &[u8]) {
        assert_eq!(read(&data, media_type), Some(Ok(Bytes::copy_from_slice(expected))), "{data}");
    }

    #[test]
    fn base64_is_read_in_each_way_of_writing_it() {
        let bytes = [0xfb, 0xff, 0xbf, 0x00, 0x01];
        for text in ["+/+/AAE=", "+/+/AAE", "-_-_AAE=", "-_-_AAE", "+/+/\r\nAAE=\r\n", " +/+/ AAE", "+/+/AAE=="] {
            for encoding in ["base64", "BASE64", " base64 "] {
                is(json!({"text": text, "encoding": encoding}), "image/png", &bytes);
            }
        }
        is(json!({"text": "[\"+/+/\", \"AAE=\"]", "encoding": "base64"}), "application/json", &bytes);
        // Cut.
        is(json!({"text": "+/+/AAE=A"}), "x", b"+/+/AAE=A");
        is(json!({"text": "+/+/A", "encoding": "base64"}), "image/png", &bytes[..3]);
        is(json!({"text": "e30=", "_encoding": "base64"}), "", b"{}");
    }

    #[test]
    fn what_is_said_to_be_base64_and_is_plain_is_plain() {
        for text in ["{\"a\": 1}", "true", "pong", "", "ä", "null"] {
            is(json!({"text": text, "encoding": "base64", "size": text.len()}), "application/json", text.as_bytes());
        }
        is(json!({"text": "[1]", "encoding": "base64"}), "", b"[1]");
        // That is what it would be if it were.
        is(json!({"text": "cG9uZw==", "encoding": "base64", "size": 8}), "text/plain", b"pong");
        is(json!({"text": "H4sIAAAA", "encoding": "base64"}), "application/json", b"\x1f\x8b\x08\0\0\0");
        assert!(read(&json!({"text": "!", "encoding": "base64"}), "image/png").unwrap().is_err());
    }

    #[test]
    fn an_encoding_of_another_name_is_told() {
        let found = read(&json!({"text": "=7B", "encoding": "quoted-printable"}), "").unwrap().unwrap_err();
        assert!(found.contains("the encoding \"quoted-printable\""), "{found}");
        is(json!({"text": "{}", "encoding": "gzip"}), "", b"{}");
        is(json!({"text": 5, "encoding": "utf-8"}), "", b"5");
        assert_eq!(read(&json!({"text": null}), ""), None);
    }

    #[test]
    fn only_json_that_ends_in_its_middle_was_cut_for_certain() {
        for (body, cut) in [
            ("{\"a\": \"b", true),
            ("[1, 2", true),
            (" {", true),
            ("", false),
            ("{\"a\": 1}", false),
            ("{\"a\" 1}", false),
            ("<html", false),
            ("pong", false),
        ] {
            assert_eq!(is_cut(body.as_bytes(), "text/plain"), cut, "{body}");
        }
        assert!(is_cut(b"\"a", "application/json"));
    }
}
