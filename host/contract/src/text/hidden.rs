//! Which characters are hidden.

/// Whether a character can't be seen, or changes how others are seen: controls, line and paragraph separators, format
/// characters, what turns the direction of writing, what is ignored when there is no picture for it (fillers, joiners,
/// variation selectors, tags), and the empty Braille pattern.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let index = HIDDEN.partition_point(|(first, _)| *first <= character);
    index.checked_sub(1).and_then(|index| HIDDEN.get(index)).is_some_and(|(_, last)| character <= *last)
}

/// The characters of the general categories Cc, Cf, Zl and Zp, and of the properties `Default_Ignorable_Code_Point` and
/// `Bidi_Control` (Unicode 16), and U+2800; a test compares them with the tables of `regex-syntax`.
const HIDDEN: [(char, char); 28] = [
    ('\u{0}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{Class, HirKind};

    /// All characters, one by one, as the tables of another have them.
    #[test]
    fn they_are_those_of_unicode() {
        const CLASS: &str = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\x{2800}]";
        let hir = regex_syntax::parse(CLASS).expect("a class");
        let HirKind::Class(Class::Unicode(class)) = hir.kind() else { panic!("{hir:?}") };
        let mut expected = vec![false; u32::from(char::MAX) as usize + 1];
        for range in class.ranges() {
            expected[range.start() as usize..=range.end() as usize].fill(true);
        }
        let wrong: Vec<char> = ('\0'..=char::MAX).filter(|c| is_hidden(*c) != expected[*c as usize]).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
