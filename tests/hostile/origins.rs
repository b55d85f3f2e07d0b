//! Requests to somewhere else than the instance's server.

use crate::attack::{Attack, SERVER, assert_denied, script};
use crate::support::wire::Wire;
use crate::support::{Answer, Script};
use http::Request;
use serde_json::json;
use soar::address::{Resolve, Resolving};
use soar::transport::{Answering, Body, Live, LiveOptions, Outbound, Transport, TransportError};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
        assert!(failure.message().contains(&status.to_string()), "the component saw the redirect: {failure}");
        assert_eq!(script.lines(), ["GET /api/ok"]);
    }
}

/// A name that stands for a public address once, and for this machine after that.
struct Changing {
    script: Script,
    live: Live,
}

struct Answers(Mutex<Vec<IpAddr>>);

impl Resolve for Answers {
    fn resolve(&self, _: &str) -> Resolving {
        let next = self.0.lock().expect("no panic").pop();
        Box::pin(async move { Ok(next.into_iter().collect()) })
    }
}

impl Changing {
    fn new(script: &Script) -> Self {
        let answers = ["127.0.0.1", "1.1.1.1"].map(|address| address.parse().expect("an address"));
        // No time to connect: nothing is sent to the public address.
        let options = LiveOptions::new().with_connect(Duration::ZERO);
        let resolver = Arc::new(Answers(Mutex::new(answers.into())));
        let live = Live::with_resolver(options, resolver).expect("options are right");
        Self { script: script.clone(), live }
    }
}

impl Transport for Changing {
    fn send(&self, outbound: Outbound) -> Answering {
        let request = &outbound.request;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let asked = Request::builder().method(method).uri(uri).body(Body::default()).expect("a request");
        let (live, script) = (self.live.send(outbound), self.script.clone());
        Box::pin(async move {
            match live.await {
                // Where it would have gone is allowed; the script stands for it.
                Err(TransportError::Failed(..)) => script.send(asked.into()).await,
                ended => ended,
            }
        })
    }
}

#[test]
pub fn changing_address() {
    let script = script();
    let failure = Attack::new(hostile_components::CHANGING_ADDRESS).stopped(Changing::new(&script));
    assert_denied(&failure, "127.0.0.1");
    assert_eq!(script.lines(), ["GET /api/ok"]);
}
