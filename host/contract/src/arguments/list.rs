//! Lists in brackets: as JSON has them, as Python prints them, and without quotes.

use serde_json::Value as Json;

/// The items of `["a", "b"]`, `['a', None, True]` or `[a, b]`; none if the text is no list in brackets. What stands between
/// two commas and is nothing is left out.
pub(super) fn bracketed(text: &str) -> Option<Vec<Json>> {
    match serde_json::from_str(text) {
        Ok(Json::Array(items)) => Some(items),
        Ok(_) => None,
        Err(_) => Reader { rest: text.strip_prefix('[')? }.items(),
    }
}

/// Reads what is behind the bracket.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn items(mut self) -> Option<Vec<Json>> {
        let mut items = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.chars().next()? {
                ',' | ']' => {}
                quote @ ('\'' | '"') => items.push(self.quoted(quote)?.into()),
                _ => items.push(self.bare()?),
            }
            let end = self.rest.trim_start().strip_prefix(']');
            if let Some(end) = end {
                return end.trim().is_empty().then_some(items);
            }
            self.rest = self.rest.trim_start().strip_prefix(',')?;
        }
    }

    /// A text in quotation marks, with Python's escapes.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest.chars();
        letters.next();
        loop {
            match letters.next()? {
                letter if letter == quote => break,
                '\\' => match letters.next()? {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    mark @ ('x' | 'u' | 'U') => {
                        let length = if mark == 'x' {
                            2
                        } else if mark == 'u' {
                            4
                        } else {
                            8
                        };
                        let digits = letters.as_str().get(..length)?;
                        text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                        letters = letters.as_str()[length..].chars();
                    }
                    letter if "\\'\"".contains(letter) => text.push(letter),
                    letter => text.extend(['\\', letter]),
                },
                letter => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Some(text)
    }

    /// A text without quotation marks, or one of the words that Python has for what is no text. One with brackets in it is a
    /// list of something else.
    fn bare(&mut self) -> Option<Json> {
        // Python 2 marks its texts.
        if let Some(rest) = self.rest.strip_prefix('u').filter(|rest| rest.starts_with(['\'', '"'])) {
            self.rest = rest;
            let quote = rest.chars().next()?;
            return self.quoted(quote).map(Json::from);
        }
        let end = self.rest.find([',', ']', '[', '{', '}', '\'', '"'])?;
        let (word, rest) = self.rest.split_at(end);
        // As in O'Brien: the quotation mark is inside of a word.
        let (word, rest) = match rest.starts_with(['\'', '"']) {
            true => self.rest.split_at(self.rest.find([',', ']', '[', '{', '}'])?),
            false => (word, rest),
        };
        if !rest.starts_with([',', ']']) {
            return None;
        }
        self.rest = rest;
        Some(match word.trim() {
            "None" | "null" => Json::Null,
            "True" | "true" => Json::Bool(true),
            "False" | "false" => Json::Bool(false),
            word => Json::from(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_list_is_read_as_it_was_printed() {
        for (text, items) in [
            (r#"["a", "b"]"#, json!(["a", "b"])),
            ("['a', 'b']", json!(["a", "b"])),
            ("[ 'a' ,'b' ]", json!(["a", "b"])),
            ("[a, b]", json!(["a", "b"])),
            ("[town-square, off topic]", json!(["town-square", "off topic"])),
            ("[u'a', u\"b\"]", json!(["a", "b"])),
            ("[user, u]", json!(["user", "u"])),
            ("['a', None, True, False]", json!(["a", null, true, false])),
            ("['None', \"True\"]", json!(["None", "True"])),
            (r#"["O'Brien", 'say "x"']"#, json!(["O'Brien", "say \"x\""])),
            ("[O'Brien, b]", json!(["O'Brien", "b"])),
            (r"['O\'Brien', 'a\\b', '\xe9\u6f22\U0001f600\n\q']", json!(["O'Brien", "a\\b", "é漢😀\n\\q"])),
            ("['a,b', 'c]d']", json!(["a,b", "c]d"])),
            ("['a', ]", json!(["a"])),
            ("[, a,,]", json!(["a"])),
            ("[1, 2.0]", json!([1, 2.0])),
            ("[1, a]", json!(["1", "a"])),
            ("[]", json!([])),
            ("[ ]", json!([])),
            ("['größe', 名前]", json!(["größe", "名前"])),
        ] {
            assert_eq!(bracketed(text).map(Json::Array), Some(items), "{text}");
        }
    }

    #[test]
    fn what_is_broken_or_nested_is_no_list() {
        for text in [
            "[",
            "[a",
            "['a",
            "['a'",
            "['a' 'b']",
            "['a']x",
            "[a] x",
            "[a]]",
            "[[a], b]",
            "[{'a': 1}]",
            "[a{b]",
            "[{]",
            r"['\x']",
            r"['\u12']",
            r"['\ud800']",
            r"['\xé']",
            "a",
            "",
            "{}",
            "'a'",
        ] {
            assert_eq!(bracketed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_none(text in "\\[(\\PC|[\\[\\]{}'\",\\\\xuU0 ]){0,30}") {
            let _ = bracketed(&text);
        }

        #[test]
        fn a_text_in_quotation_marks_is_itself(texts in proptest::collection::vec("[^\\\\']{0,8}", 0..4)) {
            let printed = texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ");
            prop_assert_eq!(bracketed(&format!("[{printed}]")), Some(texts.into_iter().map(Json::from).collect()));
        }
    }
}
