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
    let is_elsewhere = |c| matches!(c, '\\' | '\0') || (cfg!(windows) && c == ':');
    !matches!(text, "" | "." | "..") && !text.contains(is_elsewhere)
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
