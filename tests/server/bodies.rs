//! Answers that begin well and don't end so: what goes wrong in a body reaches the component as what it was.

use crate::support::wire::{Wire, silent};
use crate::support::{self, Answer, call, component, fails, settings, world};
use soar::transport::NetErrorKind;
use soar::transport::{Live, LiveOptions};
use soar::{Embedded, Failure, Instance, Limit};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

const TEAM: &str = "GET /api/v4/teams/name/panw";

/// An instance of this server.
pub fn over(wire: &Wire) -> Instance {
    waiting(wire, LiveOptions::default())
}

fn waiting(wire: &Wire, options: LiveOptions) -> Instance {
    let mut settings = settings();
    settings.parameters.insert("url".into(), wire.url.clone());
    let live = Live::new(options).expect("options are right");
    component()
        .instance(settings)
        .transport(Arc::new(live))
        .platform(Arc::new(Embedded::new()))
        .build()
        .expect("settings are right")
}

pub fn team(wire: &Wire) -> Failure {
    team_of(&over(wire))
}

fn team_of(instance: &Instance) -> Failure {
    match call(instance, "mattermost-get-team", &[("team_name", "panw")]) {
        Err(failure) => failure,
        Ok(entry) => panic!("it succeeded: {}", entry.readable),
    }
}

fn cause(failure: &Failure) -> String {
    let cause = failure.field("cause").unwrap_or_default();
    cause.as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_stall_in_an_answer_is_told_once() {
    let wire = Wire::answering(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":")?;
        silent(stream)
    });
    let options = LiveOptions::new().with_between_bytes(Duration::from_millis(50));
    let failure = team_of(&waiting(&wire, options));
    assert_eq!((failure.kind(), wire.requests()), ("network", 1), "{failure}");
    assert!(failure.message().contains("stopped coming") && !failure.message().contains("broke off"), "{failure}");
    assert!(cause(&failure).contains(TEAM) && cause(&failure).contains("stopped coming"), "{failure:?}");
}

#[test]
fn an_answer_that_can_not_be_unpacked_is_told_once() {
    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\npong")
    });
    let failure = team(&wire);
    assert_eq!((failure.kind(), wire.requests()), ("network", 1), "{failure}");
    for text in [failure.message(), cause(&failure)] {
        assert!(text.contains("gzip") && !text.contains("Http") && !text.contains("broke off"), "{failure:?}");
    }
}

#[test]
fn an_answer_that_is_cut_is_asked_for_again_and_told_as_cut() {
    let wire = Wire::answering(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":")?;
        Err(std::io::ErrorKind::ConnectionAborted.into())
    });
    let failure = team(&wire);
    assert_eq!((failure.kind(), wire.requests()), ("network", 3), "{failure}");
    assert!(failure.message().contains("broke off"), "{failure}");
    assert!(cause(&failure).contains("closed in the middle"), "{failure:?}");
}

#[test]
fn each_reason_in_a_body_is_the_one_that_arrives() {
    let reasons: [(NetErrorKind, usize, &str); 7] = [
        (NetErrorKind::ConnectionReadTimeout, 1, "stopped coming"),
        (NetErrorKind::HttpResponseContentCoding(Some("gzip, which is broken".into())), 1, "gzip, which is broken"),
        (NetErrorKind::HttpResponseTransferCoding(Some("gzip".into())), 1, "gzip"),
        (NetErrorKind::InternalError(Some("the disk is full".into())), 1, "the disk is full"),
        (NetErrorKind::HttpResponseIncomplete, 3, "broke off"),
        (NetErrorKind::ConnectionTerminated, 3, "broke off"),
        (NetErrorKind::HttpProtocolError, 3, "HTTP"),
    ];
    for (error, tries, words) in reasons {
        let script = world::script().on(TEAM, Answer::Breaks(200, "{", error));
        let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!((failure.kind(), script.count(TEAM)), ("network", tries), "{failure}");
        assert!(failure.message().contains(words), "{words}: {failure}");
        assert!(cause(&failure).starts_with(&format!("{TEAM}: ")), "{failure:?}");
    }
}

#[test]
fn a_write_whose_answer_stalls_may_have_been_done_and_is_not_repeated() {
    let line = "POST /api/v4/channels";
    let stall = NetErrorKind::ConnectionReadTimeout;
    let script = world::script().on(line, Answer::Breaks(201, "{\"id\":", stall));
    let arguments = [("name", "x"), ("display_name", "X"), ("type", "public")];
    let failure = fails(&script, "mattermost-create-channel", &arguments);
    assert_eq!((failure.kind(), script.count(line)), ("network", 1), "{failure}");
    assert!(failure.message().contains("may have done it"), "{failure}");
}

#[test]
fn an_answer_over_the_limit_is_told_as_such() {
    let mut settings = settings();
    settings.limits = settings.limits.with(Limit::ResponseBody, 10);
    let script = world::script();
    let instance = component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(Arc::new(support::platform()))
        .build();
    let instance = instance.expect("settings are right");
    let failure = call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect_err("it is too long");
    assert_eq!((failure.kind(), script.count(TEAM)), ("limit", 1), "{failure}");
}
