//! What a file is packed in, and how its text is encoded.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::archive::Archive;
use super::attached::{Attached, Beside};
use super::entries;
use super::error::{RecordingError, Result};
use super::{Recording, UNPACKED};

const GZIP: &[u8] = b"\x1f\x8b\x08";
/// Of a file in it, of the list of none, and of one in several parts.
const ZIP: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];

/// Reads a file as it is: plain, or packed with gzip or zip.
pub(super) fn recording(bytes: &[u8], beside: &dyn Beside) -> Result<Recording> {
    let mut bytes = Cow::Borrowed(bytes);
    if is_packed(&bytes) {
        bytes = Cow::Owned(unpacked(&bytes)?);
    }
    if is_zip(&bytes) {
        let archive = Archive::open(bytes)?;
        let inner = archive.recording()?;
        return plain(Cow::Owned(inner), &archive);
    }
    plain(bytes, beside)
}

fn plain(bytes: Cow<'_, [u8]>, beside: &dyn Beside) -> Result<Recording> {
    if is_packed(&bytes) || is_zip(&bytes) {
        return Err(RecordingError::packed("it is packed twice", "unpack it first"));
    }
    let text = decoded(bytes)?;
    entries::recording(&text, &mut Attached::new(beside))
}

fn is_zip(bytes: &[u8]) -> bool {
    ZIP.iter().any(|magic| bytes.starts_with(magic))
}

/// Whether it is packed with gzip, or with zlib as mitmproxy does.
fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP) || is_zlib(bytes)
}

/// `x` and a number that makes the two a multiple of 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [0x78, second, ..] if matches!(second, 0x01 | 0x5e | 0x9c | 0xda))
}

fn inflated(packed: &[u8], most: u64) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let most = most.saturating_add(1);
    let read = match is_zlib(packed) {
        true => ZlibDecoder::new(packed).take(most).read_to_end(&mut bytes),
        false => MultiGzDecoder::new(packed).take(most).read_to_end(&mut bytes),
    };
    (bytes, read.is_ok())
}

/// What of it can be unpacked: of a file that was cut, the beginning.
fn unpacked(packed: &[u8]) -> Result<Vec<u8>> {
    match inflated(packed, UNPACKED) {
        (bytes, _) if bytes.len() as u64 > UNPACKED => Err(RecordingError::TooLarge { most: UNPACKED }),
        (bytes, false) if bytes.is_empty() => {
            let name = if is_zlib(packed) { "zlib" } else { "gzip" };
            Err(RecordingError::packed(
                format!("it is packed with {name}, and damaged or cut"),
                "expected a whole file",
            ))
        }
        (bytes, _) => Ok(bytes),
    }
}

/// A body that is still packed as it came, if all of it can be unpacked and there is room for it beside the others. What was
/// unpacked counts, whether or not it is kept.
pub(super) fn body(packed: &[u8], attached: &mut Attached<'_>) -> Option<Vec<u8>> {
    if !is_packed(packed) {
        return None;
    }
    let most = attached.left();
    let (bytes, whole) = inflated(packed, most);
    attached.take(bytes.len());
    (whole && bytes.len() as u64 <= most).then_some(bytes)
}

/// The text in UTF-8, without marks of byte order.
fn decoded(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>> {
    const UTF_8: &[u8] = b"\xef\xbb\xbf";
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") || bytes.starts_with(b"{\0\0\0") {
        return Err(RecordingError::packed("its text is in UTF-32", "expected UTF-8: iconv -f UTF-32 -t UTF-8 FILE"));
    }
    // Without a mark a file begins with a brace or a blank, which are one byte in UTF-8.
    let is_ascii = |byte: u8| byte == b'{' || byte.is_ascii_whitespace();
    let unit: Option<fn([u8; 2]) -> u16> = match &bytes[..] {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        [first, 0, ..] if is_ascii(*first) => Some(u16::from_le_bytes),
        [0, first, ..] if is_ascii(*first) => Some(u16::from_be_bytes),
        _ => None,
    };
    let mut text = match unit {
        None => bytes,
        Some(unit) => {
            let (units, _) = bytes.as_chunks::<2>();
            let units = units.iter().map(|bytes| unit(*bytes));
            let text: String =
                char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            Cow::Owned(text.into_bytes())
        }
    };
    while text.starts_with(UTF_8) {
        text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[UTF_8.len()..]),
            Cow::Owned(mut text) => {
                text.drain(..UTF_8.len());
                Cow::Owned(text)
            }
        };
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    const HAR: &str = r#"{"log": {"entries": [
        {"request": {"method": "GET", "url": "http://h/ä"}, "response": {"status": 200, "content": {"text": "😀"}}},
        {"request": {"method": "GET", "url": "http://h/2"}, "response": {"status": 200}}]}}"#;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn a_text_is_read_in_each_encoding() {
        let expected = Recording::read(HAR).unwrap();
        let units: Vec<u16> = HAR.encode_utf16().collect();
        let marked: Vec<u16> = "\u{feff}".encode_utf16().chain(units.clone()).collect();
        for units in [&units, &marked] {
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for bytes in [little, big] {
                assert_eq!(Recording::read(&bytes).unwrap(), expected);
                assert_eq!(Recording::read(gzip(&bytes)).unwrap(), expected);
            }
        }
        for mark in ["\u{feff}", "\u{feff}\u{feff}", "\n "] {
            assert_eq!(Recording::read(format!("{mark}{HAR}")).unwrap(), expected);
        }
        let wide: Vec<u8> = HAR.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect();
        assert!(Recording::read(wide).unwrap_err().to_string().contains("UTF-32"));
    }

    #[test]
    fn what_is_packed_with_gzip_is_read_as_far_as_it_goes() {
        let whole = Recording::read(HAR).unwrap();
        let packed = gzip(HAR.as_bytes());
        assert_eq!(Recording::read(&packed).unwrap(), whole);
        assert_eq!(Recording::read([&packed[..], b"junk"].concat()).unwrap(), whole);
        // It has its first entry and a part of the second.
        let cut = gzip(&HAR.as_bytes()[..HAR.len() - 60]);
        let read = Recording::read(&cut).unwrap();
        assert_eq!(read.exchanges[..], whole.exchanges[..1]);
        assert!(read.left_out().unwrap().contains("the file was cut: it ends in or after entry 0"));
        assert!(
            Recording::read(&packed[..11]).unwrap_err().to_string().contains("packed with gzip, and damaged or cut")
        );
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(HAR.as_bytes()).unwrap();
        let zlib = zlib.finish().unwrap();
        assert_eq!(Recording::read(&zlib).unwrap(), whole);
        assert!(Recording::read(&zlib[..4]).unwrap_err().to_string().contains("packed with zlib, and damaged or cut"));
        assert!(Recording::read(gzip(&packed)).unwrap_err().to_string().contains("packed twice"));
    }

    #[test]
    fn a_bomb_of_gzip_ends_where_no_more_is_read() {
        let packed = gzip(&vec![b' '; UNPACKED as usize + 1]);
        assert!(packed.len() < UNPACKED as usize / 100);
        let error = Recording::read(&packed).unwrap_err().to_string();
        assert_eq!(error, "unpacked it has more than 4.0 MiB, the most that is read of it");
    }
}
