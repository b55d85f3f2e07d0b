//! Parts of a text, between the borders of words.

use aho_corasick::{AhoCorasick, MatchKind};

/// Texts, and what stands for each.
#[derive(Debug, Default)]
pub(super) struct Words {
    finder: Option<AhoCorasick>,
    asked: Vec<String>,
}

/// A shorter text than this, in characters, is found in too much that it has nothing to do with.
const SHORTEST: usize = 3;

impl Words {
    pub(super) fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs = pairs
            .into_iter()
            .filter(|(recorded, asked)| [recorded, asked].iter().all(|text| text.chars().nth(SHORTEST - 1).is_some()));
        let (recorded, asked): (Vec<&str>, Vec<String>) = pairs.map(|(one, other)| (one, other.to_owned())).unzip();
        if recorded.is_empty() {
            return Self::default();
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(recorded);
        // Only gigabytes of them can't be built.
        Self { finder: finder.ok(), asked }
    }

    /// The text with what stands for its parts; none if it has none of them.
    pub(super) fn replaced(&self, text: &str) -> Option<String> {
        let finder = self.finder.as_ref()?;
        let mut replaced = String::new();
        let mut at = 0;
        for found in finder.find_iter(text) {
            if is_whole(text, found.start(), found.end()) {
                replaced.push_str(&text[at..found.start()]);
                replaced.push_str(&self.asked[found.pattern().as_usize()]);
                at = found.end();
            }
        }
        (at > 0).then(|| {
            replaced.push_str(&text[at..]);
            replaced
        })
    }
}

/// Whether what stands between two places of a text is no part of a longer word or name: `alerts` in `#alerts`, and not in
/// `alerts-2`.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !text[..start].ends_with(is_of_a_name) && !text[end..].starts_with(is_of_a_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_whole_word() {
        let words = Words::new([("alerts", "war-room-7"), ("dev", "carol"), ("ab", "xyz")]);
        for (text, expected) in [
            ("alerts", Some("war-room-7")),
            ("#alerts, ~alerts!", Some("#war-room-7, ~war-room-7!")),
            ("https://h/soc/channels/alerts?x", Some("https://h/soc/channels/war-room-7?x")),
            ("dev@example.test", Some("carol@example.test")),
            ("@dev joined alerts", Some("@carol joined war-room-7")),
            ("alerts-2", None),
            ("my-alerts", None),
            ("developer", None),
            ("ab", None),
            ("", None),
        ] {
            assert_eq!(words.replaced(text).as_deref(), expected, "{text}");
        }
    }
}
