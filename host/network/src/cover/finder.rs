//! Finds secrets in bytes, in a time that does not depend on them.
//!
//! A component can measure how long the host looks through an answer or a path that it made up itself. A search that
//! goes on for as long as a guess is right would tell it letter by letter whether it is. So each place of a text gets
//! the same work: the hash of as many bytes as a secret has is moved on by one byte, and compared. The hash is keyed
//! anew in each process: nobody can make a text whose hash is a secret's but by writing the secret.

use soar_system::random;
use std::ops::Range;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Finds any of several secrets.
#[derive(Clone, Default)]
pub(crate) struct Finder {
    secrets: Vec<Zeroizing<Vec<u8>>>,
    /// One for each length that they have, the longest first.
    groups: Vec<Group>,
}

/// The secrets of one length.
#[derive(Clone)]
struct Group {
    length: usize,
    /// The hash of each, and which it is.
    hashes: Vec<(u64, usize)>,
    /// What a byte that leaves takes away from the hash.
    leaving: Box<[u64; 256]>,
}

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// Which it is, by its place among those that are looked for.
    pub(crate) secret: usize,
}

impl Finder {
    /// Looks for these; one that is empty is nowhere.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a [u8]>) -> Self {
        let secrets: Vec<Zeroizing<Vec<u8>>> = secrets.map(|secret| Zeroizing::new(secret.to_vec())).collect();
        let mut groups: Vec<Group> = Vec::new();
        for (index, secret) in secrets.iter().enumerate().filter(|(_, secret)| !secret.is_empty()) {
            let hash = (hash(secret), index);
            match groups.iter_mut().find(|group| group.length == secret.len()) {
                Some(group) => group.hashes.push(hash),
                None => groups.push(Group::new(secret.len(), hash)),
            }
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.length));
        Self { secrets, groups }
    }

    /// Whether there is nothing to find.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The length of the longest in bytes; 0 if there is none.
    pub(crate) fn longest(&self) -> usize {
        self.groups.first().map_or(0, |group| group.length)
    }

    /// All that stand in a text, in their order; where two overlap the one that begins first, and of two that begin at
    /// the same place the longer one.
    pub(crate) fn find(&self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for group in &self.groups {
            group.find(text, |start, secret| {
                // Whatever the hash says: what is covered is a secret.
                let range = start..start + group.length;
                if text[range.clone()] == **self.secrets[secret] {
                    found.push(Found { range, secret });
                }
            });
        }
        // The groups come longest first, and the order of equal places stays.
        found.sort_by_key(|found| found.range.start);
        let mut end = 0;
        found.retain(|found| {
            let apart = found.range.start >= end;
            if apart {
                end = found.range.end;
            }
            apart
        });
        found
    }
}

impl Group {
    fn new(length: usize, hash: (u64, usize)) -> Self {
        let turned = |word: &u64| word.rotate_left((length % 64) as u32);
        let leaving = Box::new(std::array::from_fn(|byte| turned(&words()[byte])));
        Self { length, hashes: vec![hash], leaving }
    }

    /// Says of each place whose hash is that of a secret where it begins and which secret that is.
    fn find(&self, text: &[u8], mut each: impl FnMut(usize, usize)) {
        let Some(ahead) = text.len().checked_sub(self.length) else { return };
        let words = words();
        let mut hash = hash(&text[..self.length]);
        let mut hit = |hash: u64, start: usize| {
            for (secret, index) in &self.hashes {
                if hash == *secret {
                    each(start, *index);
                }
            }
        };
        hit(hash, 0);
        for (start, (leaving, entering)) in text[..ahead].iter().zip(&text[self.length..]).enumerate() {
            let change = words[usize::from(*entering)] ^ self.leaving[usize::from(*leaving)];
            hash = hash.rotate_left(1) ^ change;
            hit(hash, start + 1);
        }
    }
}

/// A word of random bits for each byte, new in each process.
fn words() -> &'static [u64; 256] {
    static WORDS: OnceLock<Box<[u64; 256]>> = OnceLock::new();
    WORDS.get_or_init(|| Box::new(random::words()))
}

/// The hash of a whole text (buzhash, a cyclic polynomial): the words of its bytes, each turned by its distance from the
/// end.
fn hash(text: &[u8]) -> u64 {
    let words = words();
    text.iter().fold(0u64, |hash, byte| hash.rotate_left(1) ^ words[usize::from(*byte)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finder(secrets: &[&str]) -> Finder {
        Finder::new(secrets.iter().map(|secret| secret.as_bytes()))
    }

    fn found(secrets: &[&str], text: &str) -> Vec<(usize, usize)> {
        finder(secrets).find(text.as_bytes()).into_iter().map(|found| (found.range.start, found.secret)).collect()
    }

    #[test]
    fn the_first_is_found_and_of_two_at_one_place_the_longer() {
        assert_eq!(found(&["abc", "abcdef", ""], "xabcdef abc ab"), [(1, 1), (8, 0)]);
        assert_eq!(found(&["bcd", "abc"], "abcd"), [(0, 1)]);
        assert_eq!(found(&["aa"], "aaaaa"), [(0, 0), (2, 0)]);
        assert_eq!(found(&["abc"], "ab"), []);
        assert_eq!(found(&[], "ab"), []);
        assert!(finder(&[""]).is_empty() && finder(&["ab", "abc"]).longest() == 3);
    }

    #[test]
    fn one_longer_than_a_word_is_found() {
        let long = "0123456789".repeat(20);
        assert_eq!(found(&[&long, "789"], &format!("789{long}x")), [(0, 1), (3, 0)]);
    }

    /// What a patient component would send: pieces of the secret, repeated and nearly right.
    fn guesses() -> impl Strategy<Value = String> {
        prop::collection::vec(("[ab]{0,4}", 0..9usize, 0..9usize), 0..12).prop_map(|pieces| {
            let piece = |(before, from, to): &(String, usize, usize)| {
                let (from, to) = (from.min(to), from.max(to));
                format!("{before}{}", &SECRET[*from..*to])
            };
            pieces.iter().map(piece).collect()
        })
    }

    const SECRET: &str = "abbabaaba";

    proptest! {
        #[test]
        fn it_finds_what_is_there(secrets in prop::collection::vec("[ab]{0,5}", 0..4), text in "[ab]{0,40}") {
            let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            let mut at = 0;
            while at < text.len() {
                let here = secrets.iter().enumerate().filter(|(_, secret)| {
                    !secret.is_empty() && text[at..].starts_with(**secret)
                });
                match here.max_by_key(|(index, secret)| (secret.len(), std::cmp::Reverse(*index))) {
                    Some((index, secret)) => {
                        expected.push((at, index));
                        at += secret.len();
                    }
                    None => at += 1,
                }
            }
            prop_assert_eq!(found(&secrets, &text), expected);
        }

        /// The work at a place is the same whatever stands there: only a whole secret is looked at more closely.
        #[test]
        fn only_a_whole_secret_is_looked_at_more_closely(text in guesses()) {
            let finder = finder(&[SECRET]);
            let mut looked = Vec::new();
            finder.groups[0].find(text.as_bytes(), |start, _| looked.push(start));
            let whole: Vec<usize> = (0..text.len()).filter(|at| text[*at..].starts_with(SECRET)).collect();
            prop_assert_eq!(looked, whole);
        }
    }
}
