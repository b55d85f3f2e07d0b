//! What an HTTP/2 connection was heard to say of itself, which h2 does not tell.

use super::forbidden;
use super::frames::{CONTINUATION, GOAWAY, HEADERS};

/// How much is kept of heads, in bytes.
const HEADS: usize = 4096;
/// A last frame begins with the number of a stream and a reason.
const REASON: usize = 8;

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What came last of heads, as they are packed.
    heads: Vec<u8>,
    /// How long heads are that come one after the other without anything between them.
    head: usize,
    goaway: Vec<u8>,
}

impl Heard {
    /// A part of a frame came.
    pub fn part(&mut self, kind: u8, bytes: &[u8]) {
        match kind {
            HEADERS | CONTINUATION => {
                self.head += bytes.len();
                self.heads.extend_from_slice(bytes);
                let old = self.heads.len().saturating_sub(HEADS);
                self.heads.drain(..old);
            }
            GOAWAY => {
                let more = bytes.len().min(REASON - self.goaway.len());
                self.goaway.extend_from_slice(&bytes[..more]);
            }
            _ => self.head = 0,
        }
    }

    /// The name of a header that HTTP/2 forbids in what came last.
    pub fn forbidden(&self) -> Option<&'static str> {
        forbidden::find(&self.heads)
    }

    /// How long the last head was, packed, in bytes.
    pub fn head(&self) -> usize {
        self.head
    }

    /// Whether the server has said that it takes no more requests.
    pub fn is_going(&self) -> bool {
        !self.goaway.is_empty()
    }

    /// The reason that it gave, as it is numbered.
    pub fn reason(&self) -> Option<u32> {
        let reason = self.goaway.get(4..REASON)?;
        Some(reason.iter().fold(0, |reason, byte| reason << 8 | u32::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_head_and_the_reason_are_known() {
        let mut heard = Heard::default();
        heard.part(HEADERS, b"\x00\x07upgr");
        heard.part(CONTINUATION, b"ade\x01x");
        assert_eq!(
            (heard.forbidden(), heard.head(), heard.is_going(), heard.reason()),
            (Some("upgrade"), 11, false, None)
        );
        heard.part(0, b"data");
        assert_eq!(heard.head(), 0);
        for part in [&[0, 0, 0][..], &[5, 0, 0], &[0, 13, b'w', b'h'], b"y"] {
            heard.part(GOAWAY, part);
        }
        assert_eq!((heard.is_going(), heard.reason()), (true, Some(13)));
        heard.part(HEADERS, &[0; 9000]);
        assert_eq!((heard.heads.len(), heard.head()), (HEADS, 9000));
    }
}
