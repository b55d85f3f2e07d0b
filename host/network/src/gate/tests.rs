//! The gate from the side of its component, with a transport that answers as a test says.

use super::*;
use crate::net_error::NetErrorKind;
use crate::observer::Nobody;
use crate::policy::{Origin, Rules};
use crate::trail::Stop;
use crate::transport::{Answering, Inbound, TransportError};
use http_body_util::BodyExt as _;
use soar_contract::limits::Limit;
use soar_contract::manifest::Endpoint;
use soar_contract::secret::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const TOKEN: &str = "t0kent0kent0kent0kent0ken0";

type Answer = fn(&Request<Body>) -> Result<Response<Body>, TransportError>;

/// A server that notes what it was asked.
struct Server {
    answer: Answer,
    asked: Mutex<Vec<Request<()>>>,
}

impl Server {
    fn new(answer: Answer) -> Arc<Self> {
        Arc::new(Self { answer, asked: Mutex::default() })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The credential of the last request.
    fn credential(&self) -> String {
        let asked = self.asked.lock().unwrap();
        asked.last().unwrap().headers()[header::AUTHORIZATION].to_str().unwrap().to_owned()
    }
}

impl Transport for Server {
    fn send(&self, Outbound { request, .. }: Outbound) -> Answering {
        let answer = (self.answer)(&request).map(Inbound::from);
        self.asked.lock().unwrap().push(request.map(|_| ()));
        Box::pin(ready(answer))
    }
}

/// A gate that lets `GET /pages` pass, one at a time.
fn gate(server: Arc<Server>) -> Gate {
    let endpoint = Endpoint {
        method: "GET".into(),
        path: "/pages".into(),
        credential: Some("token".into()),
        volatile: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
    };
    let secrets = BTreeMap::from([("token".to_owned(), Secret::new(TOKEN.to_owned()))]);
    let trail = Trail::new(None);
    Gate {
        policy: Policy::new(Origin::parse("https://chat.test").unwrap(), Rules::parse(&[endpoint]).unwrap()),
        sealed: Sealed::new(&secrets, &BTreeSet::from(["token".to_owned()]), &[], &trail),
        transport: server,
        observer: Arc::new(Nobody),
        limits: Arc::new(Limits::default().with(Limit::ResponseBody, 100)),
        trail,
        private: Private::Never,
        redactor: Covering::default(),
        turns: Arc::new(Semaphore::new(1)),
        lookups: Err("nobody asks"),
        aside: false,
    }
}

/// What a component asks that has its placeholder for the credential.
fn get(gate: &Gate, path: &str) -> Request<Body> {
    let (_, placeholder) = gate.sealed.placeholders().next().unwrap();
    let request = Request::get(format!("https://chat.test{path}"));
    request.header("authorization", format!("Bearer {placeholder}")).body(Body::empty()).unwrap()
}

async fn text(body: Body) -> Result<String, NetErrorKind> {
    let bytes = body.collect().await.map_err(|error| error.kind)?.to_bytes();
    Ok(String::from_utf8(bytes.into()).unwrap())
}

#[tokio::test]
async fn what_is_not_declared_reaches_no_transport() {
    let server = Server::new(|_| Ok(Response::new(Body::empty())));
    let gate = gate(server.clone());
    for path in ["/users", "/pages/1", "/pages?a=b"] {
        let error = gate.send(get(&gate, path), Timeouts::default()).await.unwrap_err();
        assert_eq!(error.kind, NetErrorKind::HttpRequestDenied);
    }
    assert_eq!(server.asked(), 0);
    assert_eq!(gate.trail.close().denied, 3);
}

#[tokio::test]
async fn a_credential_stays_outside() {
    let repeats = |request: &Request<Body>| {
        let header = request.headers()[header::AUTHORIZATION].clone();
        let body = header.to_str().unwrap().to_owned();
        Ok(Response::builder().header("x-asked-with", header).body(body.into()).unwrap())
    };
    let server = Server::new(repeats);
    let gate = gate(server.clone());
    let request = get(&gate, "/pages");
    let as_asked = request.headers()[header::AUTHORIZATION].clone();
    let response = gate.send(request, Timeouts::default()).await.unwrap();
    assert_eq!(server.credential(), format!("Bearer {TOKEN}"));
    assert_eq!(response.headers()["x-asked-with"], as_asked);
    assert_eq!(text(response.into_body()).await.unwrap(), as_asked.to_str().unwrap());
}

#[tokio::test]
async fn an_error_has_its_kind_alone_and_no_credential() {
    let fails = |request: &Request<Body>| {
        let words = request.headers()[header::AUTHORIZATION].to_str().unwrap().to_owned();
        Err(TransportError::failed(NetErrorKind::InternalError(Some(words.clone())), words))
    };
    let gate = gate(Server::new(fails));
    let error = gate.send(get(&gate, "/pages"), Timeouts::default()).await.unwrap_err();
    let (_, placeholder) = gate.sealed.placeholders().next().unwrap();
    assert_eq!(error.kind, NetErrorKind::InternalError(Some(format!("Bearer {placeholder}"))));
    assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
}

#[tokio::test]
async fn a_body_that_is_too_long_ends_the_call() {
    let gate = gate(Server::new(|_| Ok(Response::new(vec![b'x'; 101].into()))));
    let response = gate.send(get(&gate, "/pages"), Timeouts::default()).await.unwrap();
    assert_eq!(text(response.into_body()).await.unwrap_err(), NetErrorKind::HttpResponseBodySize(Some(100)));
    assert!(matches!(gate.trail.stopped(), Some(Stop::Limit(exceeded)) if exceeded.limit == Limit::ResponseBody));
    // Whatever the component makes of it.
    let error = gate.send(get(&gate, "/pages"), Timeouts::default()).await.unwrap_err();
    assert_eq!(error.kind, NetErrorKind::HttpRequestDenied);
}

#[tokio::test]
async fn a_request_leaves_at_once_and_the_next_when_its_answer_was_read() {
    let server = Server::new(|_| Ok(Response::new("pages".into())));
    let gate = gate(server.clone());
    let first = gate.send(get(&gate, "/pages"), Timeouts::default());
    assert_eq!(server.asked(), 1, "nobody has waited yet");
    let second = gate.send(get(&gate, "/pages"), Timeouts::default());
    let answer = first.await.unwrap();
    assert_eq!(server.asked(), 1, "the first one's answer is unread");
    assert_eq!(text(answer.into_body()).await.unwrap(), "pages");
    second.await.unwrap();
    assert_eq!(server.asked(), 2);
}
