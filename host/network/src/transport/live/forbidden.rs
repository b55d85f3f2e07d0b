//! Headers that are a connection's own: HTTP/2 forbids them (RFC 9113, section 8.2.2), and h2 does not say which it was.

use memchr::memmem;

const NAMES: [&str; 5] = ["proxy-connection", "connection", "keep-alive", "transfer-encoding", "upgrade"];

/// HPACK's code for the letters of these names (RFC 7541, appendix B): the code, and its length in bits.
const CODE: [(u8, u32, u32); 20] = [
    (b'-', 0x16, 6),
    (b'a', 0x03, 5),
    (b'c', 0x04, 5),
    (b'd', 0x24, 6),
    (b'e', 0x05, 5),
    (b'f', 0x25, 6),
    (b'g', 0x26, 6),
    (b'i', 0x06, 5),
    (b'k', 0x75, 7),
    (b'l', 0x28, 6),
    (b'n', 0x2a, 6),
    (b'o', 0x07, 5),
    (b'p', 0x2b, 6),
    (b'r', 0x2c, 6),
    (b's', 0x08, 5),
    (b't', 0x09, 5),
    (b'u', 0x2d, 6),
    (b'v', 0x77, 7),
    (b'x', 0x79, 7),
    (b'y', 0x7a, 7),
];
/// What is said of a coded text beside its length.
const CODED: u8 = 0x80;

/// The name of such a header in some heads, as far as it is written there: the first time in a connection it is.
pub(super) fn find(heads: &[u8]) -> Option<&'static str> {
    NAMES.into_iter().find(|name| {
        let plain = [&[name.len() as u8], name.as_bytes()].concat();
        let coded = coded(name);
        let coded = [&[CODED | coded.len() as u8], &coded[..]].concat();
        [plain, coded].iter().any(|text| memmem::find(heads, text).is_some())
    })
}

fn coded(text: &str) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    for letter in text.bytes() {
        if let Some((_, code, length)) = CODE.iter().find(|(known, ..)| *known == letter) {
            bits.extend((0..*length).rev().map(|bit| code >> bit & 1 == 1));
        }
    }
    // The rest of the last byte is full of ones.
    let byte = |bits: &[bool]| (0..8).fold(0, |byte, at| byte << 1 | u8::from(*bits.get(at).unwrap_or(&true)));
    bits.chunks(8).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_plain_and_coded() {
        // As h2 writes `connection: keep-alive` and `upgrade: h2c`; the last one is Cloudflare's way with a new name.
        for (heads, expected) in [
            (&b"\x88\x00\x0aconnection\x0akeep-alive"[..], Some("connection")),
            (b"\x88\x40\x87\x21\xea\x49\xa4\xc5\xa9\x4f", None),
            (b"\x88\x00\x0aproxy-link\x01x", None),
            (b"\x88", None),
            (b"", None),
        ] {
            assert_eq!(find(heads), expected, "{heads:02x?}");
        }
        for name in NAMES {
            let coded = coded(name);
            assert_eq!(find(&[&[0x40, CODED | coded.len() as u8], &coded[..], b"\x01x"].concat()), Some(name));
        }
        // RFC 7541, appendix C.4.3 has no such name; C.6 has `private`, coded as ae c3 77 1a 4b.
        assert_eq!(coded("private"), [0xae, 0xc3, 0x77, 0x1a, 0x4b]);
    }
}
