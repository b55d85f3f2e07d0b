//! Arguments that try to leave their place in a path, a query or a header.

use crate::support::{self, Script, Sent, calls, world};
use proptest::prelude::*;
use soar::manifest::Command;

/// The arguments of the calls in `calls`, by command and name, and the recipients, who take a channel's place.
fn arguments() -> Vec<(Command, String)> {
    let commands = support::component().manifest().commands.clone();
    let of = |command: Command| {
        let names: Vec<String> = command.arguments.iter().map(|argument| argument.name.clone()).collect();
        names.into_iter().map(move |name| (command.clone(), name))
    };
    commands.into_iter().flat_map(of).collect()
}

/// The names of query parameters that the commands use.
const QUERY: [&str; 8] =
    ["page", "per_page", "in_team", "in_channel", "q", "include_deleted", "channel_id", "filename"];

/// Whether a request is one that the command has declared, and each of its segments holds what belongs there.
fn stays(command: &Command, sent: &Sent) -> Result<(), String> {
    let segments = sent.segments();
    let method = sent.line.split(' ').next().unwrap_or_default();
    let fits = |path: &str| {
        let declared: Vec<&str> = path.split('/').skip(1).collect();
        declared.len() == segments.len()
            && declared.iter().zip(&segments).all(|(one, other)| one.starts_with('{') || one == other)
    };
    if !command.endpoints.iter().any(|endpoint| endpoint.method == method && fits(&endpoint.path)) {
        return Err(format!("{} is no endpoint of {}", sent.line, command.name));
    }
    // An email may have other letters, encoded; nothing that a server could read as a separator, a dot or a break.
    let encoded = |segment: &str| {
        segment.split('%').skip(1).any(|rest| {
            let byte = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            byte.is_none_or(|byte| byte.is_ascii_control() || b"/\\.%;?# ".contains(&byte))
        })
    };
    let odd = |segment: &&&str| {
        segment.is_empty() || segment.starts_with('.') || segment.contains(['\\', ';', ' ']) || encoded(segment)
    };
    if let Some(segment) = segments.iter().find(odd) {
        return Err(format!("{} has the segment {segment:?}", sent.line));
    }
    if let Some((name, _)) = sent.query().iter().find(|(name, _)| !QUERY.contains(name)) {
        return Err(format!("{} has {name:?} in its query", sent.line));
    }
    let plain =
        sent.line.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && sent.line.matches(' ').count() == 1;
    if !plain || sent.line.contains('#') || sent.line.matches('?').count() > 1 {
        return Err(format!("{:?} is no request line", sent.line));
    }
    Ok(())
}

/// Calls the command with this value: refused for this argument before anything is sent, or all requests stay.
fn holds(command: &Command, argument: &str, value: &str) -> Result<(), String> {
    let script = world::script();
    let pairs = calls::replaced(&command.name, argument, value);
    let result = support::call_there(&script, &command.name, &pairs);
    for sent in script.requests() {
        stays(command, &sent)?;
    }
    match result {
        Ok(_) => Ok(()),
        Err(failure) if failure.kind() == "argument" => {
            let fields = failure.fields();
            let named = fields["argument"].as_str().unwrap_or_default();
            // Without a channel or people it is the destination that is missing.
            let right =
                named == argument || (named == "channel" && value.trim_matches([' ', ',', '[', ']']).trim().is_empty());
            if right && script.requests().is_empty() {
                Ok(())
            } else {
                Err(format!("{failure}, after {:?}", script.lines()))
            }
        }
        Err(failure) => Err(format!("{}: {failure}", failure.kind())),
    }
}

#[test]
fn known_tricks_stay_in_their_place() {
    for (command, argument) in arguments() {
        for value in [
            "../../../users/victim?x=",
            "..",
            ".",
            "/",
            "//",
            "a/b",
            "a/../b",
            "?",
            "panw?x=y",
            "#",
            "panw#",
            "%2e",
            "%2e%2e",
            "%2F",
            "%252F",
            "panw%00",
            "\\",
            "..\\..",
            "a;b",
            "&q=x",
            "a\0b",
            "a\nb",
            "a\r\nHost: evil.test",
            "me",
            "@evil.test",
            "http://evil.test/",
            "/../admin@evil.test",
            "x@y?z=1",
            "\u{2025}",
            "\u{ff0f}",
            "..;/",
        ] {
            holds(&command, &argument, value)
                .unwrap_or_else(|why| panic!("{} {argument}={value:?}: {why}", command.name));
        }
    }
}

#[test]
fn a_search_text_stays_in_its_query() {
    let script = world::script();
    support::succeeds(&script, "mattermost-list-groups", &[("group", "a&page=9 b#c?d/e%2f ö|")]);
    let requests = script.requests();
    assert_eq!(
        requests[0].query(),
        [("page", "0"), ("per_page", "50"), ("q", "a%26page%3D9%20b%23c%3Fd%2Fe%252f%20%C3%B6%7C")]
    );
}

/// Text as people, and those who mean harm, write it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        "[a-z0-9]{0,3}[./%?#\\\\&=@:;a-z0-9_-]{0,24}",
        "(\\.\\./|%2e|%2F|/|\\\\|\\?|#|\\.|\0|\n|[a-z]){1,10}",
        "[a-z]{1,6}@[a-z./%]{1,10}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_or_stays_in_its_place(index in any::<prop::sample::Index>(), value in text()) {
        let arguments = arguments();
        let (command, argument) = index.get(&arguments);
        let held = holds(command, argument, &value);
        prop_assert!(held.is_ok(), "{} {argument}={value:?}: {}", command.name, held.unwrap_err());
    }
}

#[test]
fn a_script_without_answers_is_asked_nothing_by_a_refused_call() {
    let script = Script::new();
    support::fails(&script, "mattermost-get-team", &[("team_name", "../../users")]);
    assert!(script.requests().is_empty());
}
