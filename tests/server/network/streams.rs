//! HTTP/2 as proxies end it, refuse it and break it.

use std::time::Duration;

use super::{GET_TEAM, PANW, TEAM};
use crate::support::odd::{Behaviour, Frame, OF_CONNECTIONS, Server};
use crate::support::world;

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

#[test]
fn a_stream_that_is_refused_is_asked_again() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::Refuses.times(1)).start();
    server.client().succeeds(GET_TEAM, PANW);
    assert_eq!((server.counts().requests, script.count(TEAM)), (2, 1));
}

#[test]
fn what_wants_another_protocol_is_not_done_over_this_one() {
    for behaviour in [Behaviour::WantsHttp1, Behaviour::WantsHttp1AtOnce] {
        let script = world::script();
        let server = Server::new(&script).http2().does(behaviour).start();
        // Whether it is asked for over HTTP/1.1 then is not this test's matter.
        drop(server.client().call(GET_TEAM, PANW));
        assert!(server.counts().requests > script.count(TEAM));
    }
}

#[test]
fn headers_of_http_1_are_no_matter_over_http_1() {
    let script = world::script();
    let server = Server::new(&script).tls().does(Behaviour::OldHeaders(OF_CONNECTIONS)).start();
    server.client().succeeds(GET_TEAM, PANW);
    let server = Server::new(&script).http2().does(Behaviour::OldHeaders(OF_CONNECTIONS)).start();
    drop(server.client().call(GET_TEAM, PANW));
    assert!(script.count(TEAM) > 1);
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
    for frame in [Frame::Ping, Frame::Settings, Frame::Unknown] {
        let server = Server::new(&world::script()).http2().does(Behaviour::FloodsInPlace(frame)).start();
        let client = server.client_with(|options| options.first_byte = Duration::from_millis(500));
        client.fails(GET_TEAM, PANW);
        assert!(server.wait(|counts| counts.ended > 0), "{frame:?}");
    }
}

#[test]
fn frames_of_no_call_after_the_answer_have_an_end() {
    let script = world::script();
    let server = Server::new(&script).http2().does(Behaviour::FloodsAfter(Frame::Unknown)).start();
    let client = server.client();
    client.succeeds(GET_TEAM, PANW);
    assert!(server.wait(|counts| counts.ended == 1), "it is read from to no end");
}
