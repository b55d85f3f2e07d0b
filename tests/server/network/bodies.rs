//! Bodies, and how they are packed, announced and cut.

use std::time::Duration;

use super::{GET_TEAM, PANW, TEAM, each, everywhere};
use crate::support::world;
use crate::support::{
    AtServer as _,
    odd::{Behaviour, Server},
};

#[test]
fn answers_that_are_as_they_may_be() {
    each(
        &[
            Behaviour::Unannounced,
            Behaviour::BehindGzip(b""),
            Behaviour::Encodings(&["gzip"]),
            Behaviour::Encodings(&["identity"]),
            Behaviour::Sends("x-odd", "yes"),
        ],
        |script, server, behaviour| {
            let server = server.does(behaviour.clone()).start();
            server.client().succeeds(GET_TEAM, PANW);
            assert_eq!(script.count(TEAM), 1, "{behaviour:?}");
        },
    );
}

#[test]
fn what_can_not_be_read_is_no_answer() {
    each(&[Behaviour::BehindGzip(b"more"), Behaviour::Encodings(&["br"])], |script, server, behaviour| {
        let server = server.does(behaviour.clone()).start();
        server.client().fails(GET_TEAM, PANW);
        assert!(script.count(TEAM) > 0, "{behaviour:?}");
    });
}

#[test]
fn a_body_without_end_has_a_limit() {
    let server = Server::new(&world::script()).does(Behaviour::Endless("identity", b"{", b" ")).start();
    assert_eq!(server.client().fails(GET_TEAM, PANW).kind(), "limit");
}

#[test]
fn a_body_that_breaks_off_is_asked_for_again() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::CutsAfter(5).times(1)).start();
        server.client().succeeds(GET_TEAM, PANW);
        assert_eq!(script.count(TEAM), 2);
    });
}

#[test]
fn a_body_that_stands_still_has_an_end() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::StallsAfter(5)).start();
        let client = server.client_with(|options| options.between_bytes = Duration::from_millis(100));
        let failure = client.fails(GET_TEAM, PANW);
        assert_eq!((failure.kind(), script.count(TEAM)), ("network", 1), "it is told once: {failure}");
        assert!(failure.message().contains("stopped coming"), "{failure}");
    });
}

#[test]
fn nothing_that_is_said_to_be_packed() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::EmptyGzip).start();
        // An answer without JSON, and not one that broke off.
        assert_eq!(server.client().fails(GET_TEAM, PANW).kind(), "unexpected_answer");
        assert_eq!(script.count(TEAM), 1);
    });
}

#[test]
fn heads_that_are_written_as_they_once_were() {
    for behaviour in [Behaviour::FoldsHeaders, Behaviour::BlanksBeforeColons] {
        let script = world::script();
        let server = Server::new(&script).does(behaviour).start();
        server.client().succeeds(GET_TEAM, PANW);
        assert_eq!(script.count(TEAM), 1);
    }
}
