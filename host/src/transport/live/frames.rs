//! The frames of an HTTP/2 connection, as far as their number goes.

/// A frame costs as much as so many bytes that come, about what h2 keeps beside what is in it.
const FRAME: usize = 256;

/// Where frames begin: each has a head of nine bytes, the first three of which are the length of what follows.
#[derive(Default)]
pub(super) struct Frames {
    head: [u8; HEAD],
    /// How much of the head came.
    come: usize,
    /// How much of a frame is still to come after its head.
    left: usize,
}

const HEAD: usize = 9;
/// The types of frames that answers are made of: DATA, HEADERS, CONTINUATION.
const ANSWER: [u8; 3] = [0, 1, 9];
/// Those of the head.
const HEADS: [u8; 2] = [1, 9];

/// What came of frames.
pub(super) struct Come {
    /// What costs as much, in bytes.
    pub cost: usize,
    /// How many began that are no part of an answer.
    pub control: usize,
}

impl Frames {
    /// What came. What is in heads of answers is given to `heads`.
    pub fn come(&mut self, come: &[u8], heads: impl FnMut(&[u8])) -> Come {
        let (begun, control) = self.begin(come, heads);
        Come { cost: come.len() + begun * FRAME, control }
    }

    /// How many begin in what came, and how many of them are no part of an answer. Empty ones are none.
    fn begin(&mut self, mut bytes: &[u8], mut heads: impl FnMut(&[u8])) -> (usize, usize) {
        let (mut begun, mut control) = (0, 0);
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            if skipped > 0 && HEADS.contains(&self.head[3]) {
                heads(&bytes[..skipped]);
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
                control += usize::from(self.left == 0 || !ANSWER.contains(&self.head[3]));
            }
        }
        (begun, control)
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
            let (mut frames, mut rest, mut begun) = (Frames::default(), &bytes[..], (0, 0));
            for cut in cuts.iter().cycle() {
                let (part, after) = rest.split_at(rest.len().min(*cut));
                let now = frames.begin(part, |head| heads.extend_from_slice(head));
                begun = (begun.0 + now.0, begun.1 + now.1);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let control = lengths.iter().filter(|(length, kind)| *length == 0 || ![0, 1, 9].contains(kind)).count();
            prop_assert_eq!(begun, (lengths.len(), control));
            let head: usize = lengths.iter().filter(|(_, kind)| [1, 9].contains(kind)).map(|(length, _)| length).sum();
            prop_assert_eq!(heads.len(), head);
            prop_assert!(heads.iter().all(|byte| [1, 9].contains(byte)));
        }
    }
}
