//! Words in quotation marks.

use super::is_hidden;

/// Words that are not ours in quotation marks, so that a reader sees where they end: nothing in them can be taken for the end
/// of the quotation, for a row of its own, or for what it is not.
///
/// A quotation mark and a backslash have a backslash before them. What is neither a letter, a digit nor ASCII, and a blank after
/// another one, is shown by its number: there are many marks that look like quotation marks, and many blanks. For names,
/// paths and addresses, of which a person has to see each character.
///
/// ```
/// assert_eq!(soar_contract::text::quoted("a token\n\"”  ü"), r#""a token\n\"\u{201d} \u{20}ü""#);
/// ```
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut before = None;
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' ' if before == Some(' ') => quoted.extend(character.escape_unicode()),
            _ if is_plain(character) => quoted.push(character),
            _ => quoted.extend(character.escape_default()),
        }
        before = Some(character);
    }
    quoted.push('"');
    quoted
}

/// A sentence that is not ours in quotation marks: like [`quoted`], but for reading. Each mark that looks like a quotation mark has a
/// backslash before it, and what hides is left to [`line`](super::line) and [`block`](super::block).
///
/// ```
/// assert_eq!(soar_contract::text::said(r#"No such "team""#), r#""No such \"team\"""#);
/// ```
#[must_use]
pub fn said(sentence: &str) -> String {
    const MARKS: &str = "\"\\\u{201c}\u{201d}\u{201e}\u{201f}\u{2033}\u{2036}\u{ff02}\u{301d}\u{301e}\u{301f}\u{2ba}\u{2dd}\u{2ee}\u{275d}\u{275e}\u{5f4}";
    let mut said = String::with_capacity(sentence.len() + 2);
    said.push('"');
    for character in sentence.chars() {
        if MARKS.contains(character) {
            said.push('\\');
        }
        said.push(character);
    }
    said.push('"');
    said
}

fn is_plain(character: char) -> bool {
    // Letters to Unicode, and primes and quotation marks to the eye.
    let is_mark = ('\u{2b0}'..='\u{2ff}').contains(&character);
    !is_hidden(character) && (character.is_ascii() || character.is_alphanumeric() && !is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_quotation_ends_it() {
        for (text, expected) in [
            ("", r#""""#),
            ("/run/secrets/chat-token", r#""/run/secrets/chat-token""#),
            ("a\" and nothing else", r#""a\" and nothing else""#),
            ("C:\\new", r#""C:\\new""#),
            ("a\nb\u{1b}\u{202e}", r#""a\nb\u{1b}\u{202e}""#),
            ("\u{201d}\u{ff02}\u{2ba}\u{3000}x", r#""\u{201d}\u{ff02}\u{2ba}\u{3000}x""#),
            ("a   b ü漢", r#""a \u{20}\u{20}b ü漢""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
