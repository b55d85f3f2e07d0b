//! What an administrator takes away from what a manifest declares.

use super::decision::{Code, Denial};
use super::pattern::Pattern;
use super::rule::Rule;
use http::Method;
use soar_contract::settings::{ConfigurationError, Network};
use std::sync::Arc;

const PATTERN: &str = "METHOD PATH, such as GET /api/teams/{team}: the method may be *, a part of the path * or {name}, \
                       ** at the end is any rest or none, and ?name&name behind it are names of the query";

/// The most patterns of a list: each is held against each endpoint.
const PATTERNS: usize = 1_000;

/// A [`Network`] that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}; expected {expected}")]
pub struct NetworkError {
    /// `network.allow`, `network.deny` or `network.private`.
    pub key: &'static str,
    /// What was wrong; it names the pattern.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl From<NetworkError> for ConfigurationError {
    fn from(NetworkError { key, reason, expected }: NetworkError) -> Self {
        Self { parameter: key.into(), reason, expected }
    }
}

/// A [`Network`] that was read: its patterns. Cheap to clone. The default takes nothing away.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    allow: Arc<[Pattern]>,
    deny: Arc<[Pattern]>,
}

/// What is left of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowed<'a> {
    /// All of it.
    Whole,
    /// Some of it.
    Partly {
        /// The patterns that it is left to; empty if that is none in particular.
        only: Vec<&'a str>,
        /// The patterns that are taken away from it.
        not: Vec<&'a str>,
    },
    /// Nothing: a deny pattern has it all.
    Denied(&'a str),
    /// Nothing: no allow pattern has any of it.
    NotAllowed,
}

impl Narrowing {
    /// Reads what an administrator says of a component that has these rules in all its commands.
    ///
    /// # Errors
    /// If a pattern can't be read, or if it is of no rule: it would silently block, or fail to.
    pub fn parse<'r>(network: &Network, rules: impl Iterator<Item = &'r Rule> + Clone) -> Result<Self, NetworkError> {
        if network.private == Some(true) {
            return Err(NetworkError {
                key: "network.private",
                reason: "true would widen what may be reached".into(),
                expected: "false, or nothing: then private networks are reached if the server's own host is in one"
                    .into(),
            });
        }
        let read = |key: &'static str, texts: &[String]| {
            if texts.len() > PATTERNS {
                let (reason, expected) = (format!("has {} patterns", texts.len()), format!("{PATTERNS} at most"));
                return Err(NetworkError { key, reason, expected });
            }
            texts.iter().map(|text| self::read(key, text, rules.clone())).collect::<Result<Arc<[_]>, _>>()
        };
        Ok(Self { allow: read("network.allow", &network.allow)?, deny: read("network.deny", &network.deny)? })
    }

    /// Whether a declared request is refused all the same. Its path must have been checked.
    pub(super) fn denies(&self, method: &Method, path: &str, names: &[String]) -> Option<Denial> {
        let query = if names.is_empty() { String::new() } else { format!("?{}", names.join("&")) };
        if let Some(pattern) = self.deny.iter().find(|pattern| pattern.denies(method, path, names)) {
            let reason = format!("the administrator denies {}, and {method} {path}{query} is that", pattern.text());
            return Some(Denial::new(Code::DeniedByAdministrator, reason));
        }
        if self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.allows(method, path, names)) {
            return None;
        }
        let reason = format!("{method} {path}{query} is not among what the administrator allows");
        Some(Denial::new(Code::NotAllowedByAdministrator, reason))
    }

    /// What is left of a rule.
    #[must_use]
    pub fn of(&self, rule: &Rule) -> Narrowed<'_> {
        if let Some(pattern) = self.deny.iter().find(|pattern| pattern.denies_all(rule)) {
            return Narrowed::Denied(pattern.text());
        }
        // Names that the rule does not declare take nothing from what `allow` allows, and deny nothing.
        if !self.allow.is_empty() && !self.allow.iter().any(|pattern| pattern.meets_path(rule)) {
            return Narrowed::NotAllowed;
        }
        let whole = self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.allows_all(rule));
        if whole && !self.deny.iter().any(|pattern| pattern.meets(rule)) {
            return Narrowed::Whole;
        }
        let only = self.allow.iter().filter(|pattern| !whole && pattern.meets_path(rule)).map(Pattern::text).collect();
        let not = self.deny.iter().filter(|pattern| pattern.meets(rule)).map(Pattern::text).collect();
        Narrowed::Partly { only, not }
    }
}

fn read<'r>(key: &'static str, text: &str, rules: impl Iterator<Item = &'r Rule>) -> Result<Pattern, NetworkError> {
    let refuse = |reason: String, expected: &str| NetworkError { key, reason, expected: expected.into() };
    let pattern = Pattern::parse(text).map_err(|why| refuse(format!("the pattern {text:?}: {why}"), PATTERN))?;
    let rules: Vec<&Rule> = rules.filter(|rule| pattern.meets_path(rule)).collect();
    if rules.iter().any(|rule| pattern.meets(rule)) {
        return Ok(pattern);
    }
    if let Some(name) = rules.first().and_then(|rule| pattern.unknown_name(rule)) {
        return Err(refuse(
            format!("the pattern {text:?}: no command has {name:?} in its query there"),
            "names that an endpoint of this path declares for its query",
        ));
    }
    Err(refuse(
        format!("the pattern {text:?} has no endpoint of any command"),
        "a pattern of requests that a command declares, with the path below the server's base URL",
    ))
}
