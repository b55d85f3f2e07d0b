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
