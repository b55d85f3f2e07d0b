//! Requests to the instance's server that the command did not declare.

use crate::attack::{Attack, assert_denied, script};

/// That the request is denied for what it asks, and that nothing arrives.
#[track_caller]
fn is_denied(component: &'static [u8], words: &str) {
    let script = script();
    let failure = Attack::new(component).stopped(script.clone());
    assert_denied(&failure, words);
    assert!(script.requests().is_empty(), "{:?}", script.requests());
}

#[test]
pub fn undeclared_method() {
    is_denied(hostile_components::UNDECLARED_METHOD, "DELETE /api/ok");
}

#[test]
pub fn undeclared_endpoint() {
    is_denied(hostile_components::UNDECLARED_ENDPOINT, "GET /api/secret");
}

#[test]
pub fn path_dots() {
    is_denied(hostile_components::PATH_DOTS, "..");
}

#[test]
pub fn path_encoded_dots() {
    is_denied(hostile_components::PATH_ENCODED_DOTS, "%2e%2E");
}

#[test]
pub fn path_encoded_slash() {
    is_denied(hostile_components::PATH_ENCODED_SLASH, "%2e%2fsecret");
}

#[test]
pub fn path_doubled_slash() {
    is_denied(hostile_components::PATH_DOUBLED_SLASH, "/api//ok");
}

#[test]
pub fn undeclared_query() {
    let attack = |query: &str| Attack::new(hostile_components::UNDECLARED_QUERY).given(query);
    assert_eq!(attack("page=1").told(script()), "let through: 200 \"yes\"");
    let padded = format!("{}&permanent=true", "x".repeat(2000));
    for (query, words) in [
        ("permanent=true", "\"permanent\""),
        ("page=1&permanent=true", "\"permanent\""),
        ("page=1;permanent=true", "semicolon"),
        ("page=1&%70ermanent=true", "\"permanent\""),
        ("page=1&&page=1", "without a name"),
        (&padded, "for its query page, and not"),
    ] {
        let script = script();
        let failure = attack(query).stopped(script.clone());
        assert_denied(&failure, words);
        assert!(script.requests().is_empty(), "{query}");
    }
}

#[test]
fn what_the_audit_cuts_it_marks_and_names_are_never_cut() {
    let attack = |query: &str| Attack::new(hostile_components::UNDECLARED_QUERY).given(query);
    let padding = "x".repeat(2000);
    let records = attack(&format!("{padding}=hunter2&permanent=true")).audited(script());
    let url = records[0]["url"].as_str().expect("a URL");
    assert_eq!(url, format!("http://chat.test/api/ok?{padding}=&permanent="));
    let records = attack("page=1").at("http://chat.test/sub").audited(script());
    assert_eq!(records[0]["code"], "outside_base");
    let records = Attack::new(hostile_components::HUGE_PATH).audited(script());
    let url = records[0]["url"].as_str().expect("a URL");
    assert!(url.len() < 1100 && url.ends_with(" bytes more]"), "{url}");
}

#[test]
pub fn undeclared_header() {
    let attack = |header: &str| Attack::new(hostile_components::UNDECLARED_HEADER).given(header);
    assert_eq!(attack("x-declared: 1").told(script()), "let through: 200 \"yes\"");
    for header in ["x-trust-me: 1", "x-csrf: 1", "x_declared: 1", "x-api-version: 2"] {
        let script = script();
        let failure = attack(header).stopped(script.clone());
        assert_denied(&failure, "does not declare the header");
        assert!(script.requests().is_empty(), "{header}");
    }
    for header in [
        "x-http-method-override: DELETE",
        "X_HTTP_Method_Override: DELETE",
        "x-real-ip: 10.0.0.1",
        "x-forwarded-user: admin",
        "x_forwarded_for: 10.0.0.1",
        "x-original-uri: /api/secret",
        "via: 1.1 gateway",
        "proxy-authorization: Basic eA==",
        "remote-user: admin",
    ] {
        let script = script();
        assert_eq!(attack(header).told(script.clone()), "refused: header: HeaderError::Forbidden", "{header}");
        assert!(script.requests().is_empty(), "{header}");
    }
}

#[test]
pub fn trace() {
    is_denied(hostile_components::TRACE, "TRACE /api/ok");
}
