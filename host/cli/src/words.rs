//! The `name=value` words of a call.

use soar::files::{self, most};
use soar::manifest::Command;
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

/// A word that can't be used, and why.
pub type Stray = (String, String);

/// The arguments of a call, in their order. The first word may be the value alone of the argument that the command takes so,
/// if it is the only one without a name: of several words, most belong to a value that was not quoted.
///
/// # Errors
/// All words that can't be used. The texts say what would be right.
pub fn arguments(words: &[String], command: &Command) -> Result<Vec<(String, String)>, Vec<Stray>> {
    let mut pairs: Vec<(String, String)> = Vec::with_capacity(words.len());
    let mut strays = Vec::new();
    let mut rest = words;
    if let (Some(bare), Some((first, others))) = (command.bare_argument(), words.split_first())
        && meant(first, command).is_none()
        && !first.contains('=')
        && command.argument(first).is_none()
    {
        pairs.push((bare.name.clone(), first.clone()));
        rest = others;
    }
    while let Some((word, others)) = rest.split_first() {
        rest = others;
        let reason = match assignment(word) {
            Ok(pair) => {
                pairs.push(pair);
                continue;
            }
            Err(reason) => reason,
        };
        if let Some(meant) = meant(word, command) {
            strays
                .push((word.clone(), format!("{word:?} is no argument; did you mean {}?", text::word(&meant, SHOWN))));
            continue;
        }
        if command.argument(word).is_some() {
            strays.push((word.clone(), format!("{word} has no value; expected {word}=VALUE")));
            continue;
        }
        // What stands behind it without a name belongs to it.
        let more = others.iter().take_while(|word| !word.contains('=') && command.argument(word).is_none()).count();
        let (together, others) = rest.split_at(more);
        rest = others;
        let together = std::iter::once(word).chain(together).map(String::as_str).collect::<Vec<_>>().join(" ");
        strays.push((word.clone(), advise(reason, &together, pairs.last())));
    }
    if strays.is_empty() { Ok(pairs) } else { Err(strays) }
}

/// What was probably meant by a word with a colon where its `=` should be.
fn meant(word: &str, command: &Command) -> Option<String> {
    let (name, value) = word.trim_start_matches('-').split_once(':').filter(|(name, _)| !name.contains('='))?;
    command.argument(name).map(|_| format!("{name}={value}"))
}

fn advise(reason: String, words: &str, before: Option<&(String, String)>) -> String {
    match before {
        Some((name, value)) if !value.is_empty() => {
            let (name, value, words) = (text::line(name), text::word(value, SHOWN), text::word(words, SHOWN));
            format!("{reason}. If it belongs to {name}, quote the whole value: {name}='{value} {words}'")
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
    use soar::manifest::Argument;

    /// A command with two arguments, of which one may be given bare.
    fn command(bare: Option<&str>) -> Command {
        let argument = |name: &str| Argument {
            name: name.into(),
            aliases: vec![format!("{name}_too")],
            field: String::new(),
            default: None,
            options: Vec::new(),
            minimum: None,
            bare: bare == Some(name),
        };
        Command {
            name: "list".into(),
            aliases: Vec::new(),
            interface: String::new(),
            function: String::new(),
            arguments: vec![argument("limit"), argument("message")],
            outputs: Vec::new(),
            permissions: String::new(),
            changes: false,
            endpoints: Vec::new(),
        }
    }

    fn read(words: &[&str], bare: Option<&str>) -> Result<Vec<(String, String)>, Vec<Stray>> {
        arguments(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), &command(bare))
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_first_equals_sign_splits() {
        let pairs = read(&["limit=2", "message=a=b", "empty="], None).unwrap();
        assert_eq!(pairs, owned(&[("limit", "2"), ("message", "a=b"), ("empty", "")]));
    }

    #[test]
    fn a_word_without_one_is_told_what_would_be_right() {
        let one = |words: &[&str]| match &*read(words, None).unwrap_err() {
            [(word, advice)] => (word.clone(), advice.clone()),
            several => panic!("{several:?}"),
        };
        assert_eq!(one(&["limit"]).1, "limit has no value; expected limit=VALUE");
        assert_eq!(one(&["what"]).1, "\"what\" is no argument; expected NAME=VALUE");
        assert_eq!(one(&["=2"]).1, "\"=2\" has no name before its =; expected NAME=VALUE");
        let (word, advice) = one(&["message=hello", "big", "world", "limit=2"]);
        assert_eq!(word, "big");
        assert!(advice.ends_with("quote the whole value: message='hello big world'"), "{advice}");
    }

    #[test]
    fn all_words_that_cannot_be_used_are_told() {
        let strays = read(&["limit", "message=a", "b", "=2", "limit_too"], None).unwrap_err();
        assert_eq!(strays.iter().map(|(word, _)| &**word).collect::<Vec<_>>(), ["limit", "b", "=2", "limit_too"]);
    }

    #[test]
    fn the_first_word_may_be_a_value_alone() {
        let bare = |words| read(words, Some("message"));
        assert_eq!(bare(&["hello"]).unwrap(), owned(&[("message", "hello")]));
        assert_eq!(bare(&["hello", "limit=2"]).unwrap(), owned(&[("message", "hello"), ("limit", "2")]));
        assert_eq!(bare(&["limit=2"]).unwrap(), owned(&[("limit", "2")]));
        // What has a name elsewhere is left to whoever reads the arguments.
        assert_eq!(bare(&["a", "message=b"]).unwrap(), owned(&[("message", "a"), ("message", "b")]));
        // A word in another place was part of a value, and the name of an argument lacks its own.
        for words in [&["limit=2", "hello"][..], &["hello", "world"], &["message"], &["limit"], &["message_too", "x"]] {
            assert!(bare(words).is_err(), "{words:?}");
        }
        let advice = bare(&["hello", "big", "world"]).unwrap_err().swap_remove(0).1;
        assert!(advice.ends_with("quote the whole value: message='hello big world'"), "{advice}");
        assert!(read(&["hello"], None).is_err());
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
