//! What holds for whatever a component may write.

use super::*;
use percent_encoding::percent_decode;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

/// What paths are made of when somebody wants out of them.
const PIECES: [&str; 44] = [
    "/",
    "//",
    ".",
    "..",
    "%2e",
    "%2E",
    "%2f",
    "%2F",
    "%5c",
    "\\",
    "%25",
    "%252e",
    "%252f",
    "%00",
    "%0a",
    "%09",
    "%7f",
    "%20",
    ";",
    "%3b",
    "..;",
    "a",
    "%61",
    "%41",
    "api",
    "%61pi",
    "api/teams",
    "teams",
    "te%61ms",
    "users",
    "me",
    "red",
    "+",
    "%2B",
    "@",
    "*",
    "{",
    "%c3%a9",
    "%C0%AF",
    "%ff",
    "%",
    "%2",
    ":",
    "é",
];
const RULES: [&str; 6] =
    ["GET /api/teams/{team}", "GET /api/teams", "GET /api/users/me", "POST /{a}/{b}", "PUT /+", "GET /api/{a}/x/{b}"];
const PATTERNS: [&str; 10] = [
    "* /**",
    "GET /api/**",
    "GET /api/teams/*",
    "GET /api/teams/red",
    "* /api/users/me",
    "POST /*/{x}",
    "POST /api/red",
    "* /%2B",
    "GET /api/teams/**",
    "GET /api/a/x/a",
];

fn path() -> impl Strategy<Value = String> {
    let harmless = ["api", "%61pi", "teams", "te%61ms", "users", "me", "red", "x", "a", "+", "%2b", "%C3%A9", ".."];
    let declared = ["/api/teams/", "/api/users/me", "/api/", "/api/a/x/", "/"];
    let pieces = |most| proptest::collection::vec(select(&PIECES[..]), 0..most);
    prop_oneof![
        pieces(9).prop_map(|pieces| format!("/{}", pieces.concat())),
        // Nothing is learnt from refusals alone.
        proptest::collection::vec(select(harmless.to_vec()), 1..5).prop_map(|parts| format!("/{}", parts.join("/"))),
        (select(declared.to_vec()), pieces(4)).prop_map(|(path, pieces)| format!("{path}{}", pieces.concat())),
    ]
}

fn method() -> impl Strategy<Value = Method> {
    select(&[Method::GET, Method::POST, Method::PUT, Method::DELETE][..])
}

fn uri(path: &str) -> Option<Uri> {
    format!("https://chat.example.com{path}").parse().ok()
}

/// Whether decoded parts are those of a declared endpoint.
fn declared(method: &Method, parts: &[Vec<u8>]) -> bool {
    RULES.iter().any(|rule| {
        let (of, path) = rule.split_once(' ').unwrap();
        let template: Vec<&str> = path[1..].split('/').collect();
        let fits = |(one, part): (&&str, &Vec<u8>)| match one.starts_with('{') {
            true => !part.is_empty(),
            false => one.as_bytes() == part,
        };
        of == method.as_str() && template.len() == parts.len() && template.iter().zip(parts).all(fits)
    })
}

/// As the `url` crate, and so browsers and many servers, read it: dots are gone before parts are decoded.
fn as_browsers(path: &str) -> Vec<Vec<u8>> {
    let url = Url::parse(&format!("https://chat.example.com{path}")).unwrap();
    url.path_segments().unwrap().map(|part| percent_decode(part.as_bytes()).collect()).collect()
}

/// As a server reads it that decodes everything, twice, cuts parts at `;`, and resolves dots and doubled slashes then.
fn as_careless_servers(path: &str, cut: bool) -> Vec<Vec<u8>> {
    let once: Vec<u8> = percent_decode(path.as_bytes()).collect();
    let twice: Vec<u8> = percent_decode(&once).collect();
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for part in twice.split(|byte| matches!(byte, b'/' | b'\\')) {
        let part = if cut { part.split(|byte| *byte == b';').next().unwrap_or_default() } else { part };
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            part => parts.push(part.to_vec()),
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_is_allowed_is_declared_however_the_server_reads_it(path in path(), method in method()) {
        let Some(uri) = uri(&path) else { return Ok(()) };
        let policy = policy("https://chat.example.com", &RULES);
        if policy.decide(&method, &uri, &HeaderMap::new()).is_allowed() {
            prop_assert!(declared(&method, &as_browsers(&path)), "{method} {path} {:?}", as_browsers(&path));
            prop_assert!(declared(&method, &as_careless_servers(&path, false)), "{method} {path}");
            // An encoded semicolon is data; who cuts at it all the same still finds the same parts.
            prop_assert_eq!(as_careless_servers(&path, true).len(), as_careless_servers(&path, false).len());
        }
    }

    #[test]
    fn what_reads_as_declared_and_is_plain_is_allowed(path in path(), method in method()) {
        let Some(uri) = uri(&path) else { return Ok(()) };
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_~+".contains(c);
        let parts: Vec<Vec<u8>> = path[1..].split('/').map(|part| part.as_bytes().to_vec()).collect();
        if path.chars().all(plain) && declared(&method, &parts) && !path.contains("//") {
            let policy = policy("https://chat.example.com", &RULES);
            prop_assert!(policy.decide(&method, &uri, &HeaderMap::new()).is_allowed(), "{method} {path}");
        }
    }

    #[test]
    fn narrowing_never_widens_and_says_what_it_does(
        path in path(),
        method in method(),
        allow in proptest::collection::vec(select(&PATTERNS[..]), 0..3),
        deny in proptest::collection::vec(select(&PATTERNS[..]), 0..3),
    ) {
        let Some(uri) = uri(&path) else { return Ok(()) };
        let wide = policy("https://chat.example.com", &RULES);
        let narrowing = Narrowing::parse(&network(&allow, &deny), rules(&RULES).iter()).unwrap();
        let narrow = wide.clone().narrowed(narrowing.clone());
        let (before, after) = (wide.decide(&method, &uri, &HeaderMap::new()), narrow.decide(&method, &uri, &HeaderMap::new()));
        match after.code() {
            Code::Declared => prop_assert_eq!(&before, &after),
            Code::DeniedByAdministrator | Code::NotAllowedByAdministrator => prop_assert!(before.is_allowed()),
            code => prop_assert_eq!(code, before.code()),
        }
        if let Some(rule) = before.rule() {
            let all = rules(&RULES);
            let rule = all.iter().find(|known| format!("{} {}", known.method(), known.path()) == rule).unwrap();
            match narrowing.of(rule) {
                Narrowed::Whole => prop_assert!(after.is_allowed()),
                Narrowed::Denied(_) | Narrowed::NotAllowed => prop_assert!(!after.is_allowed()),
                Narrowed::Partly { .. } => {}
            }
        }
    }

    #[test]
    fn one_more_pattern_to_deny_allows_nothing_more(
        path in path(),
        method in method(),
        deny in proptest::collection::vec(select(&PATTERNS[..]), 1..4),
    ) {
        let Some(uri) = uri(&path) else { return Ok(()) };
        let with = |deny: &[&str]| {
            let narrowing = Narrowing::parse(&network(&[], deny), rules(&RULES).iter()).unwrap();
            policy("https://chat.example.com", &RULES).narrowed(narrowing).decide(&method, &uri, &HeaderMap::new()).is_allowed()
        };
        prop_assert!(with(&deny[1..]) || !with(&deny));
    }

    #[test]
    fn no_request_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), path in path()) {
        let policies = [policy("https://chat.example.com/a/b", &RULES), policy("http://[::1]:80", &RULES)];
        let prefixed = [b"https://chat.example.com", &bytes[..]].concat();
        let path = [b"http://[::1]", path.as_bytes()].concat();
        for bytes in [&bytes, &prefixed, &path] {
            if let Ok(uri) = Uri::try_from(&bytes[..]) {
                for policy in &policies {
                    prop_assert!(!policy.decide(&Method::GET, &uri, &HeaderMap::new()).reason().is_empty());
                }
            }
        }
    }

    #[test]
    fn normal_is_normal(path in prop_oneof![path(), ".{0,30}"]) {
        if let Ok(once) = normal(&path) {
            prop_assert_eq!(normal(&once), Ok(once.clone()));
            prop_assert_eq!(as_careless_servers(&path, false), as_careless_servers(&once, false));
        }
    }

    #[test]
    fn paths_that_are_the_same_are_decided_about_the_same(path in path(), method in method()) {
        let policy = policy("https://chat.example.com", &RULES);
        let (Some(uri), Ok(normal)) = (uri(&path), normal(&path)) else { return Ok(()) };
        let same = self::uri(&normal).unwrap();
        prop_assert_eq!(policy.decide(&method, &uri, &HeaderMap::new()).code(), policy.decide(&method, &same, &HeaderMap::new()).code());
    }

    #[test]
    fn whatever_an_administrator_writes_is_read_or_refused(pattern in prop_oneof![".{0,30}", path().prop_map(|path| format!("* {path}"))]) {
        if let Err(error) = Narrowing::parse(&network(&[], &[&pattern]), rules(&RULES).iter()) {
            let named = format!("{pattern:?}");
            prop_assert!(error.reason.contains(&named));
        }
    }
}
