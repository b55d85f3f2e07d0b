//! Names: in WIT and in JSON, the one that was probably meant, and as much of a text as an error shows.

use crate::text;
use std::fmt::{self, Write};

/// Names less alike than this (Jaro-Winkler, 0 to 1) are no suggestion.
const ALIKE: f64 = 0.75;

/// The longest piece of a wrong value that an error shows, in characters.
const SHOWN: usize = 60;
/// No name has so many bytes.
const LONGEST: usize = 1_000;

/// The JSON name of a WIT name: `create-at` becomes `create_at`.
#[must_use]
pub fn snake(wit: &str) -> String {
    wit.replace('-', "_")
}

/// The WIT name of a JSON name: `create_at` becomes `create-at`.
#[must_use]
pub fn kebab(json: &str) -> String {
    json.replace('_', "-")
}

/// The name most like the one given, in any case, if one is like it at all.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // How alike two texts are takes as long as both together, again and again.
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let likeness = |known: &str| {
        let known = known.to_lowercase();
        // Names have their integration's in front, which is easily left out.
        let bare = known.split_once('-').is_some_and(|(_, bare)| bare == name);
        if bare { 1.0 } else { strsim::jaro_winkler(&name, &known) }
    };
    names
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// The beginning of a text, however long the whole of it would be.
#[must_use]
pub fn short(shown: impl fmt::Display) -> String {
    struct Beginning(String, usize);
    impl Write for Beginning {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for char in text.chars() {
                self.1 += 1;
                // Stopping here keeps a value of megabytes from being written out for an error.
                if self.1 > SHOWN {
                    return Err(fmt::Error);
                }
                self.0.push(char);
            }
            Ok(())
        }
    }
    let mut beginning = Beginning(String::new(), 0);
    if write!(beginning, "{shown}").is_err() {
        beginning.0.pop();
        beginning.0.push('…');
    }
    text::line(&beginning.0).into_owned()
}
