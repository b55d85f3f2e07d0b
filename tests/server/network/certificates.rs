//! Certificates of servers that nobody issues.

use super::{GET_TEAM, PANW};
use crate::support::AtServer as _;
use crate::support::odd::{Certificate, Server};
use crate::support::world;

#[test]
fn one_of_the_ca_file_is_trusted_and_no_other() {
    let server = Server::new(&world::script()).http2().start();
    server.client().succeeds(GET_TEAM, PANW);
    let other = Server::new(&world::script()).tls().start();
    server.client_at(&other.url, |_| {}).fails(GET_TEAM, PANW);
    assert_eq!(other.counts().requests, 0);
}

#[test]
fn a_servers_own_is_taken_where_any_is() {
    let server = Server::new(&world::script()).http2().certificate(Certificate::SelfSigned).start();
    server.client_with(|options| options.any_certificate = true).succeeds(GET_TEAM, PANW);
}

#[test]
fn one_of_the_first_version_is_taken_where_any_is() {
    let server = Server::new(&world::script()).tls().certificate(Certificate::Version1).start();
    server.client_with(|options| options.any_certificate = true).succeeds(GET_TEAM, PANW);
}

#[test]
fn a_servers_own_is_taken_if_it_is_in_the_ca_file() {
    let server = Server::new(&world::script()).http2().certificate(Certificate::SelfSigned).start();
    server.client().succeeds(GET_TEAM, PANW);
}
