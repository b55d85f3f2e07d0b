use std::fmt;

use super::Recording;
use soar_contract::text;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 300;

/// An entry of a file that is no exchange: not even what was asked for can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its place in the file; the first is 0.
    pub entry: usize,
    /// What is wrong with it, in one line.
    pub why: String,
}

impl Unreadable {
    pub(super) fn new(entry: usize, why: &str) -> Self {
        Self { entry, why: reason(why) }
    }
}

/// A reason as it is kept: one line, and not longer than anybody reads. A reason that was kept stays what it is.
pub(super) fn reason(why: &str) -> String {
    let line = text::line(why);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.entry, self.why)
    }
}

impl Recording {
    /// What of the file is not in it, in words of one line: entries that could not be read, or what comes behind the place
    /// where the file was cut. Nothing if all of the file is in it.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        let entries = match &self.unreadable[..] {
            [] => None,
            [only] => Some(format!("1 entry could not be read: {only}")),
            [first, ..] => Some(format!("{} entries could not be read; the first: {first}", self.unreadable.len())),
        };
        let all: Vec<String> = entries.into_iter().chain(self.unread.clone()).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// The place in the file of an exchange; the first is 0.
    #[must_use]
    pub fn entry(&self, exchange: usize) -> usize {
        self::entry(&self.unreadable, exchange)
    }
}

/// The place in a file of an exchange, of those that are left without some.
pub(super) fn entry(unreadable: &[Unreadable], exchange: usize) -> usize {
    unreadable.iter().fold(exchange, |at, unreadable| at + usize::from(unreadable.entry <= at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_was_kept_stays_what_it_is() {
        for why in ["it was cut", &"\u{202e}".repeat(200), &"ä".repeat(400), "a\nb", ""] {
            let kept = reason(why);
            assert_eq!(reason(&kept), kept);
            assert!(kept.chars().count() <= LONGEST + 1);
        }
    }

    #[test]
    fn an_exchange_has_the_number_of_its_entry() {
        let missing: Vec<Unreadable> = [0, 2, 3, 7].map(|entry| Unreadable::new(entry, "x")).to_vec();
        assert_eq!([0, 1, 2, 3, 4].map(|exchange| entry(&missing, exchange)), [1, 4, 5, 6, 8]);
        assert_eq!(entry(&[], 3), 3);
    }
}
