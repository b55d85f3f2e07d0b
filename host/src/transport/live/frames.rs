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

impl Frames {
    /// What costs as much as what came, in bytes.
    pub fn cost(&mut self, come: &[u8]) -> usize {
        come.len() + self.begin(come) * FRAME
    }

    /// How many begin in what came.
    fn begin(&mut self, mut bytes: &[u8]) -> usize {
        let mut begun = 0;
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
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
            }
        }
        begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_are_counted_however_they_come(
            lengths in prop::collection::vec(0_usize..600, 0..20),
            cuts in prop::collection::vec(1_usize..700, 1..20),
        ) {
            let mut bytes = Vec::new();
            for length in &lengths {
                bytes.extend([0, (length >> 8) as u8, *length as u8, 0xfe, 0, 0, 0, 0, 0]);
                bytes.resize(bytes.len() + length, 7);
            }
            let (mut frames, mut rest, mut begun) = (Frames::default(), &bytes[..], 0);
            for cut in cuts.iter().cycle() {
                let (part, after) = rest.split_at(rest.len().min(*cut));
                begun += frames.begin(part);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(begun, lengths.len());
        }
    }
}
