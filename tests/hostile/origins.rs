//! Requests to somewhere else than the instance's server.

use crate::attack::{Attack, SERVER, assert_denied, script};
use crate::support::{Answer, Script};
use crate::wire::Wire;
use http::{Request, Response};
use http_body_util::BodyExt;
use serde_json::json;
use soar::transport::{Answering, Body, Transport, TransportError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// That the request is denied for where it goes, and that nothing arrives anywhere.
#[track_caller]
fn goes_nowhere(component: &'static [u8], url: &str, elsewhere: &str) {
    let script = script();
    let failure = Attack::new(component).at(url).stopped(script.clone());
    assert_denied(&failure, elsewhere);
    assert!(script.requests().is_empty(), "{:?}", script.requests());
}

/// The same for a spelling of this machine's address, at which a server does listen.
#[track_caller]
fn address_is_denied(component: &'static [u8], spelling: &str) {
    let wire = Wire::yes();
    let failure = crate::attack::failure(Attack::new(component).at(wire.url.as_str()).live());
    assert_denied(&failure, &format!("{spelling}:{}", wire.port));
    assert_eq!(wire.requests(), 0);
}

#[test]
pub fn other_host() {
    goes_nowhere(hostile_components::OTHER_HOST, SERVER, "evil.test");
}

#[test]
pub fn lookalike_host() {
    goes_nowhere(hostile_components::LOOKALIKE_HOST, SERVER, "chat.test.evil.test");
}

#[test]
pub fn other_port() {
    goes_nowhere(hostile_components::OTHER_PORT, SERVER, "chat.test:9");
    goes_nowhere(hostile_components::OTHER_PORT, "https://chat.test:8443", "chat.test:9");
}

#[test]
pub fn other_scheme() {
    goes_nowhere(hostile_components::OTHER_SCHEME, SERVER, "https://chat.test");
    goes_nowhere(hostile_components::OTHER_SCHEME, "https://chat.test:80", "http://chat.test");
}

#[test]
pub fn ip_decimal() {
    address_is_denied(hostile_components::IP_DECIMAL, "2130706433");
}

#[test]
pub fn ip_octal() {
    address_is_denied(hostile_components::IP_OCTAL, "0177.0.0.1");
}

#[test]
pub fn ip_hex() {
    address_is_denied(hostile_components::IP_HEX, "0x7f000001");
}

#[test]
pub fn ip_short() {
    address_is_denied(hostile_components::IP_SHORT, "127.1");
}

#[test]
pub fn ip_mapped() {
    address_is_denied(hostile_components::IP_MAPPED, "[::ffff:127.0.0.1]");
}

#[test]
pub fn metadata_address() {
    goes_nowhere(hostile_components::METADATA_ADDRESS, SERVER, "169.254.169.254");
}

#[test]
pub fn userinfo() {
    goes_nowhere(hostile_components::USERINFO, SERVER, "user name");
}

#[test]
pub fn userinfo_port() {
    goes_nowhere(hostile_components::USERINFO_PORT, "http://chat.test:8065", "user name");
}

#[test]
pub fn redirect() {
    for status in [301, 302, 303, 307, 308] {
        let moved = Answer::With(status, vec![("location", "http://evil.test/api/ok")], json!({}));
        let script = Script::new().on("GET /api/ok", moved);
        let failure = Attack::new(hostile_components::REDIRECT).stopped(script.clone());
        assert_denied(&failure, "evil.test");
        assert!(failure.message.contains(&status.to_string()), "the component saw the redirect: {failure}");
        assert_eq!(script.lines(), ["GET /api/ok"]);
    }
}

/// A name that stands for the server's address once, and for another one after that.
struct Changing {
    script: Script,
    changed: Arc<AtomicBool>,
}

impl Transport for Changing {
    fn send(&self, request: Request<Body>) -> Answering {
        if self.changed.swap(true, Ordering::Relaxed) {
            return Box::pin(async { Err(TransportError::Denied("chat.test stands for 127.0.0.1".into())) });
        }
        let answer = self.script.send(request);
        Box::pin(async { Ok(answer.await?.map(|body| body.boxed_unsync())) as Result<Response<Body>, _> })
    }
}

#[test]
pub fn changing_address() {
    let script = script();
    let transport = Changing { script: script.clone(), changed: Arc::default() };
    let failure = Attack::new(hostile_components::CHANGING_ADDRESS).stopped(transport);
    assert_denied(&failure, "127.0.0.1");
    assert_eq!(script.lines(), ["GET /api/ok"]);
}
