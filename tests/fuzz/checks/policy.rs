//! The policy never allows what another reader of URLs takes for another place.
//!
//! An input is lines: the origin, `METHOD URL` of a request, and `METHOD /path?name&name` for each rule.

use super::Target;
use super::seeds;
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;
use soar::manifest::Endpoint;
use soar::policy::{Decision, Origin, Policy, Rules};
use std::path::Path;
use url::Url;

pub const TARGET: Target = Target {
    name: "policy",
    check,
    seeds,
    words: &[
        "..",
        ".",
        "//",
        "/",
        "\\",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "%25",
        "%252e",
        "%00",
        "%",
        "@",
        ":",
        ":80",
        ":443",
        ":8443",
        "?",
        "&",
        "=",
        "?page=1",
        "&permanent=true",
        "%70age",
        "#",
        "[::1]",
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "http://",
        "https://",
        "GET ",
        "POST ",
        "{x}",
        "*",
        ";",
        "\t",
        "é",
        "%c3%a9",
        "/sub",
        "/api",
        "CHAT.EXAMPLE.COM",
        "evil.example",
    ],
};

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut lines = text.split('\n');
    let (Some(base), Some(request)) = (lines.next(), lines.next()) else { return };
    let endpoints: Vec<Endpoint> = lines.filter_map(endpoint).collect();
    let (origin, rules) = (Origin::parse(base), Rules::parse(&endpoints));
    let Some((method, url)) = request.split_once(' ') else { return };
    let (Ok(method), Ok(uri)) = (Method::from_bytes(method.as_bytes()), url.parse::<Uri>()) else { return };
    let (Ok(origin), Ok(rules)) = (origin, rules) else { return };
    let policy = Policy::new(origin, rules);
    if matches!(policy.decide(&method, &uri, &HeaderMap::new()), Decision::Allow { .. }) {
        let request = Url::parse(&uri.to_string()).expect("what is allowed is a URL");
        let base = Url::parse(base).expect("an origin is a URL");
        same_place(&base, &request);
        let parts = parts(&base, &request);
        let names: Vec<String> = request.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let declared = endpoints.iter().any(|rule| {
            let query = names.iter().all(|name| rule.query.contains(name));
            rule.method == method.as_str() && covers(&rule.path, &parts) && query
        });
        assert!(declared, "{method} {request} is allowed, {parts:?} is declared by none of {endpoints:?}");
    }
}

fn endpoint(line: &str) -> Option<Endpoint> {
    let (method, path) = line.split_once(' ')?;
    let (path, names) = path.split_once('?').unwrap_or((path, ""));
    Some(Endpoint {
        method: method.into(),
        path: path.into(),
        credential: None,
        volatile: Vec::new(),
        query: names.split('&').filter(|name| !name.is_empty()).map(Into::into).collect(),
        headers: Vec::new(),
    })
}

fn same_place(base: &Url, request: &Url) {
    assert_eq!(request.scheme(), base.scheme(), "{request}");
    assert_eq!(request.host(), base.host(), "{request}");
    assert_eq!(request.port_or_known_default(), base.port_or_known_default(), "{request}");
    assert!(request.username().is_empty() && request.password().is_none(), "{request} has a user");
}

/// The parts of the request's path below the base's, each decoded once.
fn parts(base: &Url, request: &Url) -> Vec<Vec<u8>> {
    let decoded = |path: &str| path.split('/').skip(1).map(|part| percent_decode_str(part).collect()).collect();
    let (base, mut parts): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
        (decoded(base.path().trim_end_matches('/')), decoded(request.path()));
    for part in &parts {
        let odd = part.is_empty() || part == b"." || part == b".." || part.iter().any(|byte| b"/\\\0".contains(byte));
        assert!(!odd, "{request} has a part that servers read in more than one way: {part:?}");
    }
    assert!(parts.starts_with(&base), "{request} is allowed, and not below the base");
    parts.split_off(base.len())
}

fn covers(rule: &str, parts: &[Vec<u8>]) -> bool {
    let rule: Vec<&str> = rule.split('/').skip(1).collect();
    rule.len() == parts.len()
        && rule
            .iter()
            .zip(parts)
            .all(|(rule, part)| rule.starts_with('{') || percent_decode_str(rule).eq(part.iter().copied()))
}

/// The requests that were recorded, each with the rules of its command; and the tricks that are known.
fn seeds(fixtures: &Path) -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = seeds::cases(fixtures)
        .into_iter()
        .filter_map(|case| {
            let command = seeds::manifest().command(&case.command)?;
            let exchange = case.recording.exchanges.into_iter().next()?;
            let origin = Url::parse(&exchange.request.url).ok()?.origin().ascii_serialization();
            let mut lines = format!("{origin}\n{} {}", exchange.request.method, exchange.request.url);
            for endpoint in &command.endpoints {
                let names = endpoint.query.join("&");
                lines.push_str(&format!("\n{} {}?{names}", endpoint.method, endpoint.path));
            }
            Some(lines.into_bytes())
        })
        .collect();
    let tricks = [
        "https://chat.example.com:443/sub/api/teams/red?x=1",
        "https://CHAT.example.com/sub/api/teams/%2e%2e",
        "https://chat.example.com@evil.example/sub/api/teams/red",
        "https://chat.example.com/sub/api//teams/red",
        "https://chat.example.com/sub/api/x/../teams/red",
        "https://chat.example.com/sub/api/teams/a%2fb",
        "https://chat.example.com/sub/api/te%61ms/r%C3%A9d",
        "https://chat.example.com/subapi/teams/red",
    ];
    for url in tricks {
        inputs.push(
            format!("https://chat.example.com/sub/\nGET {url}\nGET /api/teams/{{team}}?x\nPOST /api/posts").into(),
        );
    }
    inputs.push(b"http://[::1]:8065\nGET http://[::1]:8065/a/b\nGET /a/{b}".to_vec());
    inputs.sort();
    inputs.dedup();
    inputs
}
