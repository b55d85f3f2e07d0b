//! Reading again what can be read again: transports that fail and then don't. In the tests' time, waiting takes none.

use crate::support::{Answer, Script, fails, succeeds, world};
use serde_json::json;
use soar::Failure;
use wasmtime_wasi_http::Error;

const TEAM: &str = "GET /api/v4/teams/name/panw";

fn busy(status: u16) -> Answer {
    Answer::Bytes(status, "text/plain", b"limit exceeded".to_vec())
}

fn get(script: &Script) {
    succeeds(script, "mattermost-get-team", &[("team_name", "panw")]);
}

fn get_fails(answer: Answer) -> (Failure, usize) {
    let script = world::script().on(TEAM, answer);
    let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    (failure, script.lines().len())
}

#[test]
fn a_busy_or_broken_gateway_is_asked_again() {
    for status in [502, 503, 504, 429] {
        for failures in [1, 2] {
            let script = (0..failures).fold(world::script(), |script, _| script.on(TEAM, busy(status)));
            let script = script.json(TEAM, world::team("panw"));
            get(&script);
            assert_eq!(script.count(TEAM), failures + 1, "{status}");
        }
    }
}

#[test]
fn three_times_is_enough() {
    for (status, kind) in [(502, "server"), (503, "server"), (504, "server"), (429, "rate_limited")] {
        let (failure, attempts) = get_fails(busy(status));
        assert_eq!((failure.kind.as_str(), attempts), (kind, 3), "{failure}");
    }
}

#[test]
fn a_failure_of_the_server_itself_is_not_asked_again() {
    for status in [500, 501, 400, 401, 403, 404, 409] {
        let (_, attempts) = get_fails(world::error(status, "some.id"));
        assert_eq!(attempts, 1, "{status}");
    }
}

#[test]
fn the_time_that_a_server_names_is_kept_if_it_is_short() {
    for header in ["retry-after", "x-ratelimit-reset"] {
        let script = world::script()
            .on(TEAM, Answer::With(429, vec![(header, "29")], json!("limit exceeded")))
            .json(TEAM, world::team("panw"));
        get(&script);
        assert_eq!(script.lines(), [TEAM, TEAM]);

        let (failure, attempts) = get_fails(Answer::With(429, vec![(header, "31")], json!("limit exceeded")));
        assert_eq!((failure.kind.as_str(), attempts), ("rate_limited", 1), "{failure}");
        assert_eq!(failure.fields["retry_after"], 31);
        assert!(failure.message.contains("31 seconds"), "{failure}");
    }
    // Twice 20 s is more than a command waits.
    let (failure, attempts) = get_fails(Answer::With(429, vec![("retry-after", "20")], json!("")));
    assert_eq!((failure.kind.as_str(), attempts, &failure.fields["retry_after"]), ("rate_limited", 2, &json!(20)));
}

#[test]
fn a_time_that_is_no_number_is_passed_over() {
    for odd in ["Fri, 31 Dec 1999 23:59:59 GMT", "-1", "soon", "", "99999999999999999999", "1.5"] {
        let answer = Answer::With(429, vec![("retry-after", odd)], json!("limit exceeded"));
        let script = world::script().on(TEAM, answer).json(TEAM, world::team("panw"));
        get(&script);
    }
}

#[test]
fn a_reset_that_comes_twice_is_read_once() {
    let twice = vec![("x-ratelimit-reset", "1"), ("x-ratelimit-reset", "1")];
    let script = world::script().on(TEAM, Answer::With(429, twice, json!(""))).json(TEAM, world::team("panw"));
    get(&script);
    assert_eq!(script.lines().len(), 2);
}

#[test]
fn a_network_that_fails_and_then_does_not_is_asked_again() {
    for error in [
        || Error::ConnectionRefused,
        || Error::ConnectionTerminated,
        || Error::ConnectionTimeout,
        || Error::DnsTimeout,
        || Error::DestinationIpUnroutable,
        || Error::HttpResponseIncomplete,
    ] {
        let error: fn() -> Error = error;
        let script = world::script().on(TEAM, Answer::Fails(error)).json(TEAM, world::team("panw"));
        get(&script);
        assert_eq!(script.lines().len(), 2);
        let (failure, attempts) = get_fails(Answer::Fails(error));
        assert_eq!((failure.kind.as_str(), failure.wrong_call, attempts), ("network", false, 3), "{failure}");
    }
}

#[test]
fn what_will_not_get_better_is_not_asked_again() {
    for error in [|| Error::TlsCertificateError, || Error::HttpResponseTimeout, || Error::TlsProtocolError] {
        let error: fn() -> Error = error;
        let (failure, attempts) = get_fails(Answer::Fails(error));
        assert_eq!((failure.kind.as_str(), attempts), ("network", 1), "{failure}");
    }
}

#[test]
fn a_mixture_of_failures_counts_as_attempts_of_one_request() {
    let script = world::script()
        .on(TEAM, busy(503))
        .on(TEAM, Answer::Fails(|| Error::ConnectionTerminated))
        .on(TEAM, Answer::Cut(200, "{"))
        .json(TEAM, world::team("panw"));
    fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(script.count(TEAM), 3);
}

#[test]
fn each_request_has_attempts_of_its_own() {
    let channels = format!("GET /api/v4/teams/{}/channels?page=0&per_page=50", world::id("teampanw"));
    let script = world::script()
        .on(TEAM, busy(503))
        .on(TEAM, busy(503))
        .json(TEAM, world::team("panw"))
        .on(&channels, busy(503))
        .on(&channels, busy(429))
        .json(&channels, json!([]));
    succeeds(&script, "mattermost-list-channels", &[]);
    assert_eq!((script.count(TEAM), script.count(&channels)), (3, 3));
}
