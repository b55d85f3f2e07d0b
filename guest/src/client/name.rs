//! Names and texts: their shapes and lengths, checked before anything is sent.

use super::error::{Error, argument};
use crate::text::{Quoted, is_hidden, shorten};

/// The most characters that a post has.
pub const MESSAGE: usize = 16_383;

/// Whether a team or channel may have this name in its URL. The server takes capitals for lower case here.
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a text can be a name that a server gives to something: one word that is seen. Which characters it may have
/// depends on the kind, the version and where it came from: `name:remote`, `id__id`, 40 hexadecimal digits.
pub fn is_given(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || is_hidden(c))
}

/// What a name in a URL looks like.
pub const NAME: &str = "the name as in the URL: 1 to 64 letters, digits, - and _ (not the display name)";

/// Checks the name of a team or channel that should exist.
pub fn existing(name: &str, value: &str) -> Result<(), Error> {
    if is_name(value) {
        return Ok(());
    }
    let reason = format!("is not a name: {}", Quoted(&shorten(value)));
    Err(argument(name, reason, NAME))
}

/// Checks the name of a channel to create.
pub fn new_channel(name: &str, value: &str) -> Result<(), Error> {
    let right = is_name(value) && !value.starts_with(['-', '_']) && !value.bytes().any(|b| b.is_ascii_uppercase());
    if right {
        return Ok(());
    }
    Err(argument(
        name,
        format!("can't be a channel's name: {}", Quoted(&shorten(value))),
        "1 to 64 lower-case letters, digits, - and _, the first a letter or a digit",
    ))
}

/// Checks that a text has at least one and at most so many characters.
pub fn text(name: &str, value: &str, most: usize) -> Result<(), Error> {
    filled(name, value)?;
    at_most(name, value, most)
}

/// Checks that a text is not empty.
pub fn filled(name: &str, value: &str) -> Result<(), Error> {
    if value.trim().is_empty() {
        return Err(argument(name, "is empty", "some text"));
    }
    Ok(())
}

/// Checks that a text has at most so many characters.
pub fn at_most(name: &str, value: &str, most: usize) -> Result<(), Error> {
    let length = value.chars().count();
    if length > most {
        let reason = format!("has {length} characters");
        return Err(argument(name, reason, format!("{most} at most")));
    }
    Ok(())
}

/// A text that is not given when it is empty.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_shape_of_the_servers_routes() {
        for right in ["a", "panw", "PANW", "off-topic", "a_b-9", &"n".repeat(64)] {
            assert!(existing("channel", right).is_ok(), "{right}");
        }
        for wrong in ["", ".", "..", "a/b", "a?b", "a#b", "%2e", "a b", "ö", &"n".repeat(65)] {
            assert!(existing("channel", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_channels_name_is_stricter() {
        for right in ["q", "incident-1", "9_", &"n".repeat(64)] {
            assert!(new_channel("name", right).is_ok(), "{right}");
        }
        for wrong in ["", "-abc", "_a", "Upper", "a.b", "a b", "größe", &"n".repeat(65)] {
            assert!(new_channel("name", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_given_name_is_one_word() {
        for right in ["town-square", "dev.ops_1", "anna:remote", "a1__b2", "größe"] {
            assert!(is_given(right), "{right}");
        }
        for wrong in ["", "a b", "a\n# b", "a\tb", "a\u{a0}b", "a\u{200b}", "\u{202e}a", "a\u{1b}[2J"] {
            assert!(!is_given(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(text("display_name", &"é".repeat(64), 64).is_ok());
        let Err(Error::Argument(error)) = text("display_name", &"é".repeat(65), 64) else { panic!() };
        assert_eq!((&*error.reason, &*error.expected), ("has 65 characters", "64 at most"));
        assert!(text("message", " \n", MESSAGE).is_err());
        assert!(text("message", &"世".repeat(MESSAGE), MESSAGE).is_ok());
        assert_eq!(given(Some(" ".into())), None);
    }
}
