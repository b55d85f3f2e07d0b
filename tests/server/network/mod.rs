//! The component over the network, at servers and proxies that are odd. What they are odd in is named in
//! `host/testing/src/odd/behaviour.rs`.

mod bodies;
mod certificates;
mod connections;
mod proxies;
mod refusals;
mod streams;

use crate::support::odd::{Behaviour, Server};
use crate::support::{Script, at_once, world};

const GET_TEAM: &str = "mattermost-get-team";
const PANW: &[(&str, &str)] = &[("team_name", "panw")];
const TEAM: &str = "GET /api/v4/teams/name/panw";
const CREATE_CHANNEL: &str = "mattermost-create-channel";
const CREATED: &str = "POST /api/v4/channels";
const CREATE: &[(&str, &str)] = &[("display_name", "War Room"), ("name", "war-room"), ("type", "private")];

/// Servers of a script that answers everything: plain, over TLS, over HTTP/2; all at once, since much of it is waiting.
fn everywhere(check: impl Fn(&Script, Server) + Sync) {
    let protocols: [fn(Server) -> Server; 3] = [|server| server, Server::tls, Server::http2];
    at_once(protocols, |protocol| {
        let script = world::script();
        check(&script, protocol(Server::new(&script)));
    });
}

/// The same with each of these behaviours.
fn each(behaviours: &[Behaviour], check: impl Fn(&Script, Server, &Behaviour) + Sync) {
    at_once(behaviours, |behaviour| everywhere(|script, server| check(script, server, behaviour)));
}
