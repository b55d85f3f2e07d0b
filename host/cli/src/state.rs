//! What soar remembers of its user from one run to the next.

use soar::digest;
use soar::files::{Existing, PERMISSIONS, Private};
use std::env;
use std::path::PathBuf;

/// A folder of the user's, which nobody else can change.
#[derive(Debug)]
pub struct State(Private);

/// The most that is read of what was remembered, in bytes.
const LARGEST: u64 = 1 << 20;

impl State {
    /// Opens the folder, and makes it if there is none.
    ///
    /// # Errors
    /// If it can't be told where it is, if it can't be made, or if somebody else could change it; words for people, with
    /// what would be right.
    pub fn open() -> Result<Self, String> {
        if !PERMISSIONS {
            return Err("soar can't find out on this system who could change what it remembers".into());
        }
        let folder = folder().ok_or(
            "there is no folder to remember it in: neither XDG_STATE_HOME nor HOME is an absolute path; expected one of them",
        )?;
        Private::make(&folder).map(Self).map_err(|error| error.to_string())
    }

    /// What was remembered under these words; none if nothing was.
    ///
    /// # Errors
    /// If it can't be read, or somebody else could have changed it.
    pub fn recall(&self, words: &[&str]) -> Result<Option<Vec<u8>>, String> {
        let opened = self.0.file(&name(words)).map_err(|error| error.to_string())?;
        opened.map(|opened| opened.read(LARGEST)).transpose().map_err(|error| error.to_string())
    }

    /// Remembers something under these words, in the place of what was.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn remember(&self, words: &[&str], content: &[u8]) -> Result<(), String> {
        self.0.write(&name(words), content, Existing::Replace).map_err(|error| error.to_string())
    }
}

/// `$XDG_STATE_HOME/soar`, or `~/.local/state/soar`.
fn folder() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let states = folder("XDG_STATE_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/state")));
    states.map(|states| states.join("soar"))
}

/// The file for these words. The first says what it is; the others may be anything.
fn name(words: &[&str]) -> String {
    // Each with its length, so that no other words read the same.
    let all: String = words.iter().map(|word| format!("{} {word}\n", word.len())).collect();
    format!("{}-{}", words.first().unwrap_or(&""), digest(all.as_bytes()).trim_start_matches("sha256:"))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn other_words_have_another_name() {
        let names = [
            &["trust", "a", "bc"][..],
            &["trust", "ab", "c"],
            &["trust", "a\n1 b", "c"],
            &["kinds", "a", "bc"],
            &["trust"],
        ];
        let mut found: Vec<_> = names.iter().map(|words| name(words)).collect();
        assert!(found[0].starts_with("trust-") && found[3].starts_with("kinds-"));
        found.sort();
        found.dedup();
        assert_eq!(found.len(), names.len());
    }
}
