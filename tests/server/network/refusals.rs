//! Gateways that answer in place of the server.

use super::{GET_TEAM, PANW, TEAM, everywhere};
use crate::support::AtServer as _;
use crate::support::odd::{Behaviour, Limit, RetryAfter, Server};
use crate::support::world;
use std::time::Duration;

#[test]
fn a_gateway_without_a_server_behind_it_is_asked_again() {
    everywhere(|script, server| {
        let server = server.does(Behaviour::Status(502).times(1).at(TEAM)).start();
        server.client().succeeds(GET_TEAM, PANW);
        assert_eq!((server.counts().requests, script.count(TEAM)), (2, 1));
    });
}

#[test]
fn a_gateways_limit_is_waited_for() {
    let script = world::script();
    let limit = Limit::a_second(1).status(503).retry_after(RetryAfter::Seconds(1));
    let server = Server::new(&script).does(Behaviour::Limits(limit)).start();
    let client = server.client();
    client.succeeds(GET_TEAM, PANW);
    client.succeeds(GET_TEAM, PANW);
    assert_eq!((server.counts().requests > 2, script.count(TEAM)), (true, 2));
}

#[test]
fn a_gateway_that_lets_nothing_through() {
    let limit = Limit::a_second(0).retry_after(RetryAfter::Date(80_000));
    let server = Server::new(&world::script()).does(Behaviour::Limits(limit)).start();
    assert_eq!(server.client().fails(GET_TEAM, PANW).kind(), "rate_limited");
}

#[test]
fn a_gateway_that_drops_a_body() {
    let script = world::script();
    let server = Server::new(&script).does(Behaviour::DropsBody.at("POST ")).start();
    let arguments = [("channel", "war-room"), ("user_id", crate::support::calls::USER), ("team", "panw")];
    server.client().succeeds("mattermost-add-channel-member", &arguments);
    assert!(script.of_method("POST").iter().all(|sent| sent.body.is_empty()));
}

#[test]
fn a_date_is_written_as_servers_do() {
    let value = RetryAfter::Date(60).value().expect("one");
    assert!(value.ends_with(" GMT") && value.len() == "Fri, 31 Dec 1999 23:59:59 GMT".len(), "{value}");
}

/// Whose account was refused is asked for beside it: a server that never answers that does not keep the refusal back.
#[test]
fn a_refusal_does_not_wait_for_an_answer_that_nothing_depends_on() {
    let script = world::script().on(TEAM, world::error(403, "api.context.permissions.app_error"));
    let server = Server::new(&script).does(Behaviour::Silent.at("GET /api/v4/users/me")).start();
    // Longer than a call may take.
    let client = server.client_with(|options| options.first_byte = Duration::from_secs(900));
    assert_eq!(client.fails(GET_TEAM, PANW).kind(), "forbidden");
}
