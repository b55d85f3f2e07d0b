//! HTTP/2 as proxies end it, refuse it and break it.

use std::time::Duration;

use super::{CREATE, CREATE_CHANNEL, CREATED, GET_TEAM, PANW, TEAM};
use crate::support::AtServer as _;
use crate::support::odd::{Behaviour, Frame, OF_CONNECTIONS, Rule, Server};
use crate::support::{at_once, calls, world};

#[test]
fn streams_above_the_last_of_a_goaway_go_to_another_connection() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::GoesAwayAfter(2)).start();
    let client = server.client();
    for _ in 0..5 {
        client.succeeds(GET_TEAM, PANW);
    }
    assert_eq!(script.count(TEAM), 5);
    assert_eq!((server.counts().connections, server.counts().requests), (3, 7));
}

/// A write, too: it was not taken.
#[test]
fn what_was_not_taken_is_sent_again_once_it_is() {
    for behaviour in [
        Rule::from(Behaviour::GoesAwayAfter(1)),
        Behaviour::GoesAwayAfter(2).into(),
        Behaviour::Refuses.times(1).at("POST "),
    ] {
        for (command, arguments, written) in [
            (CREATE_CHANNEL, CREATE, CREATED),
            (
                "mattermost-send-file",
                &[("message", "x"), ("channel", "war-room"), ("entry_id", calls::ENTRY)],
                "POST /api/v4/files",
            ),
        ] {
            let script = world::script();
            let server = Server::new(&script).http2().does(behaviour.clone()).start();
            server.client().succeeds(command, arguments);
            assert_eq!(script.requests().iter().filter(|sent| sent.line.starts_with(written)).count(), 1);
        }
    }
}

#[test]
fn a_stream_that_is_refused_is_asked_again() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::Refuses.times(1)).start();
    server.client().succeeds(GET_TEAM, PANW);
    assert_eq!((server.counts().requests, script.count(TEAM)), (2, 1));
}

#[test]
fn what_is_refused_for_ever_was_not_done_and_says_so() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::Refuses.at("POST ")).start();
    let failure = server.client().fails(CREATE_CHANNEL, CREATE);
    assert_eq!((failure.kind(), script.count(CREATED)), ("network", 0), "{failure}");
    assert!(!failure.message().contains("may have"), "{failure}");
    assert!(failure.to_json().to_string().contains("REFUSED_STREAM"), "{failure}");
}

#[test]
fn who_wants_http_1_1_gets_it_from_then_on() {
    for behaviour in [Behaviour::WantsHttp1, Behaviour::WantsHttp1AtOnce] {
        let script = world::script();
        let server = Server::new(&script).http2().does(behaviour).start();
        let client = server.client();
        client.succeeds(CREATE_CHANNEL, CREATE);
        let connections = server.counts().connections;
        client.succeeds(CREATE_CHANNEL, CREATE);
        assert_eq!((script.count(CREATED), server.counts().connections), (2, connections));
    }
}

#[test]
fn an_answer_with_headers_of_http_1_is_read_by_http_1() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::OldHeaders(OF_CONNECTIONS)).start();
    let client = server.client();
    // What reads is asked again at once, and the write that follows goes by HTTP/1.1.
    client.succeeds(CREATE_CHANNEL, CREATE);
    assert_eq!(script.count(CREATED), 1);
    // What may have been done is not.
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::OldHeaders(OF_CONNECTIONS).at("POST ")).start();
    let client = server.client();
    let failure = client.fails(CREATE_CHANNEL, CREATE);
    let json = failure.to_json().to_string();
    assert!(
        failure.message().contains("may have") && json.contains("a header that HTTP/2 forbids (connection)"),
        "{json}"
    );
    client.succeeds(CREATE_CHANNEL, CREATE);
    assert_eq!(script.count(CREATED), 2);
}

#[test]
fn headers_between_the_librarys_own_frames_arrive() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::OldHeaders(&[("x-odd", "yes")])).start();
    server.client().succeeds(GET_TEAM, PANW);
    assert_eq!(server.counts().requests, 1);
}

#[test]
fn frames_of_no_call_in_place_of_an_answer_have_an_end() {
    at_once([Frame::Ping, Frame::Settings, Frame::Unknown], |frame| {
        let server = Server::new(&world::script()).http2().does(Behaviour::FloodsInPlace(frame)).start();
        let day = Duration::from_secs(86_400);
        let failure = server.client_with(|options| options.first_byte = day).fails(GET_TEAM, PANW);
        assert_eq!(failure.kind(), "network", "{failure}");
        assert!(server.wait(|counts| counts.ended > 0), "{frame:?}");
    });
}

#[test]
fn frames_of_no_call_after_the_answer_have_an_end() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::FloodsAfter(Frame::Unknown)).start();
    let client = server.client();
    client.succeeds(GET_TEAM, PANW);
    assert!(server.wait(|counts| counts.ended == 1), "it is read from to no end");
}
