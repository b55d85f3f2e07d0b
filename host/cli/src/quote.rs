//! Words for a POSIX shell.

use std::borrow::Cow;

/// The word as it is written in a shell: as it is when it can be, else in single quotes.
pub fn quote(word: &str) -> Cow<'_, str> {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return Cow::Borrowed(word);
    }
    // `name=value` reads better with the quotes around the value alone.
    if let Some((name, value)) = word.split_once('=')
        && !name.is_empty()
        && name.chars().all(safe)
    {
        return Cow::Owned(format!("{name}={}", quoted(value)));
    }
    Cow::Owned(quoted(word))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn words_are_quoted_only_when_they_must_be() {
        assert_eq!(quote("limit=2"), "limit=2");
        assert_eq!(quote("85@109=report.pdf"), "85@109=report.pdf");
        assert_eq!(quote("message=hello world"), "message='hello world'");
        assert_eq!(quote("message=it's"), r"message='it'\''s'");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("to=a;rm -rf ~"), "to='a;rm -rf ~'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_shell_reads_back_what_was_quoted(word in "[^\0]{0,40}") {
            let output = Command::new("sh").args(["-c", &format!("printf %s {}", quote(&word))]).output().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), word);
        }
    }
}
