use std::io::{self, Read, Write};
use std::ops::Range;

/// The most places in one text. What comes after so many is one place: it holds nothing but credentials.
pub(super) const MOST: usize = 100_000;

/// Where something must go from a text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub range: Range<usize>,
    /// Whether it is a value of JSON that is no string: what stands in its place is one.
    pub quoted: bool,
}

/// Places that are found in any order.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<Place>,
    /// Everything from here on is one place already.
    rest: Option<usize>,
}

impl Places {
    pub fn add(&mut self, range: Range<usize>, quoted: bool) {
        if range.is_empty() || self.rest.is_some_and(|rest| range.start >= rest) {
            return;
        }
        self.all.push(Place { range, quoted });
        if self.all.len() >= 4 * MOST {
            self.settle();
        }
    }

    /// All in their order and apart, within a text of this length.
    pub fn within(mut self, length: usize) -> Vec<Place> {
        self.settle();
        self.all.retain_mut(|place| {
            place.range.end = place.range.end.min(length);
            !place.range.is_empty()
        });
        self.all
    }

    /// Brings them into their order; those that overlap become one.
    fn settle(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        all.sort_by_key(|place| (place.range.start, place.range.end));
        for place in all {
            match self.all.last_mut() {
                Some(last) if place.range.start < last.range.end => {
                    last.range.end = last.range.end.max(place.range.end);
                    last.quoted |= place.quoted;
                }
                _ => self.all.push(place),
            }
        }
        if self.all.len() > MOST {
            self.all.truncate(MOST);
            if let Some(last) = self.all.last_mut() {
                last.range.end = usize::MAX;
                self.rest = Some(last.range.start);
            }
        }
    }
}

/// What stands where something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// A word.
    Word(&'static str),
    /// As many `*`: the text keeps its length.
    Stars,
}

/// Copies a text without what is at these places, and says where in the copy something else stands.
///
/// The places are in their order and apart, and the text has the last of them.
pub(super) fn covered(
    places: &[Place],
    mut text: impl Read,
    mut copy: impl Write,
    instead: Instead,
) -> io::Result<Vec<Range<usize>>> {
    let mut marks = Vec::with_capacity(places.len());
    let (mut read, mut written) = (0, 0);
    for Place { range, quoted } in places {
        written += pass(&mut text, &mut copy, range.start - read)?;
        pass(&mut text, io::sink(), range.len())?;
        read = range.end;
        let quote: &[u8] = if *quoted && instead != Instead::Stars { b"\"" } else { b"" };
        copy.write_all(quote)?;
        let start = written + quote.len();
        let length = match instead {
            Instead::Word(word) => {
                copy.write_all(word.as_bytes())?;
                word.len()
            }
            Instead::Stars => pass(io::repeat(b'*'), &mut copy, range.len())?,
        };
        copy.write_all(quote)?;
        marks.push(start..start + length);
        written = start + length + quote.len();
    }
    io::copy(&mut text, &mut copy)?;
    Ok(marks)
}

/// So many bytes; how many they were.
fn pass(from: impl Read, mut to: impl Write, count: usize) -> io::Result<usize> {
    let passed = io::copy(&mut from.take(count as u64), &mut to)?;
    match passed == count as u64 {
        true => Ok(count),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(places: &[(Range<usize>, bool)], instead: Instead) -> (String, Vec<Range<usize>>) {
        let text = "0123456789";
        let mut all = Places::default();
        places.iter().for_each(|(range, quoted)| all.add(range.clone(), *quoted));
        let mut copy = Vec::new();
        let marks = covered(&all.within(text.len()), text.as_bytes(), &mut copy, instead).unwrap();
        (String::from_utf8(copy).unwrap(), marks)
    }

    #[test]
    fn places_are_covered_and_told() {
        let word = Instead::Word("[x]");
        assert_eq!(cover(&[], word), ("0123456789".into(), vec![]));
        assert_eq!(cover(&[(8..20, false), (1..3, true)], word), ("0\"[x]\"34567[x]".into(), vec![2..5, 11..14]));
        assert_eq!(
            cover(&[(2..4, false), (1..3, false), (4..5, false)], word),
            ("0[x][x]56789".into(), vec![1..4, 4..7])
        );
        assert_eq!(cover(&[(2..4, true), (9..10, false)], Instead::Stars), ("01**45678*".into(), vec![2..4, 9..10]));
    }

    #[test]
    fn what_has_more_places_than_anybody_needs_is_one_from_there_on() {
        let mut all = Places::default();
        for start in 0..5 * MOST {
            all.add(2 * start..2 * start + 1, false);
        }
        let all = all.within(10 * MOST);
        assert_eq!((all.len(), all[MOST - 1].range.clone()), (MOST, 2 * MOST - 2..10 * MOST));
    }
}
