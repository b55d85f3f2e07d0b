//! Base URLs.

use super::*;

#[test]
fn an_origin_is_a_base_url_and_is_shown_in_one_way() {
    for (url, shown) in [
        ("https://Chat.Example.com/a/b/", "https://chat.example.com/a/b"),
        ("HTTPS://chat.example.com:443", "https://chat.example.com"),
        ("http://chat.example.com:443/", "http://chat.example.com:443"),
        ("http://[::1]:8065", "http://[::1]:8065"),
        ("http://[0:0::1]//", "http://[::1]"),
        ("http://127.0.0.1:8065/chat", "http://127.0.0.1:8065/chat"),
        ("https://chat.example.com/~me/a@b", "https://chat.example.com/~me/a@b"),
    ] {
        assert_eq!(Origin::parse(url).map(|origin| origin.url().to_owned()).as_deref(), Ok(shown));
    }
}

#[test]
fn what_is_no_base_url_says_why() {
    for (url, reason) in [
        ("", "empty"),
        ("chat.example.com", "no scheme"),
        ("ftp://chat.example.com", "scheme is ftp"),
        ("ht\ttps://a.example", "scheme"),
        ("https://", "not a URL"),
        ("https:///a.example", "host is read as a.example"),
        (" https://a.example", "blanks"),
        ("https://a.example?x", "query"),
        ("https://a.example?", "query"),
        ("https://a.example#x", "fragment"),
        ("https://a.example/%2e", "path has encoded"),
        ("https://a.example/%2e%2e", "path has encoded"),
        ("https://a.example/b/../c", "\"..\" of the path"),
        ("https://a.example/.", "dot segment"),
        ("https://a.example//b", "is empty"),
        ("https://a.example/b;c", "semicolon"),
        ("https://a.example/b\\c", "backslash"),
        ("https://a.example\\b", "host is read as a.example"),
        ("https://a.exam\tple", "host is read as a.example"),
        ("https://a.example/b\nc", "percent-encoded"),
        ("http://0x7f.1", "host is read as 127.0.0.1"),
        ("http://2130706433", "host is read as 127.0.0.1"),
        ("https://b\u{fc}cher.example", "host is read as xn--bcher-kva.example"),
        ("https://@a.example", "password"),
    ] {
        let error = Origin::parse(url).unwrap_err();
        assert!(error.reason.contains(reason), "{url:?}: {error}");
    }
    let error = Origin::parse("https://me:hunter2@chat.example.com").unwrap_err().to_string();
    assert!(error.contains("password") && !error.contains("hunter2"), "{error}");
}
