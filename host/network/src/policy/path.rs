//! How a path is read: the same for rules, patterns, origins and requests.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

/// What RFC 3986 does not let stand in a part of a path, and `;`, at which some servers cut.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b';')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path that could be read in more than one way, or in none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the part {part:?} of the path {why}")]
pub struct Ambiguity {
    /// The part between two slashes, as it is spelt.
    pub part: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The one spelling of all that read the same as a path: each part is decoded, and only what can't stand in a path as
/// it is (RFC 3986) is encoded again, in capitals. Two paths are the same to a policy if this is.
///
/// # Errors
/// If the path could be read in more than one way: with an empty part (a doubled slash, a slash at the end), a dot
/// segment, a backslash, a semicolon, an encoded slash, backslash, per cent sign or control character, a `%` that
/// encodes nothing, bytes that are no UTF-8, or a character that belongs encoded.
pub fn normal(path: &str) -> Result<String, Ambiguity> {
    check(path)?;
    let mut normal = String::with_capacity(path.len());
    for part in parts(path) {
        normal.push('/');
        let decoded = percent_decode(part.as_bytes()).decode_utf8_lossy();
        normal.extend(utf8_percent_encode(&decoded, ENCODED));
    }
    Ok(normal)
}

/// That a path can be read in one way only.
pub(super) fn check(path: &str) -> Result<(), Ambiguity> {
    let refuse = |part: &str, why| Ambiguity { part: part.into(), why };
    if !path.starts_with('/') {
        return Err(refuse(path, "does not begin with a slash"));
    }
    parts(path).try_for_each(|part| check_part(part).map_err(|why| refuse(part, why)))
}

/// The parts between the slashes, as they are spelt.
pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').skip(1)
}

/// Whether a part reads so.
pub(super) fn reads(part: &str, decoded: &str) -> bool {
    // Nearly every part is spelt as it reads.
    if part.contains('%') { percent_decode(part.as_bytes()).eq(decoded.bytes()) } else { part == decoded }
}

/// How a part reads.
pub(super) fn read(part: &str) -> Box<str> {
    percent_decode(part.as_bytes()).decode_utf8_lossy().into()
}

/// That a part can be read in one way only; else what is wrong with it.
pub(super) fn check_part(part: &str) -> Result<(), &'static str> {
    if part.is_empty() {
        return Err("is empty: a slash is doubled, or at the end");
    }
    let mut bytes = part.bytes();
    let mut dots = true;
    let mut encoded = false;
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let (Some(high), Some(low)) = (bytes.next().and_then(hex), bytes.next().and_then(hex)) else {
                    return Err("has a % that encodes nothing");
                };
                encoded = true;
                match high << 4 | low {
                    b'/' | b'\\' => return Err("has an encoded slash or backslash"),
                    b'%' => return Err("has an encoded per cent sign, which is decoded twice in places"),
                    b';' if dots => return Err("has nothing but dots before a semicolon, at which some servers cut"),
                    byte => byte,
                }
            }
            b'\\' => return Err("has a backslash, which some servers take for a slash"),
            b';' => return Err("has a semicolon, at which some servers cut; encode it as %3B"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@' => byte,
            _ => return Err("has a character that belongs percent-encoded"),
        };
        dots &= byte == b'.';
    }
    if dots {
        return Err("is a dot segment");
    }
    if encoded {
        let decoded = percent_decode(part.as_bytes()).decode_utf8().map_err(|_| "encodes bytes that are no UTF-8")?;
        if decoded.chars().any(char::is_control) {
            return Err("has an encoded control character");
        }
    }
    Ok(())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
