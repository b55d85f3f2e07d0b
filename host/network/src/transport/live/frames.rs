//! The frames of an HTTP/2 connection, as far as their number goes.

/// A frame costs as much as so many bytes that come, about what h2 keeps beside what is in it.
const FRAME: usize = 256;

/// Where frames begin: each has a head of nine bytes, the first three of which are the length of what follows.
#[derive(Clone, Default)]
pub(super) struct Frames {
    head: [u8; HEAD],
    /// How much of the head came.
    come: usize,
    /// How much of a frame is still to come after its head.
    left: usize,
}

const HEAD: usize = 9;
/// The type of the frames that answers are made of. Their heads count as others do: of those that only say that it will
/// take a while there may be any number.
const DATA: u8 = 0;
/// The type of the frame that begins a request or an answer, of one that goes on with its head, and of the last one that
/// is taken of a connection.
pub(super) const HEADERS: u8 = 1;
pub(super) const CONTINUATION: u8 = 9;
pub(super) const GOAWAY: u8 = 7;

/// What came of frames.
pub(super) struct Come {
    /// What costs as much, in bytes.
    pub cost: usize,
    /// How many began that are no part of an answer.
    pub control: usize,
    /// How many began that begin a head.
    pub heads: usize,
}

impl Frames {
    /// Those that a client sends, after the 24 bytes that it begins with.
    pub fn of_client() -> Self {
        Self { left: 24, ..Self::default() }
    }

    /// What came. What is in frames of this type is given to `part`.
    pub fn come(&mut self, come: &[u8], part: impl FnMut(u8, &[u8])) -> Come {
        let (begun, control, heads) = self.begin(come, part);
        Come { cost: come.len() + begun * FRAME, control, heads }
    }

    /// How many begin in what came, how many of them are no part of an answer, and how many begin a head. Empty ones are
    /// no part of one.
    fn begin(&mut self, mut bytes: &[u8], mut part: impl FnMut(u8, &[u8])) -> (usize, usize, usize) {
        let (mut begun, mut control, mut heads) = (0, 0, 0);
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            if skipped > 0 {
                part(self.head[3], &bytes[..skipped]);
            }
            self.left -= skipped;
            bytes = &bytes[skipped..];
            let now = (HEAD - self.come).min(bytes.len());
            self.head[self.come..self.come + now].copy_from_slice(&bytes[..now]);
            self.come += now;
            bytes = &bytes[now..];
            if self.come == HEAD {
                begun += 1;
                self.come = 0;
                self.left = u32::from_be_bytes([0, self.head[0], self.head[1], self.head[2]]) as usize;
                heads += usize::from(self.head[3] == HEADERS);
                control += usize::from(self.left == 0 || self.head[3] != DATA);
            }
        }
        (begun, control, heads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_are_counted_however_they_come(
            lengths in prop::collection::vec((0_usize..600, 0_u8..11), 0..20),
            cuts in prop::collection::vec(1_usize..700, 1..20),
        ) {
            let mut bytes = Vec::new();
            for (length, kind) in &lengths {
                bytes.extend([0, (length >> 8) as u8, *length as u8, *kind, 0, 0, 0, 0, 0]);
                bytes.resize(bytes.len() + length, *kind);
            }
            let mut heads = Vec::new();
            let (mut frames, mut rest, mut begun) = (Frames::default(), &bytes[..], (0, 0, 0));
            for cut in cuts.iter().cycle() {
                let (part, after) = rest.split_at(rest.len().min(*cut));
                let now = frames.begin(part, |kind, part| if [1, 9].contains(&kind) { heads.extend_from_slice(part) });
                begun = (begun.0 + now.0, begun.1 + now.1, begun.2 + now.2);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let control = lengths.iter().filter(|(length, kind)| *length == 0 || *kind != 0).count();
            let begins = lengths.iter().filter(|(_, kind)| *kind == 1).count();
            prop_assert_eq!(begun, (lengths.len(), control, begins));
            let head: usize = lengths.iter().filter(|(_, kind)| [1, 9].contains(kind)).map(|(length, _)| length).sum();
            prop_assert_eq!(heads.len(), head);
            prop_assert!(heads.iter().all(|byte| [1, 9].contains(byte)));
        }
    }
}
