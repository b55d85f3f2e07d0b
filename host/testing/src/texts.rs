//! Texts, for tests.

use proptest::prelude::*;

/// Texts with many characters that hide, break or escape.
pub fn texts() -> impl Strategy<Value = String> {
    let special = "\n\r\t\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}\u{3164}\u{fe0f}\u{e0041}\\\"`|*_<>&#[]";
    let special: Vec<char> = special.chars().collect();
    let character = prop_oneof![
        3 => prop::sample::select(special),
        2 => proptest::char::range(' ', '~'),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..40).prop_map(|characters| characters.into_iter().collect())
}
