//! Whole requests against declared endpoints.

use super::*;

fn chat() -> Policy {
    policy("https://chat.example.com/sub/", &["GET /api/teams/{team}?x&a[]", "POST /api/posts"])
}

#[test]
fn what_is_declared_is_allowed_with_its_rule() {
    for (line, rule) in [
        ("GET https://chat.example.com/sub/api/teams/red?x=../..//%2e", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/sub/api/teams/red?%78=1&a%5B%5D=&x", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/sub/api/teams/red?", "GET /api/teams/{team}"),
        ("GET https://chat.example.com:443/sub/api/teams/red", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/sub/api/teams/a%20b%2Bc%C3%A9@x", "GET /api/teams/{team}"),
        ("GET https://chat.example.com/s%75b/%61pi/te%61ms/...x", "GET /api/teams/{team}"),
        ("POST https://CHAT.example.com/sub/api/posts", "POST /api/posts"),
    ] {
        assert_eq!(decide(&chat(), line), (Code::Declared, format!("declared: {rule}")), "{line}");
        let (method, uri) = line.split_once(' ').unwrap();
        let policy = chat();
        let decision = policy.decide(&method.parse().unwrap(), &uri.parse().unwrap(), &HeaderMap::new());
        assert_eq!((decision.is_allowed(), decision.rule()), (true, Some(rule)));
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row for each request")]
fn everything_else_is_refused_for_its_own_reason() {
    for (line, code) in [
        ("DELETE https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("get https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("HEAD https://chat.example.com/sub/api/teams/red", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/Teams/red", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams/red/members", Code::Undeclared),
        ("GET https://chat.example.com/sub/api/teams/red?y=1", Code::UndeclaredQuery),
        ("GET https://chat.example.com/sub/api/teams/red?x=1&permanent=true", Code::UndeclaredQuery),
        ("GET https://chat.example.com/sub/api/teams/red?X=1", Code::UndeclaredQuery),
        ("POST https://chat.example.com/sub/api/posts?x=1", Code::UndeclaredQuery),
        ("GET https://chat.example.com/sub/api/teams/red?x=1;permanent=true", Code::AmbiguousQuery),
        ("GET https://chat.example.com/sub/api/teams/red?x=1&&x=1", Code::AmbiguousQuery),
        ("GET https://chat.example.com/sub/api/teams/red?=1", Code::AmbiguousQuery),
        ("GET https://chat.example.com/sub/api/teams/red?x%00=1", Code::AmbiguousQuery),
        ("GET https://chat.example.com/sub/api/teams/red?x=%", Code::AmbiguousQuery),
        ("TRACE https://chat.example.com/sub/api/posts", Code::Undeclared),
        ("CONNECT https://chat.example.com/sub/api/posts", Code::Undeclared),
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
fn a_reason_repeats_all_that_was_asked_for() {
    // A part of a credential in it would not be found.
    let line = format!("GET https://chat.example.com/sub/{}", "a".repeat(10_000));
    let (code, reason) = decide(&chat(), &line);
    assert_eq!(code, Code::Undeclared);
    assert!(reason.contains(&"a".repeat(10_000)), "{reason}");
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
    let Decision::Allow { credentials, .. } = policy.decide(&Method::GET, &uri, &HeaderMap::new()) else {
        panic!("it is declared")
    };
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
        ("TRACE", "/api"),
        ("", "/api"),
        ("GET", "/api//x"),
        ("GET", "/api/"),
        ("GET", "/{}"),
        ("GET", "/{a"),
        ("GET", "/{a}b"),
        ("GET", "/{a}{b}"),
        ("GET", "/a?b c"),
        ("GET", "/a?b;c"),
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
        let path = path.split('?').next().unwrap();
        assert!(error.starts_with(&format!("endpoint {method} {path}: ")), "{error}");
    }
    for name in ["X-Id", "x_id", "host", "te", "x-forwarded-user", "x y", ""] {
        let endpoint = Endpoint { headers: vec![name.into()], ..endpoint("GET", "/a", None) };
        let error = Rules::parse(&[endpoint]).unwrap_err();
        assert!(error.starts_with(&format!("endpoint GET /a: the header {name:?} ")), "{error}");
    }
}

#[test]
fn a_request_has_the_usual_headers_and_those_that_are_declared() {
    let chat = chat();
    let uri: Uri = "https://chat.example.com/sub/api/posts".parse().unwrap();
    let code = |names: &[&'static str]| {
        let value = http::HeaderValue::from_static("x");
        let headers = names.iter().map(|name| (http::HeaderName::from_static(name), value.clone())).collect();
        let decision = chat.decide(&Method::POST, &uri, &headers);
        (decision.code(), decision.reason().to_owned())
    };
    assert_eq!(code(&["accept", "content-type", "authorization", "host", "x-declared"]).0, Code::Declared);
    for name in ["x-real-ip", "x_http_method_override", "x-whatever", "te", "via", "x_declared"] {
        let (code, reason) = code(&["accept", name]);
        assert_eq!(code, Code::UndeclaredHeader, "{name}");
        assert!(reason.contains("POST /api/posts") && reason.contains(name), "{reason}");
    }
}

#[test]
fn names_and_headers_must_be_of_one_rule() {
    let one = endpoint("GET", "/users/{user}?a", Some("one"));
    let two = Endpoint { headers: vec!["x-two".into()], ..endpoint("GET", "/users/me?b", Some("two")) };
    let policy = Policy::new(Origin::parse("https://chat.example.com").unwrap(), Rules::parse(&[one, two]).unwrap());
    let uri = |query: &str| format!("https://chat.example.com/users/me?{query}").parse::<Uri>().unwrap();
    let mut headers = HeaderMap::new();
    let credentials = |query: &str, headers: &HeaderMap| match policy.decide(&Method::GET, &uri(query), headers) {
        Decision::Allow { credentials, .. } => credentials.join(","),
        Decision::Deny(denial) => denial.code.to_string(),
    };
    assert_eq!(credentials("", &headers), "one,two");
    assert_eq!(credentials("a=1", &headers), "one");
    assert_eq!(credentials("b=1", &headers), "two");
    assert_eq!(credentials("a=1&b=1", &headers), "undeclared_query");
    headers.insert("x-two", http::HeaderValue::from_static("x"));
    assert_eq!(credentials("b=1", &headers), "two");
    assert_eq!(credentials("a=1", &headers), "undeclared_header");
}

#[test]
fn codes_are_stable() {
    let names: Vec<&str> = Code::ALL.map(Code::as_str).to_vec();
    let expected = [
        "declared",
        "account",
        "userinfo",
        "ambiguous_authority",
        "other_origin",
        "ambiguous_path",
        "outside_base",
        "undeclared",
        "ambiguous_query",
        "undeclared_query",
        "undeclared_header",
        "denied_by_administrator",
        "not_allowed_by_administrator",
    ];
    assert_eq!(names, expected);
}
