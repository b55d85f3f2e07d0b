//! Paths that come from elsewhere, and stay below a folder.

use std::fmt;

/// A path below a folder: names with `/` between them, none of which means another place.
///
/// `\` is refused on every system, since it is `/` on one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside<'a>(&'a str);

/// The most bytes that such a path may have.
const LONGEST: usize = 4096;
/// The most names in it.
const DEEPEST: usize = 32;

impl<'a> Inside<'a> {
    /// Reads a path; none if it could mean a place elsewhere.
    #[must_use]
    pub fn parse(path: &'a str) -> Option<Self> {
        let right = path.len() <= LONGEST && path.split('/').count() <= DEEPEST && path.split('/').all(is_name);
        right.then_some(Self(path))
    }

    /// Its names, from the folder down.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split('/')
    }

    /// The names of the folders in it, and that of what lies in the last of them.
    pub(super) fn split(&self) -> (impl Iterator<Item = &'a str> + use<'a>, &'a str) {
        let (folders, name) = match self.0.rsplit_once('/') {
            Some((folders, name)) => (Some(folders), name),
            None => (None, self.0),
        };
        (folders.into_iter().flat_map(|folders| folders.split('/')), name)
    }
}

impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whether a text is the name of one thing in a folder.
fn is_name(text: &str) -> bool {
    let is_none = matches!(text, "" | "." | "..") || text.contains(['\\', '\0']);
    !(is_none || cfg!(windows) && is_other_on_windows(text))
}

/// Whether Windows understands something else by a name than the file that is called so: a part of a file, a device, or a
/// name without what it ends with.
fn is_other_on_windows(name: &str) -> bool {
    const DEVICES: [&str; 6] = ["aux", "con", "conin$", "conout$", "nul", "prn"];
    /// With a digit after it, such as `com1`; some of the digits are superscript.
    const NUMBERED: [&str; 2] = ["com", "lpt"];
    let first = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_lowercase();
    let is_numbered = |device: &str| {
        let number = first.strip_prefix(device).unwrap_or_default();
        number.chars().count() == 1 && number.contains(|c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
    };
    name.contains(':')
        || name.ends_with(['.', ' '])
        || DEVICES.contains(&&*first)
        || NUMBERED.iter().any(|device| is_numbered(device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::{Component, Path};

    #[test]
    fn what_means_another_place_is_refused() {
        for path in ["a", "a/b", "...", "a..b/.c", " ", "ü/🦀"] {
            assert!(Inside::parse(path).is_some(), "{path:?}");
        }
        for path in [
            "", ".", "..", "/", "/a", "a/", "a//b", "./a", "a/./b", "a/..", "../a", "a/../b", "a\\b", "\\\\x\\y",
            "a\0b",
        ] {
            assert!(Inside::parse(path).is_none(), "{path:?}");
        }
        assert!(Inside::parse(&"a".repeat(LONGEST + 1)).is_none());
        assert!(Inside::parse(&vec!["a"; DEEPEST + 1].join("/")).is_none());
    }

    #[test]
    fn what_means_another_thing_on_windows_is_known_everywhere() {
        for name in ["a:b", "C:", "a.", "a ", "NUL", "nul.txt", "Con .txt", "COM1", "lpt9.log", "com\u{b9}", "CONIN$"] {
            assert!(is_other_on_windows(name), "{name:?}");
        }
        for name in ["a", "a.b", " a", "null", "console", "com", "com10", "lptx", "nul-1", ".nul"] {
            assert!(!is_other_on_windows(name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_has_only_plain_names(path in "([./\\\\: a]|[^\0]){0,12}") {
            let plain = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
            if let Some(inside) = Inside::parse(&path) {
                prop_assert!(plain, "{path:?}");
                let again: Vec<_> = Path::new(&path).components().map(|part| part.as_os_str().to_str().unwrap()).collect();
                prop_assert_eq!(inside.names().collect::<Vec<_>>(), again);
                let (folders, name) = inside.split();
                prop_assert_eq!(folders.chain([name]).collect::<Vec<_>>().join("/"), path);
            }
        }
    }
}
