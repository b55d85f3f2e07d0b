//! Properties that hold for every text.

use super::*;
use crate::tests::texts;
use proptest::prelude::*;
use serde_json::Value;

proptest! {
    #[test]
    fn a_line_is_one_line_and_hides_nothing(text in texts()) {
        let shown = line(&text);
        prop_assert!(!shown.contains(is_hidden), "{shown:?}");
        // Once is enough, and twice is the same.
        prop_assert_eq!(line(&shown), &*shown);
    }

    #[test]
    fn lines_hide_nothing_but_their_breaks(text in texts()) {
        let shown = lines(&text);
        prop_assert!(!shown.contains(|c| is_hidden(c) && c != '\n' && c != '\t'), "{shown:?}");
        prop_assert_eq!(shown.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn a_copy_is_never_more_than_what_was_said_of_it(text in texts()) {
        let shown = lines(&text);
        prop_assert!(shown == text || shown.len() as u64 <= more(&text));
    }

    #[test]
    fn no_line_of_a_block_begins_like_one_of_ours(text in texts()) {
        let shown = format!("error: {}", block(&text));
        prop_assert!(shown.lines().skip(1).all(|line| line.starts_with("  | ")), "{shown:?}");
        prop_assert!(!shown.contains(|c| is_hidden(c) && c != '\n'), "{shown:?}");
    }

    #[test]
    fn a_quotation_ends_once_and_says_all(words in texts()) {
        let shown = quoted(&words);
        let within = shown.strip_prefix('"').and_then(|shown| shown.strip_suffix('"')).unwrap();
        let bare = within.replace("\\\\", "").replace("\\\"", "");
        prop_assert!(!bare.contains('"') && !within.contains("  ") && !within.contains(is_hidden), "{shown}");
    }

    #[test]
    fn what_is_cut_is_short(text in texts(), most in 0usize..60) {
        prop_assert!(cut(&text, most).len() <= most + "[… 12345 bytes more]".len());
        prop_assert!(!word(&text, most).contains(is_hidden));
        prop_assert!(text.chars().count() > most || word(&text, most) == line(&text));
    }

    #[test]
    fn json_hides_nothing_and_means_the_same(name in texts(), text in texts()) {
        let value: Value = [(name, Value::from(vec![text]))].into_iter().collect();
        let mut compact = Vec::new();
        json::write(&mut compact, &value).unwrap();
        let compact = String::from_utf8(compact).unwrap();
        prop_assert!(!compact.contains(is_hidden), "{compact:?}");
        prop_assert_eq!(serde_json::from_str::<Value>(&compact).unwrap(), value.clone());
        let pretty = json::pretty(&value);
        prop_assert!(!pretty.contains(|c| is_hidden(c) && c != '\n'), "{pretty:?}");
        prop_assert_eq!(serde_json::from_str::<Value>(&pretty).unwrap(), value);
    }

    #[test]
    fn errors_of_the_library_hide_nothing_and_forge_no_line(words in texts()) {
        let failure = crate::failure::Failure::new(&*words, crate::failure::Cause::Trap(words.clone()));
        let shown = [
            failure.to_string(),
            failure.message(),
            crate::limits::Limits::default().set(&words, "1").map_or_else(|error| error.to_string(), |()| String::new()),
        ];
        for shown in shown {
            prop_assert!(!shown.contains(|c| is_hidden(c) && c != '\n'), "{shown:?}");
            prop_assert!(shown.lines().skip(1).all(|line| line.starts_with("  | ")), "{shown:?}");
        }
    }
}
