//! What an administrator takes away.

use super::*;

const RULES: [&str; 5] = [
    "GET /api/teams/name/{team}",
    "GET /api/teams/name/{team}/channels",
    "GET /api/users?page&q",
    "POST /api/posts",
    "POST /api/files",
];

fn narrowed(allow: &[&str], deny: &[&str]) -> Policy {
    let narrowing = Narrowing::parse(&network(allow, deny), rules(&RULES).iter()).unwrap();
    policy("https://chat.example.com/sub", &RULES).narrowed(narrowing)
}

fn code(policy: &Policy, line: &str) -> Code {
    decide(policy, &line.replacen(' ', " https://chat.example.com/sub", 1)).0
}

#[test]
fn allow_patterns_must_have_what_is_declared_too() {
    let policy = narrowed(&["GET /api/teams/name/panw", "POST /api/*"], &[]);
    assert_eq!(code(&policy, "GET /api/teams/name/panw"), Code::Declared);
    assert_eq!(code(&policy, "GET /api/teams/name/p%61nw"), Code::Declared);
    assert_eq!(code(&policy, "POST /api/posts"), Code::Declared);
    for line in ["GET /api/teams/name/other", "GET /api/teams/name/panw/channels", "GET /api/users"] {
        assert_eq!(code(&policy, line), Code::NotAllowedByAdministrator, "{line}");
    }
    // Allowed by a pattern, declared by no rule.
    assert_eq!(code(&policy, "POST /api/users"), Code::Undeclared);
}

#[test]
fn deny_wins_over_allow_and_over_other_spellings() {
    let policy = narrowed(&["* /**"], &["GET /api/teams/name/secret+1/**", "POST /api/{what}"]);
    assert_eq!(code(&policy, "GET /api/users"), Code::Declared);
    assert_eq!(code(&policy, "GET /api/teams/name/secret"), Code::Declared);
    for line in [
        "GET /api/teams/name/secret+1",
        "GET /api/teams/name/secret%2B1",
        "GET /api/teams/name/%73ecret%2b1/channels",
        "POST /api/posts",
        "POST /api/files",
    ] {
        assert_eq!(code(&policy, line), Code::DeniedByAdministrator, "{line}");
    }
    let (_, reason) = decide(&policy, "POST https://chat.example.com/sub/api/posts");
    assert!(reason.contains("denies POST /api/{what}"), "{reason}");
}

#[test]
fn a_rest_is_any_or_none() {
    let policy = narrowed(&["GET /api/teams/name/panw/**"], &[]);
    assert_eq!(code(&policy, "GET /api/teams/name/panw"), Code::Declared);
    assert_eq!(code(&policy, "GET /api/teams/name/panw/channels"), Code::Declared);
    assert_eq!(code(&policy, "GET /api/teams/name/panw2"), Code::NotAllowedByAdministrator);
}

#[test]
fn a_pattern_that_cannot_be_read_or_that_nothing_has_is_an_error_that_names_it() {
    for (pattern, why) in [
        ("", "not a method, a blank and a path"),
        ("/api/users", "not a method, a blank and a path"),
        ("GET", "not a method, a blank and a path"),
        ("GET /api/users x", "not a method, a blank and a path"),
        ("get /api/users", "capitals"),
        ("G@T /api/users", "not a method"),
        ("CONNECT /api/users", "tunnel"),
        ("GET api/users", "begin with a slash"),
        ("GET /api/users/", "empty"),
        ("GET //**", "empty"),
        ("GET /api/use*", "more than a *"),
        ("GET /api/users**", "** is not a whole part"),
        ("GET /**/users", "more than a *"),
        ("GET /api/{}", "braces"),
        ("GET /api/{a}b", "braces"),
        ("GET /api/users?page=1", "only names can be said"),
        ("GET /api/users?", "only names can be said"),
        ("GET /api/users?page&", "only names can be said"),
        ("GET /api/users?permanent", "no command has \"permanent\" in its query there"),
        ("GET /api/users?page&permanent", "no command has \"permanent\" in its query there"),
        ("GET /api/user?page", "no endpoint of any command"),
        ("GET /api/%2e%2e", "dot segment"),
        ("GET /api/user", "no endpoint of any command"),
        ("DELETE /**", "no endpoint of any command"),
        ("GET /sub/api/users", "no endpoint of any command"),
        ("GET /api/teams/name/panw/channels/x", "no endpoint of any command"),
        ("* /api/teams/name/panw/channels/x/**", "no endpoint of any command"),
    ] {
        for (network, key) in [(network(&[pattern], &[]), "network.allow"), (network(&[], &[pattern]), "network.deny")]
        {
            let error = Narrowing::parse(&network, rules(&RULES).iter()).unwrap_err();
            assert_eq!(error.key, key);
            assert!(error.reason.contains(&format!("{pattern:?}")) && error.reason.contains(why), "{error}");
            assert!(!error.expected.is_empty());
        }
    }
}

#[test]
fn there_are_only_so_many_patterns() {
    let patterns = |count| network(&vec!["POST /api/posts"; count], &[]);
    assert!(Narrowing::parse(&patterns(1_000), rules(&RULES).iter()).is_ok());
    let error = Narrowing::parse(&patterns(1_001), rules(&RULES).iter()).unwrap_err().to_string();
    assert_eq!(error, "network.allow: has 1001 patterns; expected 1000 at most");
}

#[test]
fn private_networks_can_be_refused_but_not_added() {
    let with = |private| Narrowing::parse(&Network { private, ..Network::default() }, rules(&RULES).iter());
    assert!(with(None).is_ok() && with(Some(false)).is_ok());
    let error = with(Some(true)).unwrap_err();
    assert_eq!(error.key, "network.private");
    assert!(error.reason.contains("widen") && error.expected.starts_with("false"), "{error}");
}

#[test]
fn what_is_left_of_each_rule_is_said() {
    let of = |allow: &[&str], deny: &[&str]| {
        let all = rules(&RULES);
        let narrowing = Narrowing::parse(&network(allow, deny), all.iter()).unwrap();
        all.iter().map(|rule| format!("{:?}", narrowing.of(rule))).collect::<Vec<_>>()
    };
    assert_eq!(of(&[], &[]), ["Whole"; 5]);
    assert_eq!(of(&["* /**"], &[]), ["Whole"; 5]);
    assert_eq!(
        of(&["GET /api/teams/name/panw/**", "POST /**"], &["* /api/files"]),
        [
            r#"Partly { only: ["GET /api/teams/name/panw/**"], not: [] }"#,
            r#"Partly { only: ["GET /api/teams/name/panw/**"], not: [] }"#,
            "NotAllowed",
            "Whole",
            r#"Denied("* /api/files")"#,
        ]
    );
    assert_eq!(
        of(&[], &["GET /api/teams/name/secret"])[..2],
        [r#"Partly { only: [], not: ["GET /api/teams/name/secret"] }"#.to_owned(), "Whole".to_owned()]
    );
}

#[test]
fn names_of_the_query_can_be_narrowed() {
    let denied = narrowed(&[], &["* /**?q"]);
    let allowed = narrowed(&["GET /api/users?page"], &[]);
    for (line, by_deny, by_allow) in [
        ("GET /api/users", Code::Declared, Code::Declared),
        ("GET /api/users?page=1", Code::Declared, Code::Declared),
        ("GET /api/users?q=x", Code::DeniedByAdministrator, Code::NotAllowedByAdministrator),
        ("GET /api/users?page=1&%71=x", Code::DeniedByAdministrator, Code::NotAllowedByAdministrator),
        ("GET /api/users?other=1", Code::UndeclaredQuery, Code::UndeclaredQuery),
        ("POST /api/posts", Code::Declared, Code::NotAllowedByAdministrator),
    ] {
        assert_eq!((code(&denied, line), code(&allowed, line)), (by_deny, by_allow), "{line}");
    }
    let (_, reason) = decide(&denied, "GET https://chat.example.com/sub/api/users?page=1&q=x");
    assert!(reason.ends_with("GET /api/users?page&q is that"), "{reason}");
    let of = |network: &Network| {
        let all = rules(&RULES);
        let narrowing = Narrowing::parse(network, all.iter()).unwrap();
        all.iter().map(|rule| format!("{:?}", narrowing.of(rule))).nth(2).unwrap()
    };
    assert_eq!(of(&network(&[], &["* /**?q"])), r#"Partly { only: [], not: ["* /**?q"] }"#);
    assert_eq!(of(&network(&["GET /api/users?q&page"], &[])), "Whole");
    assert_eq!(of(&network(&["GET /api/users?q"], &[])), r#"Partly { only: ["GET /api/users?q"], not: [] }"#);
    assert_eq!(of(&network(&["* /api/**"], &["GET /api/users"])), r#"Denied("GET /api/users")"#);
}
