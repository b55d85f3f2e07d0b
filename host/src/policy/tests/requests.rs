//! Whole requests against declared endpoints.

use super::*;

fn chat() -> Policy {
    policy("https://chat.example.com/sub/", &["GET /api/teams/{team}", "POST /api/posts"])
}

#[test]
fn what_is_declared_is_allowed_with_its_rule() {
    for (line, rule) in [
        ("GET https://chat.example.com/sub/api/teams/red?x=../..//%2e", "GET /api/teams/{team}"),
        ("GET https://chat.example.com:443/sub/api/teams/red", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/sub/api/teams/a%20b%2Bc%C3%A9@x", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/s%75b/%61pi/te%61ms/...x", "GET /api/teams/{team}"),
        ("POST https://CHAT.example.com/sub/api/posts", "POST /api/posts"),
    ] {
        assert_eq!(decide(&chat(), line), (Code::Declared, format!("declared: {rule}")), "{line}");
        let (method, uri) = line.split_once(' ').unwrap();
        let policy = chat();
        let decision = policy.decide(&method.parse().unwrap(), &uri.parse().unwrap());
        assert_eq!((decision.is_allowed(), decision.rule()), (true, Some(rule)));
    }
}

#[test]
fn everything_else_is_refused_for_its_own_reason() {
    for (line, code) in [
        ("DELETE https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("get https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("HEAD https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/Teams/red", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams/red/members", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams/", Code::AmbiguousPath),
        ("GET https://chat.example.com/api/teams/red", Code::OutsideBase),
        ("GET https://chat.example.com/subapi/teams/red", Code::OutsideBase),
        ("GET https://chat.example.com/sub-other/api/teams/red", Code::OutsideBase),
        ("GET https://chat.example.com/Sub/api/teams/red", Code::OutsideBase),
        ("GET https://chat.example.com/sub", Code::OutsideBase),
        ("GET http://chat.example.com/sub/api/teams/red", Code::OtherOrigin),
        ("GET http://chat.example.com:443/sub/api/teams/red", Code::OtherOrigin),
        ("GET ftp://chat.example.com/sub/api/teams/red", Code::OtherOrigin),
        ("GET https://chat.example.com:8443/sub/api/teams/red", Code::OtherOrigin),
        ("GET https://chat.example.com:80/sub/api/teams/red", Code::OtherOrigin),
        ("GET https://chat.example.com.evil.example/sub/api/teams/red", Code::OtherOrigin),
        ("GET https://chat.example.com./sub/api/teams/red", Code::OtherOrigin),
        ("GET https://evil.example/sub/api/teams/red", Code::OtherOrigin),
        ("GET /sub/api/teams/red", Code::OtherOrigin),
        ("GET https://chat.example.com:/sub/api/teams/red", Code::AmbiguousAuthority),
        ("GET https://chat.example.com:0443/sub/api/teams/red", Code::AmbiguousAuthority),
        ("GET https://chat.example.com@evil.example/sub/api/teams/red", Code::Userinfo),
        ("GET https://me:hunter2@chat.example.com/sub/api/teams/red", Code::Userinfo),
        ("GET https://chat.example.com/sub/api/teams/..", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/%2E%2e", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/.%2E", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/..;x", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/..%3bx", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a;b", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%2fb", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%5Cb", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%252fb", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%00", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%0d%0ab", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%7f", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%C2%85", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/%C0%AF", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%zz", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a%2", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/é", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/teams/a\"b", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api//teams/red", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub//api/teams/red", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/api/x/../teams/red", Code::AmbiguousPath),
        ("GET https://chat.example.com/other/../sub/api/teams/red", Code::AmbiguousPath),
        ("GET https://chat.example.com/sub/./api/teams/red", Code::AmbiguousPath),
        ("OPTIONS *", Code::OtherOrigin),
    ] {
        let (got, reason) = decide(&chat(), line);
        assert_eq!(got, code, "{line}: {reason}");
        assert!(!reason.is_empty() && !reason.contains("hunter2"), "{reason}");
    }
}

#[test]
fn a_reason_repeats_no_more_than_people_read() {
    let line = format!("GET https://chat.example.com/sub/{}", "a".repeat(10_000));
    let (code, reason) = decide(&chat(), &line);
    assert_eq!(code, Code::Undeclared);
    assert!(reason.ends_with("aaa…") && reason.chars().count() < 400, "{reason}");
}

#[test]
fn an_address_is_the_same_in_its_brackets_and_in_no_other_spelling() {
    let at = |origin: &str, authority: &str| {
        let uri = format!("GET http://{authority}/teams/red");
        decide(&policy(origin, &["GET /teams/{team}"]), &uri).0
    };
    assert_eq!(at("http://[::1]:8065", "[::1]:8065"), Code::Declared);
    assert_eq!(at("http://[::1]:8065", "[0:0:0:0:0:0:0:1]:8065"), Code::Declared);
    assert_eq!(at("http://[2001:DB8::1]", "[2001:db8::1]:80"), Code::Declared);
    assert_eq!(at("http://[::1]:8065", "[::1]"), Code::OtherOrigin);
    assert_eq!(at("http://[::1]:8065", "[::2]:8065"), Code::OtherOrigin);
    assert_eq!(at("http://127.0.0.1", "127.0.0.1"), Code::Declared);
    for authority in
        ["2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "127.0.0.1.", "localhost"]
    {
        assert_eq!(at("http://127.0.0.1", authority), Code::OtherOrigin, "{authority}");
    }
}

#[test]
fn an_endpoint_takes_each_credential_that_a_rule_names_for_it() {
    let endpoints = [
        endpoint("GET", "/users/me", Some("a")),
        endpoint("GET", "/users/{user}", Some("b")),
        endpoint("GET", "/users/me", None),
        endpoint("POST", "/users/me", Some("c")),
        endpoint("GET", "/teams/{team}", Some("d")),
    ];
    let policy = Policy::new(Origin::parse("https://chat.example.com").unwrap(), Rules::parse(&endpoints).unwrap());
    let uri = "https://chat.example.com/users/me".parse().unwrap();
    let Decision::Allow { credentials, .. } = policy.decide(&Method::GET, &uri) else { panic!("it is declared") };
    assert_eq!(credentials, ["a", "b"]);
}

#[test]
fn without_rules_or_a_server_nothing_is_allowed() {
    for policy in [Policy::default(), policy("https://chat.example.com", &[])] {
        assert_eq!(decide(&policy, "GET https://chat.example.com/teams").0, Code::Undeclared);
    }
}

#[test]
fn a_rule_that_cannot_be_read_is_an_error() {
    for (method, path) in [
        ("GET", "api"),
        ("GET", ""),
        ("GET", "/"),
        ("G ET", "/api"),
        ("get", "/api"),
        ("CONNECT", "/api"),
        ("", "/api"),
        ("GET", "/api//x"),
        ("GET", "/api/"),
        ("GET", "/{}"),
        ("GET", "/{a"),
        ("GET", "/{a}b"),
        ("GET", "/{a}{b}"),
        ("GET", "/a?b"),
        ("GET", "/a#b"),
        ("GET", "/*"),
        ("GET", "/a/**"),
        ("GET", "/../x"),
        ("GET", "/%2e/x"),
        ("GET", "/a%2Fb"),
        ("GET", "/a;b"),
        ("GET", "/a b"),
        ("GET", "/ä"),
    ] {
        let error = Rules::parse(&[endpoint(method, path, None)]).unwrap_err();
        assert!(error.starts_with(&format!("endpoint {method} {path}: ")), "{error}");
    }
}

#[test]
fn codes_are_stable() {
    let names: Vec<&str> = Code::ALL.map(Code::as_str).to_vec();
    let expected = [
        "declared",
        "userinfo",
        "ambiguous_authority",
        "other_origin",
        "ambiguous_path",
        "outside_base",
        "undeclared",
        "denied_by_administrator",
        "not_allowed_by_administrator",
    ];
    assert_eq!(names, expected);
}
