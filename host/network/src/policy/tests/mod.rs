//! Policies from outside: what is allowed, what is refused, and why.

mod narrowing;
mod origin;
mod paths;
mod properties;
mod requests;

use super::*;
use soar_contract::manifest::Endpoint;

fn endpoint(method: &str, path: &str, credential: Option<&str>) -> Endpoint {
    let (path, names) = path.split_once('?').unwrap_or((path, ""));
    Endpoint {
        method: method.into(),
        path: path.into(),
        credential: credential.map(Into::into),
        volatile: Vec::new(),
        query: names.split('&').filter(|name| !name.is_empty()).map(Into::into).collect(),
        headers: vec!["x-declared".into()],
    }
}

/// Rules of `METHOD PATH?NAME&NAME`.
fn rules(lines: &[&str]) -> Rules {
    let endpoint = |line: &&str| {
        let (method, path) = line.split_once(' ').unwrap();
        self::endpoint(method, path, Some("token"))
    };
    Rules::parse(&lines.iter().map(endpoint).collect::<Vec<_>>()).unwrap()
}

fn policy(origin: &str, lines: &[&str]) -> Policy {
    Policy::new(Origin::parse(origin).unwrap(), rules(lines))
}

fn network(allow: &[&str], deny: &[&str]) -> Network {
    let owned = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    Network { allow: owned(allow), deny: owned(deny), private: None }
}

/// The code and the reason of a decision about `METHOD URI`.
fn decide(policy: &Policy, line: &str) -> (Code, String) {
    let (method, uri) = line.split_once(' ').unwrap();
    let uri: Uri = uri.parse().unwrap_or_else(|error| panic!("{uri}: {error}"));
    let decision = policy.decide(&method.parse().unwrap(), &uri, &HeaderMap::new());
    (decision.code(), decision.reason().to_owned())
}
