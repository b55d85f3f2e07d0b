//! Sentences of ours in which words of others stand.
//!
//! A credential may be a word: `proxy`, `token`, `panw`. Where a sentence of ours has such a word, nobody has repeated a credential, and
//! a sentence with `[redacted]` in it helps nobody. Words of others stand in our sentences in quotation marks or brackets, before an
//! id in brackets, or are no plain words: paths, addresses, ids. So a plain word outside of these is ours.

use soar_contract::secret::NOT_GUESSABLE;
use std::ops::Range;

/// Whether what stands at a place of a sentence is a word of ours. A credential that is as long as one should be is none, wherever
/// it stands.
pub(super) fn is_ours(sentence: &str, range: &Range<usize>) -> bool {
    let Some(found) = sentence.get(range.clone()) else { return false };
    let is_word = found.len() < NOT_GUESSABLE && found.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word
        && is_plain(around(sentence, range))
        && !is_within(&sentence[..range.start])
        && !is_named(&sentence[range.end..])
}

/// Whether an id in brackets follows: what stands before it is the name of something, such as `the bot impulse (8tjb…)`.
fn is_named(after: &str) -> bool {
    /// Shorter ones are numbers and words of ours.
    const LEAST: usize = 16;
    let in_brackets = after.strip_prefix(" (").and_then(|after| after.split_once(')')).map(|(id, _)| id);
    in_brackets.is_some_and(|id| {
        id.len() >= LEAST && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// The word, from blank to blank, that a place is in.
fn around<'s>(sentence: &'s str, range: &Range<usize>) -> &'s str {
    let start = sentence[..range.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let end = sentence[range.end..].find(char::is_whitespace).map_or(sentence.len(), |at| range.end + at);
    sentence.get(start..end).unwrap_or_default()
}

/// Whether it is made of letters, with the marks of a sentence and of the names of settings: `personal_access_token`.
fn is_plain(word: &str) -> bool {
    word.chars().all(|character| character.is_alphabetic() || ".,:;?!'-_=()".contains(character))
}

/// Whether a quotation or a bracket has begun in a text, and has not ended.
fn is_within(before: &str) -> bool {
    let (mut quoted, mut depth, mut escaped) = (false, 0usize, false);
    for character in before.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    quoted || depth > 0
}

#[cfg(test)]
mod tests {
    use super::super::{Redactor, Secrets};
    use proptest::prelude::*;

    fn sentence(secret: &str, text: &str) -> String {
        Redactor::new(Secrets::new([secret])).sentence(text)
    }

    #[test]
    fn a_word_of_ours_stays_and_one_of_others_does_not() {
        for (text, expected) in [
            ("is the proxy on the way? Ask the proxy.", "is the proxy on the way? Ask the proxy."),
            ("proxies: proxy, proxy", "proxies: proxy, proxy"),
            ("the proxy said \"proxy\" (proxy)", "the proxy said \"[redacted]\" ([redacted])"),
            (
                r#"the proxy said "no \"proxy\", proxy" proxy"#,
                r#"the proxy said "no \"[redacted]\", [redacted]" proxy"#,
            ),
            ("GET /api/proxy: the proxy", "GET /api/[redacted]: the proxy"),
            ("http://proxy.test:80 proxy", "http://[redacted].test:80 proxy"),
            ("set https_proxy, proxy1 or proxy=true", "set https_proxy, [redacted]1 or proxy=true"),
            (
                "the proxy proxy (8tjbc4fkx3no9q5rr7suc65fxo) wants a proxy (407)",
                "the proxy [redacted] (8tjbc4fkx3no9q5rr7suc65fxo) wants a proxy (407)",
            ),
            ("%70roxy, \\u0070roxy and cHJveHk", "[redacted], [redacted] and [redacted]"),
        ] {
            assert_eq!(sentence("proxy", text), expected, "{text}");
        }
        // As long as a credential should be, it is no word.
        assert_eq!(sentence("administratorship", "the administratorship"), "the [redacted]");
        assert_eq!(sentence("pass1", "the pass1"), "the [redacted]");
    }

    proptest! {
        #[test]
        fn what_others_said_has_no_credential(secret in "[a-z]{1,14}", before in "[a-z ]{0,20}", said in "[a-z \"]{0,20}", after in "[a-z ]{0,20}") {
            let said = format!("{said}{secret}{after}");
            let covered = sentence(&secret, &format!("{before} {} {after}", soar_contract::text::said(&said)));
            let (_, quoted) = covered.split_once('"').unwrap();
            let (quoted, _) = quoted.rsplit_once('"').unwrap();
            prop_assert!(!quoted.contains(&secret) || "redacted".contains(&secret), "{}", covered);
            // Words around it are as they were.
            let starts = format!("{before} ");
            prop_assert!(covered.starts_with(&starts), "{}", covered);
        }
    }
}
