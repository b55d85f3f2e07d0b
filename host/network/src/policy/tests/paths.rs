//! The one way to read a path.

use super::*;

#[test]
fn one_spelling_of_all_that_read_the_same() {
    for (path, same) in [
        ("/a/b", "/a/b"),
        ("/%61/%7E%2d", "/a/~-"),
        ("/a%2bb/%40", "/a+b/@"),
        ("/a%20b%c3%a9", "/a%20b%C3%A9"),
        ("/x%3by%5b", "/x%3By%5B"),
        ("/...x/a..", "/...x/a.."),
    ] {
        assert_eq!(normal(path).as_deref(), Ok(same));
    }
}

#[test]
fn what_is_ambiguous_names_the_part_and_why() {
    for (path, part, why) in [
        ("a/b", "a/b", "begin with a slash"),
        ("/", "", "empty"),
        ("/a//b", "", "empty"),
        ("/a/", "", "empty"),
        ("/a/.", ".", "dot segment"),
        ("/%2E%2e/b", "%2E%2e", "dot segment"),
        ("/.../b", "...", "dot segment"),
        ("/a\\b", "a\\b", "backslash"),
        ("/a%2Fb", "a%2Fb", "encoded slash"),
        ("/a%5cb", "a%5cb", "encoded slash or backslash"),
        ("/a%2525", "a%2525", "per cent sign"),
        ("/%", "%", "encodes nothing"),
        ("/%4", "%4", "encodes nothing"),
        ("/%g0", "%g0", "encodes nothing"),
        ("/%00", "%00", "control"),
        ("/%ff", "%ff", "no UTF-8"),
        ("/a;b", "a;b", "semicolon"),
        ("/..%3B", "..%3B", "before a semicolon"),
        ("/a b", "a b", "belongs percent-encoded"),
        ("/\u{e9}", "\u{e9}", "belongs percent-encoded"),
    ] {
        let ambiguity = normal(path).unwrap_err();
        assert_eq!(ambiguity.part, part, "{path}");
        assert!(ambiguity.why.contains(why), "{path}: {ambiguity}");
    }
}
