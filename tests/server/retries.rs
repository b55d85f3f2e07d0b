//! Reading again what can be read again: transports that fail and then don't. In the tests' time, waiting takes none.

use crate::support::{self, Answer, Script, fails, succeeds, world};
use serde_json::json;
use soar::Failure;
use soar::transport::NetErrorKind;

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
    // Whose account was refused is asked for beside it.
    (failure, script.count(TEAM))
}

#[test]
fn a_busy_or_broken_gateway_is_asked_again() {
    for status in [408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530] {
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
    for status in [408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530] {
        let (failure, attempts) = get_fails(busy(status));
        let kind = if status == 429 { "rate_limited" } else { "server" };
        assert_eq!((failure.kind(), attempts), (kind, 3), "{failure}");
    }
}

#[test]
fn a_failure_of_the_server_itself_is_not_asked_again() {
    for status in [500, 501, 400, 401, 403, 404, 409, 525, 526] {
        let (_, attempts) = get_fails(world::error(status, "some.id"));
        assert_eq!(attempts, 1, "{status}");
    }
}

/// Calls `mattermost-get-team` with this limit of time, for a server that answers so and then as it should.
fn within(time: &str, answers: &[Answer]) -> (Result<soar::Entry, Failure>, Script) {
    let script = answers.iter().fold(world::script(), |script, answer| script.on(TEAM, answer.clone()));
    let mut settings = support::settings();
    settings.limits.set("time", time).expect("a time");
    let instance = support::with_settings(&script, settings, soar::Embedded::new());
    (support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]), script)
}

#[test]
fn who_limits_the_rate_is_waited_for_as_long_as_the_call_may_take() {
    let users = |page| format!("GET /api/v4/users?page={page}&per_page=200");
    let full = json!((0..200).map(|n| world::user(&format!("user{n:03}"))).collect::<Vec<_>>());
    // 5 minutes as a rule, of which a tenth is left for the rest.
    for (time, most) in [("5 min", 60..300), ("60 s", 10..60), ("5 s", 3..6)] {
        let script = world::script().json(&users(0), full.clone()).on(&users(1), busy(429));
        let mut settings = support::settings();
        settings.limits.set("time", time).expect("a time");
        let instance = support::with_settings(&script, settings, soar::Embedded::new());
        let failure = support::call(&instance, "mattermost-list-users", &[("limit", "400")]).unwrap_err();
        assert_eq!(failure.kind(), "rate_limited", "{failure}");
        assert!(most.contains(&script.count(&users(1))), "{time}: {}", script.count(&users(1)));
    }
    // Where nothing is answered, there is nothing to wait for.
    assert_eq!(get_fails(busy(429)).1, 3);
}

#[test]
fn the_time_that_a_server_names_is_kept_if_the_call_may_take_as_long() {
    for header in ["retry-after", "x-ratelimit-reset", "ratelimit-reset"] {
        for (status, kind) in [(429, "rate_limited"), (503, "server")] {
            let named = |seconds| Answer::With(status, vec![(header, seconds)], json!("limit exceeded"));
            let team = Answer::Json(200, world::team("panw"));
            let (result, script) = within("60 s", &[named("50"), team.clone()]);
            result.unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!(script.count(TEAM), 2);

            let (result, script) = within("60 s", &[named("55"), team.clone()]);
            let failure = result.unwrap_err();
            assert_eq!((failure.kind(), script.count(TEAM)), (kind, 1), "{failure}");
            assert!(failure.message().contains("55 seconds"), "{failure}");
            if status == 429 {
                assert_eq!(failure.fields()["retry_after"], 55);
            }
        }
    }
    // Twice 28 s is more than this call waits.
    let busy = Answer::With(429, vec![("retry-after", "28")], json!(""));
    let (result, script) = within("60 s", &[busy]);
    assert_eq!((result.unwrap_err().kind(), script.count(TEAM)), ("rate_limited", 2));
}

#[test]
fn a_moment_is_as_far_away_as_the_answers_own_clock_says() {
    const DATE: (&str, &str) = ("date", "Sun, 22 Nov 2026 04:58:34 GMT");
    for (header, value, seconds) in [
        ("retry-after", "Sun, 22 Nov 2026 04:58:54 GMT", 20),
        ("retry-after", "Sunday, 22-Nov-26 04:58:54 GMT", 20),
        ("retry-after", "Sun Nov 22 04:58:54 2026", 20),
        ("retry-after", "Sun, 22 Nov 2026 04:58:24 GMT", 1),
        ("retry-after", "Wed, 22 Nov 2051 04:58:34 GMT", 86_400),
        ("retry-after", "1795323534", 20),
        ("x-ratelimit-reset", "1795323534", 20),
        ("x-ratelimit-reset", "1795323534000", 20),
        ("x-ratelimit-reset", "1795323514", 1),
        ("x-ratelimit-reset", "999999999", 86_400),
    ] {
        let (result, _) = within("1 s", &[Answer::With(429, vec![(header, value), DATE], json!(""))]);
        let failure = result.unwrap_err();
        assert_eq!(failure.fields()["retry_after"], seconds, "{header}: {value}");
    }
    // Without such a clock, the call's own counts.
    let (result, _) =
        within("1 s", &[Answer::With(429, vec![("retry-after", "Wed, 22 Nov 2051 04:58:34 GMT")], json!(""))]);
    assert_eq!(result.unwrap_err().fields()["retry_after"], 86_400);
}

/// 20 pages of users, each refused so often before it is given, as a gateway with a limit of its own does.
fn through_a_gateway(status: u16, refusals: usize) -> Result<soar::Entry, Failure> {
    let page = |page: u32| {
        let users = (0..200).map(|n| world::user(&format!("user{n:03}of{page:02}")));
        Answer::Json(200, json!(users.collect::<Vec<_>>()))
    };
    let script = (0..20).fold(world::script(), |script, number| {
        let line = format!("GET /api/v4/users?page={number}&per_page=200");
        // The first ones pass before the limit is reached.
        let refusals = if number < 3 { 0 } else { refusals + number as usize % 3 };
        (0..refusals).fold(script, |script, _| script.on(&line, busy(status))).on(&line, page(number))
    });
    support::call(&support::instance(&script), "mattermost-list-users", &[("limit", "4000")])
}

#[test]
fn a_long_list_passes_a_gateway_that_limits_the_rate() {
    let entry = through_a_gateway(429, 3).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(entry.context["Mattermost"]["User"].as_array().map(Vec::len), Some(4000));
    // nginx says 503 unless it is told otherwise: that is a limit as long as others pass.
    through_a_gateway(503, 2).unwrap_or_else(|failure| panic!("{failure}"));
    let failure = through_a_gateway(503, 200).unwrap_err();
    assert_eq!(failure.kind(), "server", "{failure}");
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
        NetErrorKind::ConnectionRefused,
        NetErrorKind::ConnectionTerminated,
        NetErrorKind::ConnectionTimeout,
        NetErrorKind::DnsTimeout,
        NetErrorKind::DestinationIpUnroutable,
        NetErrorKind::HttpResponseIncomplete,
    ] {
        let script = world::script().on(TEAM, Answer::Fails(error.clone())).json(TEAM, world::team("panw"));
        get(&script);
        assert_eq!(script.lines().len(), 2);
        let (failure, attempts) = get_fails(Answer::Fails(error));
        assert_eq!((failure.kind(), failure.is_wrong_call(), attempts), ("network", false, 3), "{failure}");
    }
}

#[test]
fn what_will_not_get_better_is_not_asked_again() {
    for error in [NetErrorKind::TlsCertificateError, NetErrorKind::HttpResponseTimeout, NetErrorKind::TlsProtocolError]
    {
        let (failure, attempts) = get_fails(Answer::Fails(error));
        assert_eq!((failure.kind(), attempts), ("network", 1), "{failure}");
    }
}

#[test]
fn a_mixture_of_failures_counts_as_attempts_of_one_request() {
    let script = world::script()
        .on(TEAM, busy(503))
        .on(TEAM, Answer::Fails(NetErrorKind::ConnectionTerminated))
        .on(TEAM, Answer::Cut(200, "{"))
        .json(TEAM, world::team("panw"));
    fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert_eq!(script.count(TEAM), 3);
}

#[test]
fn an_answer_that_stops_or_can_not_be_unpacked_is_told_once_and_as_what_it_is() {
    let errors: [(NetErrorKind, &str); 4] = [
        (NetErrorKind::ConnectionReadTimeout, "the answer stopped coming"),
        (NetErrorKind::HttpResponseContentCoding(Some("gzip".into())), "packed in a way that can't be read: gzip"),
        (NetErrorKind::HttpResponseBodySize(None), "larger than the host takes"),
        (NetErrorKind::ConnectionWriteTimeout, "not taken in time"),
    ];
    for (error, words) in errors {
        let (failure, attempts) = get_fails(Answer::Fails(error));
        assert_eq!((failure.kind(), attempts), ("network", 1), "{failure}");
        assert!(failure.message().contains(words), "{failure}");
    }
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
