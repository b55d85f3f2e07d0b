//! Proxies on the way.

use std::time::Duration;

use super::{GET_TEAM, PANW, TEAM, everywhere};
use crate::support::AtServer as _;
use crate::support::odd::{Proxy, Running, Server};
use crate::support::world;

/// Calls by a name that the proxy alone knows, and gives what is said, in one line, and what the proxy was asked.
fn through(proxy: Proxy, credentials: &str, server: &Running) -> (Result<(), String>, Vec<String>) {
    let proxying = proxy.to(server.address);
    let client = server.client_at(&server.named(), |options| {
        options.proxy = proxying.setting(credentials);
        // Enough for those that answer.
        options.connect = Duration::from_secs(1);
        options.first_byte = Duration::from_secs(1);
    });
    let said = client.call(GET_TEAM, PANW).map(drop).map_err(|failure| failure.to_string());
    (said, proxying.asked())
}

#[test]
fn a_proxy_that_lets_everybody_through() {
    everywhere(|script, server| {
        let server = server.start();
        let (said, asked) = through(Proxy::Open, "", &server);
        assert_eq!((said, asked.len(), script.count(TEAM)), (Ok(()), 1, 1));
    });
    let server = Server::new(&world::script()).start();
    let proxying = Proxy::Open.start();
    server.client_with(|options| options.proxy = proxying.setting("")).succeeds(GET_TEAM, PANW);
    assert_eq!(proxying.asked().len(), 1);
}

#[test]
fn a_proxy_that_wants_a_password() {
    everywhere(|script, server| {
        let server = server.start();
        let proxy = Proxy::Password("us:a-long-password-of-ours");
        assert_eq!(through(proxy, "us:a-long-password-of-ours", &server).0, Ok(()));
        for wrong in ["", "us:another-password-of-ours"] {
            let words = through(proxy, wrong, &server).0.expect_err("it is wrong");
            assert!(!words.contains("password-of-ours"), "{words}");
        }
        assert_eq!(script.count(TEAM), 1);
    });
}

#[test]
fn a_proxy_that_refuses() {
    everywhere(|script, server| {
        let server = server.start();
        for proxy in [Proxy::Wants(&["NTLM", "Negotiate"]), Proxy::Answers(403), Proxy::Answers(302), Proxy::Silent] {
            let (said, asked) = through(proxy, "", &server);
            assert!(said.is_err() && !asked.is_empty(), "{proxy:?}");
        }
        assert!(script.requests().is_empty() && server.counts().connections == 0);
    });
}
