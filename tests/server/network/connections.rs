//! Connections that end or don't begin.

use std::time::Duration;

use super::{CREATE, CREATE_CHANNEL, CREATED, GET_TEAM, PANW, TEAM, each, everywhere};
use crate::support::AtServer as _;
use crate::support::odd::{Behaviour, Names, Server, Swallowing};
use crate::support::{calls, world};

#[test]
fn a_connection_is_kept() {
    everywhere(|script, server| {
        let server = server.start();
        let client = server.client();
        for _ in 0..3 {
            client.succeeds(GET_TEAM, PANW);
        }
        assert_eq!((server.counts().connections, server.counts().requests, script.count(TEAM)), (1, 3, 3));
    });
}

#[test]
fn one_that_ends_unannounced_costs_reads_nothing() {
    each(
        &[Behaviour::ClosesAfter(1), Behaviour::ClosesUpon(1), Behaviour::ClosesAfter(2)],
        |script, server, behaviour| {
            let server = server.does(behaviour.clone()).start();
            let client = server.client();
            for _ in 0..3 {
                client.succeeds(GET_TEAM, PANW);
            }
            assert_eq!(script.count(TEAM), 3, "{behaviour:?}");
            assert!(server.counts().connections > 1, "{behaviour:?}");
        },
    );
}

#[test]
fn one_that_ends_unannounced_costs_writes_nothing() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::ClosesAfter(1)).start();
        for count in 1..5 {
            // What is known of the server is known to each client alone.
            server.client().succeeds(CREATE_CHANNEL, CREATE);
            assert_eq!(script.count(CREATED), count);
        }
    });
}

#[test]
fn one_that_ends_before_an_answer_is_asked_again_for_reads() {
    each(&[Behaviour::HangsUpBefore, Behaviour::HangsUpAfter], |script, server, behaviour| {
        let server = server.does(behaviour.clone().times(1)).start();
        server.client().succeeds(GET_TEAM, PANW);
        let done = if matches!(behaviour, Behaviour::HangsUpAfter) { 2 } else { 1 };
        assert_eq!((server.counts().requests, script.count(TEAM)), (2, done), "{behaviour:?}");
    });
}

#[test]
fn what_may_have_been_done_is_not_done_again() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::HangsUpAfter.at("POST ")).start();
        let failure = server.client().fails(CREATE_CHANNEL, CREATE);
        assert_eq!(script.count(CREATED), 1, "{failure}");
        assert!(failure.message().contains("may have"), "{failure}");
    });
}

#[test]
fn an_upload_that_is_reset() {
    let script = world::script();
    let server = Server::new(&script).does(Behaviour::BreaksUpload(10).at("POST /api/v4/files")).start();
    let arguments = [("message", "x"), ("channel", "war-room"), ("entry_id", calls::ENTRY)];
    let failure = server.client().fails("mattermost-send-file", &arguments);
    assert!(script.of_method("POST").is_empty(), "{failure}");
    assert!(failure.message().contains("a proxy") && failure.message().contains("size"), "{failure}");
}

#[test]
fn a_handshake_that_is_not_answered() {
    let server = Server::new(&world::script()).tls().does(Behaviour::SilentHandshake).start();
    let client = server.client_with(|options| {
        options.connect = Duration::from_millis(100);
        options.first_byte = Duration::from_secs(86_400);
    });
    let failure = client.fails(GET_TEAM, PANW);
    assert!(failure.to_json().to_string().contains("the TLS handshake did not end within 0.1 s"), "{failure}");
    assert_eq!(server.counts().handshakes, 0);
    assert!(server.wait(|counts| counts.ended == counts.connections), "each is given up");
}

#[test]
fn a_handshake_that_breaks_is_begun_again_for_reads() {
    for server in [Server::tls, Server::http2] {
        let script = world::script();
        let server = server(Server::new(&script)).does(Behaviour::BrokenHandshake.times(1)).start();
        server.client().succeeds(GET_TEAM, PANW);
        assert_eq!((server.counts().connections, server.counts().handshakes), (2, 1));
    }
}

/// Nothing was sent, so that a write is begun again, too.
#[test]
fn a_handshake_that_breaks_is_begun_again_for_writes() {
    let script = world::script();
    let server = Server::new(&script).tls().does(Behaviour::BrokenHandshake.times(2)).start();
    server.client().succeeds(CREATE_CHANNEL, CREATE);
    assert_eq!(script.count(CREATED), 1);
}

#[test]
fn a_first_address_that_takes_no_connection() {
    for server in [Server::new(&world::script()), Server::new(&world::script()).http2()] {
        let server = server.start();
        let swallowing = Swallowing::at(([127, 0, 0, 2], server.address.port()).into());
        let names = Names::new(&[&[&swallowing.address.ip().to_string(), "127.0.0.1"]]);
        let url = server.url.replace("127.0.0.1", "localhost");
        server.client_by(names, &url, |_| {}).succeeds(GET_TEAM, PANW);
        assert_eq!(server.counts().connections, 1);
    }
}

/// One that takes connections and breaks them off is no way to a name that has another.
#[test]
fn a_first_address_that_breaks_connections_off() {
    let script = world::script();
    let server = Server::new(&script).http2().start();
    let listener = std::net::TcpListener::bind(("127.0.0.3", server.address.port())).expect("an address");
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let names = Names::new(&[&["127.0.0.3", "127.0.0.1"]]);
    let url = server.url.replace("127.0.0.1", "localhost");
    server.client_by(names, &url, |_| {}).succeeds(CREATE_CHANNEL, CREATE);
    assert_eq!(script.count(CREATED), 1);
}

#[test]
fn a_server_that_never_answers() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::Silent).start();
        let client = server.client_with(|options| options.first_byte = Duration::from_millis(100));
        client.fails(GET_TEAM, PANW);
        assert!(server.counts().requests > 0 && script.requests().is_empty());
    });
}
