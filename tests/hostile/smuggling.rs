//! Requests that are to be another request, or two, for the server.

use crate::attack::{Attack, script};
use crate::support::loopback;

/// That the host refuses the request, with these words, and that no whole request arrives at a server on a port.
#[track_caller]
fn is_refused(component: &'static [u8], words: &str) {
    let script = script();
    let url = loopback::serve(&script);
    let told = match Attack::new(component).at(url).live() {
        Ok(entry) => entry.readable,
        Err(failure) => failure.message(),
    };
    assert!(told.contains("refused: ") && told.contains(words), "{told}");
    assert!(script.requests().is_empty(), "{:?}", script.requests());
}

#[test]
pub fn header_value_line_break() {
    is_refused(hostile_components::HEADER_VALUE_LINE_BREAK, "InvalidSyntax");
}

#[test]
pub fn header_name_line_break() {
    is_refused(hostile_components::HEADER_NAME_LINE_BREAK, "InvalidSyntax");
}

#[test]
pub fn path_line_break() {
    is_refused(hostile_components::PATH_LINE_BREAK, "path can't be set");
}

#[test]
pub fn method_line_break() {
    is_refused(hostile_components::METHOD_LINE_BREAK, "method");
}

#[test]
pub fn host_header() {
    is_refused(hostile_components::HOST_HEADER, "Forbidden");
}

#[test]
pub fn transfer_encoding() {
    is_refused(hostile_components::TRANSFER_ENCODING, "Forbidden");
}

#[test]
pub fn content_length_short() {
    is_refused(hostile_components::CONTENT_LENGTH_SHORT, "");
}

#[test]
pub fn content_length_long() {
    is_refused(hostile_components::CONTENT_LENGTH_LONG, "HttpRequestBodySize");
}

#[test]
pub fn content_length_twice() {
    is_refused(hostile_components::CONTENT_LENGTH_TWICE, "");
}
