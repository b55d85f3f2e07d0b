//! The `name=value` words of a call.

use soar::files::{self, most};
use soar::text;
use std::path::Path;

/// So much of a value is repeated, in characters.
const SHOWN: usize = 200;

/// Splits a word at its first `=`.
///
/// # Errors
/// If it has none, or nothing before it. The text says what would be right.
pub fn assignment(word: &str) -> Result<(String, String), String> {
    match word.split_once('=') {
        Some(("", _)) => Err(format!("{word:?} has no name before its =; expected NAME=VALUE")),
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("{word:?} is no argument; expected NAME=VALUE")),
    }
}

/// Splits the word of `--file`: an entry id, and the file behind it.
///
/// # Errors
/// Like [`assignment`]. The text says what would be right.
pub fn attachment(word: &str) -> Result<(String, String), String> {
    match word.split_once('=') {
        Some((entry, file)) if !entry.is_empty() && !file.is_empty() => Ok((entry.to_owned(), file.to_owned())),
        _ => Err(unattached(word)),
    }
}

/// What the word of `--file` lacks.
fn unattached(word: &str) -> String {
    let bare = word.trim_matches('=');
    let shown = text::word(bare, SHOWN);
    // `85@109`, as playbooks have it.
    let is_entry = bare.split_once('@').is_some_and(|(entry, investigation)| {
        let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_word(entry) && is_word(investigation)
    });
    match bare {
        "" => "there is no entry and no file in it; expected ENTRY=FILE, such as 85@109=report.pdf".to_owned(),
        _ if is_entry => format!("there is no file after the entry; expected ENTRY=FILE: {shown}=report.pdf"),
        _ => format!(
            "there is no entry before the file; expected ENTRY=FILE: 85@109={shown} puts the file behind the entry 85@109, \
             which an argument can then name"
        ),
    }
}

/// The arguments of a call, in their order. `names` are those that the command takes, for better advice.
///
/// # Errors
/// The word that can't be used, and why.
pub fn arguments(words: &[String], names: &[&str]) -> Result<Vec<(String, String)>, (String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::with_capacity(words.len());
    for word in words {
        match assignment(word) {
            Ok(pair) => pairs.push(pair),
            Err(reason) => return Err((word.clone(), advise(word, reason, pairs.last(), names))),
        }
    }
    Ok(pairs)
}

fn advise(word: &str, reason: String, before: Option<&(String, String)>, names: &[&str]) -> String {
    if names.contains(&word) {
        return format!("the argument {word} has no value; expected {word}=VALUE");
    }
    match before {
        Some((name, value)) if !value.is_empty() => {
            let (name, value, word) = (text::line(name), text::word(value, SHOWN), text::word(word, SHOWN));
            format!("{reason}. If it belongs to {name}, quote the whole value: {name}='{value} {word}'")
        }
        _ => reason,
    }
}

/// A long value from a file or a pipe, or from standard input if the path is `-`.
///
/// # Errors
/// If it can't be read, has more than 64 MiB, or is not UTF-8.
pub fn value_from(path: &Path) -> Result<String, String> {
    files::read_given(path, most::VALUE).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(words: &[&str]) -> Result<Vec<(String, String)>, (String, String)> {
        arguments(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), &["limit"])
    }

    #[test]
    fn the_first_equals_sign_splits() {
        let pairs = words(&["limit=2", "message=a=b", "empty="]).unwrap();
        let expected = [("limit", "2"), ("message", "a=b"), ("empty", "")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_word_without_one_is_told_what_would_be_right() {
        assert_eq!(words(&["limit"]).unwrap_err().1, "the argument limit has no value; expected limit=VALUE");
        assert_eq!(words(&["what"]).unwrap_err().1, "\"what\" is no argument; expected NAME=VALUE");
        assert_eq!(words(&["=2"]).unwrap_err().1, "\"=2\" has no name before its =; expected NAME=VALUE");
        let (word, advice) = words(&["message=hello", "world"]).unwrap_err();
        assert_eq!(word, "world");
        assert!(advice.ends_with("quote the whole value: message='hello world'"), "{advice}");
    }

    #[test]
    fn a_file_comes_with_its_entry() {
        assert_eq!(attachment("85@109=a=b.pdf").unwrap(), ("85@109".to_owned(), "a=b.pdf".to_owned()));
        for (word, right) in [
            ("report.pdf", "85@109=report.pdf puts the file behind the entry 85@109"),
            ("=report.pdf", "85@109=report.pdf"),
            ("a@b.c/report.pdf", "no entry before the file"),
            ("85@109=", "no file after the entry; expected ENTRY=FILE: 85@109=report.pdf"),
            ("85@109", "85@109=report.pdf"),
            ("=", "85@109=report.pdf"),
        ] {
            let said = attachment(word).unwrap_err();
            assert!(said.contains("expected ENTRY=FILE") && said.contains(right), "{word}: {said}");
        }
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_refused() {
        let path = std::env::temp_dir().join(format!("soar-words-{}", std::process::id()));
        std::fs::write(&path, b"ab\xff").unwrap();
        assert!(value_from(&path).unwrap_err().ends_with("expected UTF-8, found something else at byte 2"));
        std::fs::write(&path, "zwei\n").unwrap();
        assert_eq!(value_from(&path).unwrap(), "zwei\n");
        std::fs::remove_file(&path).unwrap();
        assert!(value_from(&path).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_split_joins_again(word in ".{0,40}") {
            if let Ok((name, value)) = assignment(&word) {
                prop_assert_eq!(format!("{name}={value}"), word);
            } else {
                prop_assert!(word.find('=').unwrap_or(0) == 0);
            }
        }
    }
}
