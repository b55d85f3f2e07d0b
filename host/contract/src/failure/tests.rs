//! Each case as programs and people are told of it: as it was before there were cases.

use super::*;
use crate::arguments::{ArgumentError, ArgumentErrors};
use crate::entry::Entry;
use crate::limits::{Exceeded, Limits};
use crate::manifest::{ApiFailure, ArgumentFailure, ConfigurationFailure, Incomplete};
use crate::settings::ConfigurationError;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Of each case: its object, its sentence, and whether the call was wrong. What the code said when kinds were texts.
const TOLD: &str = include_str!("tests/told.json");

const NAME: &str = "get-thing";

/// What was sent before a call ended.
fn sent() -> Vec<String> {
    let posted = "POST /api/v4/posts (answered 201)";
    let put = "PUT /api/v4/users/\u{202e}x (no answer: it broke off)";
    [posted, posted, put].map(str::to_owned).into()
}

fn api() -> ApiFailure {
    ApiFailure {
        id: "api.context.permissions.app_error".into(),
        status: 403,
        message: "You do not have\u{202e} them.".into(),
        advice: "The account needs manage_system.".into(),
        request_id: Some("dxh9k8wmtbyyp89eeyzyx67eka".into()),
    }
}

fn known(reason: Reason, known: &str) -> Cause {
    Cause::Reason { reason: reason.into(), known: Some(known.into()), permissions: None }
}

fn quiet(cause: impl Into<Cause>) -> Failure {
    Failure::new(NAME, cause)
}

fn loud(cause: impl Into<Cause>) -> Failure {
    quiet(cause).after(sent())
}

fn over(limit: Limit) -> Exceeded {
    Limits::default().over(limit)
}

/// What a component says.
fn of_reasons() -> Vec<(&'static str, Failure)> {
    let wrong = |name: &str, suggestion: Option<&str>| ArgumentFailure {
        argument: name.into(),
        reason: "is \"x\ny\"".into(),
        expected: "a whole number".into(),
        suggestion: suggestion.map(str::to_owned),
    };
    let both = vec![wrong("limit", Some("10")), wrong("page", None)];
    let configuration =
        ConfigurationFailure { parameter: "url".into(), reason: "it is not a URL".into(), expected: "a URL".into() };
    let needs = |api| Cause::Reason {
        reason: Reason::Forbidden(api).into(),
        known: None,
        permissions: Some("manage_system".into()),
    };
    let half = || {
        Reason::Incomplete(Incomplete {
            done: "the file was uploaded.".into(),
            failed: "the post that shows it".into(),
            cause: "not_found".into(),
        })
    };
    vec![
        ("reason argument", quiet(Reason::Argument(vec![wrong("limit", None)]))),
        ("reason arguments", quiet(Reason::Argument(both))),
        ("reason configuration", quiet(Reason::Configuration(configuration))),
        ("reason unauthorized", quiet(Reason::Unauthorized(api()))),
        ("reason forbidden", quiet(needs(api()))),
        ("reason forbidden without permissions", quiet(Reason::Forbidden(ApiFailure { request_id: None, ..api() }))),
        ("reason not_found", quiet(Reason::NotFound(api()))),
        ("reason conflict", quiet(Reason::Conflict(api()))),
        ("reason license_required", quiet(Reason::LicenseRequired(api()))),
        ("reason disabled", quiet(Reason::Disabled(api()))),
        ("reason rate_limited", quiet(Reason::RateLimited(3))),
        ("reason rejected", quiet(Reason::Rejected(ApiFailure { advice: "a\nb".into(), ..api() }))),
        ("reason server", quiet(Reason::Server(api()))),
        ("reason unexpected_answer", quiet(Reason::UnexpectedAnswer("$[3].id: expected text\nx".into()))),
        ("reason network", quiet(Reason::Network("it broke off".into()))),
        ("reason network known", quiet(known(Reason::Network("it broke off".into()), "no route\nto it"))),
        ("reason denied", quiet(Reason::Denied("it".into()))),
        ("reason denied known", loud(known(Reason::Denied("it".into()), "undeclared: GET /x"))),
        ("reason incomplete", quiet(half())),
        ("reason incomplete refused", quiet(known(half(), "the proxy says no\nto it"))),
    ]
}

/// What the host finds.
fn of_the_host() -> Vec<(&'static str, Failure)> {
    let unknown = |argument: &str| ArgumentError::Unknown {
        argument: argument.into(),
        nearest: Some(if argument == "limot" { "limit" } else { "page" }.into()),
        known: vec!["limit".into(), "page".into()],
    };
    let wrong = |errors| ArgumentErrors::unless(errors, ()).expect_err("something is wrong");
    let configuration = ConfigurationError {
        parameter: "url".into(),
        reason: "it is not configured".into(),
        expected: "Server URL in the instance".into(),
    };
    let unnamed = |nearest: Option<&str>| {
        Failure::new("get-thingz\u{202e}", Cause::UnknownCommand { nearest: nearest.map(str::to_owned) })
    };
    let waiting = |waiting: &str| Cause::Limit { exceeded: over(Limit::Time), waiting: Some(waiting.into()) };
    let audit = |why: &str, result| Cause::Audit { why: why.into(), result };
    let entry = Entry {
        command: NAME.into(),
        context: json!({ "Thing": { "id": 1 } }),
        readable: "done".into(),
        rest: json!({ "more": 1 }),
    };
    let missed = quiet(Reason::NotFound(api()));
    vec![
        ("unknown_command false", unnamed(None)),
        ("unknown_command true", unnamed(Some("get-things"))),
        ("argument 1", quiet(wrong(vec![unknown("limot")]))),
        ("argument 2", quiet(wrong(vec![unknown("limot"), unknown("pa\nge")]))),
        ("configuration", quiet(configuration)),
        ("limit", quiet(over(Limit::Requests))),
        ("limit writes", loud(over(Limit::Memory))),
        ("limit time", quiet(waiting("GET /api/v4/users: no answer\ncame"))),
        ("limit time writes", loud(waiting("PUT /api/v4/users/\u{202e}x: it broke off"))),
        ("busy instance", quiet(Busy::Instance(2))),
        ("busy host", loud(Busy::Host(4))),
        (
            "replay_miss",
            quiet(Cause::ReplayMiss {
                method: "GET".into(),
                url: "http://chat.test/x\u{202e}".into(),
                why: "no recorded request matches GET /x\n  the recording is empty".into(),
            }),
        ),
        ("recording", quiet(Cause::Recording("the answer is too long\u{202e}".into()))),
        ("contract", quiet(Cause::Contract(text::block("error: expected\na case").into_owned()))),
        ("trap", quiet(Cause::Trap("a\nb".into()))),
        ("trap writes", loud(Cause::Trap("wasm trap: wasm `unreachable` instruction executed".into()))),
        ("refused", quiet(Cause::Refused("the proxy says no\nto it".into()))),
        ("refused writes", loud(Cause::Refused("the proxy says no\nto it".into()))),
        ("audit", loud(audit("no space left", None))),
        ("audit entry", loud(audit("no space left\n", Some(Ok(entry).into())))),
        ("audit failure", quiet(audit("no space left", Some(Err(missed).into())))),
        ("audit audit", loud(audit("first", None))),
        ("echo", loud(Cause::Echo { credential: "bot_access_token".into() })),
        (
            "deadline",
            loud(Cause::Deadline { given: Duration::from_millis(1500), waiting: Some("the server's answer".into()) }),
        ),
    ]
}

fn all() -> impl Iterator<Item = (&'static str, Failure)> {
    of_reasons().into_iter().chain(of_the_host())
}

#[test]
fn each_case_is_told_as_it_was_when_kinds_were_texts() {
    let told: Vec<Value> = serde_json::from_str(TOLD).expect("JSON");
    let now: Vec<Value> = all()
        .map(|(case, failure)| {
            let (wrong, object) = (failure.is_wrong_call(), failure.to_json());
            json!({ "case": case, "wrong": wrong, "object": object, "sentence": failure.to_string() })
        })
        .collect();
    assert_eq!(told.len(), now.len());
    for (told, now) in told.iter().zip(now) {
        // As text: the order of fields counts, too.
        assert_eq!(now.to_string(), told.to_string());
    }
}

#[test]
fn a_failure_says_the_same_in_all_ways() {
    for (case, failure) in all() {
        assert_eq!(serde_json::to_value(&failure).expect("plain data"), failure.to_json(), "{case}");
        assert_eq!(failure.to_json()["error"]["kind"], failure.kind(), "{case}");
        assert_eq!(failure.to_json()["error"]["message"], failure.message(), "{case}");
        for (name, value) in failure.fields() {
            assert_eq!(failure.field(&name), Some(value), "{case}");
        }
        assert_eq!(failure.limit().map(Limit::name).map(Value::from), failure.field("limit"), "{case}");
        assert!(!failure.message().chars().any(|each| each != '\n' && text::is_hidden(each)), "{case}");
    }
}

#[test]
fn what_a_component_says_at_length_is_told_in_part() {
    let failure = quiet(Reason::Network("x".repeat(65 << 10)));
    assert!(failure.message().ends_with("x[… 1040 bytes more]"), "{}", &failure.message()[65_000..]);
}

/// The place of a case among all: a new one does not compile until it stands here, and then it fails until it stands above.
fn place(cause: &Cause) -> usize {
    match cause {
        Cause::Reason { reason, .. } => match **reason {
            Reason::Argument(_) => 0,
            Reason::Configuration(_) => 13,
            Reason::Unauthorized(_) => 14,
            Reason::Forbidden(_) => 15,
            Reason::NotFound(_) => 16,
            Reason::Conflict(_) => 17,
            Reason::LicenseRequired(_) => 18,
            Reason::Disabled(_) => 19,
            Reason::RateLimited(_) => 20,
            Reason::Rejected(_) => 21,
            Reason::Server(_) => 22,
            Reason::UnexpectedAnswer(_) => 23,
            Reason::Network(_) => 24,
            Reason::Denied(_) => 25,
            Reason::Incomplete(_) => 26,
        },
        Cause::UnknownCommand { .. } => 1,
        Cause::Argument(_) => 2,
        Cause::Configuration(_) => 3,
        Cause::Limit { .. } => 4,
        Cause::Busy(_) => 5,
        Cause::ReplayMiss { .. } => 6,
        Cause::Recording(_) => 7,
        Cause::Contract(_) => 8,
        Cause::Trap(_) => 9,
        Cause::Refused(_) => 10,
        Cause::Audit { .. } => 11,
        Cause::Echo { .. } => 12,
        Cause::Deadline { .. } => 27,
    }
}

#[test]
fn the_lists_have_each_kind_and_each_field() {
    let places: BTreeSet<usize> = all().map(|(_, failure)| place(&failure.cause)).collect();
    assert_eq!(places, (0..28).collect());
    let kinds: BTreeSet<&str> = all().map(|(_, failure)| failure.kind()).collect();
    assert_eq!(kinds, Reason::KINDS.into_iter().chain(Cause::KINDS).collect());
    assert_eq!(kinds.len(), Reason::KINDS.len() + Cause::KINDS.len(), "each is in one list");
    let fields: BTreeSet<String> = all().flat_map(|(_, failure)| failure.fields()).map(|(name, _)| name).collect();
    assert_eq!(fields, Failure::FIELDS.into_iter().map(str::to_owned).collect());
    assert_eq!(fields.len(), Failure::FIELDS.len(), "none is in the list twice");
}
