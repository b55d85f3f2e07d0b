//! Names and texts: their shapes and lengths, checked before anything is sent.

use super::refusals::Refusals;
use crate::text::is_hidden;

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
pub const NAME: &str = "the name as in the URL (1 to 64 letters, digits, - and _, not the display name) or the ID";

/// The name of a team that should exist, or what stands for it; none if it is not given.
pub fn team(refusals: &mut Refusals, argument: &str, given: Option<String>) -> Option<String> {
    let team = self::given(given)?;
    Some(existing(refusals, argument, team.trim()))
}

/// The name of a channel that should exist, or what stands for it.
pub fn channel(refusals: &mut Refusals, argument: &str, given: &str) -> String {
    existing(refusals, argument, bare_channel(given.trim()))
}

/// A channel's name without the mark that people put before it.
pub fn bare_channel(name: &str) -> &str {
    name.strip_prefix(['#', '~']).unwrap_or(name)
}

/// The name of something that should exist, or its id.
pub fn existing(refusals: &mut Refusals, argument: &str, value: &str) -> String {
    if !is_name(value) {
        refusals.value(argument, value, NAME, likely(value));
    }
    value.into()
}

/// The name of a channel to create.
pub fn new_channel(refusals: &mut Refusals, argument: &str, given: &str) -> String {
    let name = bare_channel(given);
    let right = is_name(name) && !name.starts_with(['-', '_']) && !name.bytes().any(|b| b.is_ascii_uppercase());
    if !right {
        let expected = "a name of 1 to 64 lower-case letters, digits, - and _ that begins with a letter or a digit";
        refusals.value(argument, given, expected, likely(given));
    }
    name.into()
}

/// The name that something with this title probably has: `War room 7` is `war-room-7`.
fn likely(title: &str) -> Option<String> {
    let mut name = String::new();
    for byte in title.bytes() {
        match byte {
            b'/' | b'\\' | b'%' | 0..b' ' | 127.. => return None,
            b'_' => name.push('_'),
            _ if byte.is_ascii_alphanumeric() => name.push(byte.to_ascii_lowercase().into()),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_matches(['-', '_']);
    (is_name(name) && name != title).then(|| name.into())
}

/// Checks that a text has at least one and at most so many characters, with what is put behind it.
pub fn text(refusals: &mut Refusals, argument: &str, text: &str, behind: &str, most: usize) {
    if text.trim().is_empty() {
        refusals.add(argument, "is empty", "some text");
    }
    let length = text.chars().chain(behind.chars()).count();
    if length > most {
        let with = if behind.is_empty() { "" } else { " with the War Room link" };
        refusals.add(argument, &format!("has {length} characters{with}"), &format!("{most} at most"));
    }
}

/// A text that is not given when it is empty.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a value that is checked.
    fn told(check: impl FnOnce(&mut Refusals)) -> Vec<String> {
        let mut refusals = Refusals::default();
        check(&mut refusals);
        refusals.told()
    }

    fn known(value: &str) -> Vec<String> {
        told(|refusals| drop(channel(refusals, "channel", value)))
    }

    fn new(value: &str) -> Vec<String> {
        told(|refusals| drop(new_channel(refusals, "name", value)))
    }

    #[test]
    fn names_have_the_shape_of_the_servers_routes() {
        for right in ["a", "panw", "PANW", "off-topic", "a_b-9", " a\n", &"n".repeat(64)] {
            assert_eq!(known(right), [""; 0], "{right}");
        }
        for wrong in ["", ".", "..", "a/b", "a?b", "a#b", "##a", "#", "%2e", "a b", "ö", &"n".repeat(65)] {
            assert_eq!(known(wrong).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_new_channels_name_is_stricter() {
        for right in ["q", "incident-1", "9_", "#q", &"n".repeat(64)] {
            assert_eq!(new(right), [""; 0], "{right}");
        }
        for wrong in ["", "-abc", "_a", "Upper", "a.b", "a b", "größe", "#-a", &"n".repeat(65)] {
            assert_eq!(new(wrong).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_channel_may_have_the_mark_that_people_know_it_by() {
        let mut refusals = Refusals::default();
        assert_eq!(channel(&mut refusals, "channel", " #alerts"), "alerts");
        assert_eq!(channel(&mut refusals, "channel", "~alerts"), "alerts");
        assert_eq!(new_channel(&mut refusals, "name", "~alerts"), "alerts");
        assert_eq!(team(&mut refusals, "team", Some(" panw ".into())).as_deref(), Some("panw"));
        assert_eq!(team(&mut refusals, "team", Some(" ".into())), None);
        assert!(refusals.end().is_ok());
    }

    #[test]
    fn a_title_has_a_likely_name() {
        for (title, name) in [
            ("War room 7", "war-room-7"),
            ("  SOC: Alerts (new) ", "soc-alerts-new"),
            ("Incident-1", "incident-1"),
            ("_a", "a"),
            ("a.b", "a-b"),
        ] {
            assert_eq!(likely(title).as_deref(), Some(name), "{title}");
        }
        let long = "n".repeat(65);
        for title in ["größe", "名前", "../../users/me?x=", "%2e", "a\nb", "a\0b", "...", "", "-", &long] {
            assert_eq!(likely(title), None, "{title}");
        }
        assert!(known("War room 7")[0].ends_with(": war-room-7?"));
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
        let text = |value: &str, most| told(|refusals| super::text(refusals, "message", value, "", most));
        assert_eq!(text(&"é".repeat(64), 64), [""; 0]);
        assert_eq!(text(&"é".repeat(65), 64), ["message has 65 characters; 64 at most"]);
        assert_eq!(text(" \n", MESSAGE), ["message is empty; some text"]);
        assert_eq!(text(&"世".repeat(MESSAGE), MESSAGE), [""; 0]);
        assert_eq!(given(Some(" ".into())), None);
    }
}
