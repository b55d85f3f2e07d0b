//! Which requests a command may make: data and pure functions, no I/O.
//!
//! A rule is a row of the component's manifest, joined with the [`Origin`] of the instance. An administrator may narrow
//! the rules ([`Network`]), never widen them. What no rule allows is refused, and a rule, a pattern or an origin that
//! can't be parsed is an error, never a pass.
//!
//! There is one way to read a path, and it is the same for rules, for patterns, for the origin's sub-path and for
//! requests: see [`normal`]. A request's path that could be read in two ways is refused. One that can be read in one
//! way only, though it is spelt in another way than the rule (`%61` for `a`), is compared as it reads and sent as it is
//! spelt: nothing is rewritten, so that what is sent is what was decided about.
//!
//! Methods, paths and the names of the query are compared letter by letter, hosts without regard to case. The values of
//! the query are not looked at. A request has the usual headers and those that its endpoint declares.

mod below;
mod decision;
mod header;
mod narrowing;
mod origin;
mod path;
mod pattern;
mod query;
mod rule;
mod template;
#[cfg(test)]
mod tests;

pub use below::Below;
pub use decision::{Code, Decision, Denial};
pub use narrowing::{Narrowed, Narrowing, NetworkError};
pub use origin::{Origin, OriginError};
pub use path::{Ambiguity, normal};
pub use rule::{Rule, Rules};

pub use soar_contract::settings::Network;

pub use header::is_forbidden;

use http::{HeaderMap, Method, Uri};
use std::sync::Arc;

/// What one command may reach. Cheap to clone. The default reaches nothing.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    origin: Option<Arc<Origin>>,
    rules: Rules,
    narrowing: Narrowing,
}

impl Policy {
    /// Joins a command's rules with the instance's origin.
    #[must_use]
    pub fn new(origin: impl Into<Arc<Origin>>, rules: Rules) -> Self {
        Self { origin: Some(origin.into()), rules, narrowing: Narrowing::default() }
    }

    /// The same, narrowed by an administrator.
    #[must_use]
    pub fn narrowed(self, narrowing: Narrowing) -> Self {
        Self { narrowing, ..self }
    }

    /// The URL of a path below the server's base URL; none if there is no server.
    pub(crate) fn url(&self, path: &str) -> Option<String> {
        Some(format!("{}{path}", self.origin.as_ref()?.url()))
    }

    /// Where the command's requests go, for a transport that knows the server by another URL.
    pub(crate) fn below(&self) -> Option<Below> {
        let origin = self.origin.as_ref()?;
        Some(Below { rules: self.rules.clone(), depth: origin.depth() })
    }

    /// Decides about a request, by the URI and the headers that are sent.
    #[must_use]
    pub fn decide(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Decision<'_> {
        let Some(origin) = &self.origin else {
            return Denial::new(Code::Undeclared, "the integration names no server").into();
        };
        let path = match origin.below(uri) {
            Ok(path) => path,
            Err(denial) => return denial.into(),
        };
        let of_path: Vec<&Rule> = self.rules.iter().filter(|rule| rule.matches(method, path)).collect();
        if of_path.is_empty() {
            let path = normal(path).unwrap_or_default();
            return Denial::new(Code::Undeclared, format!("the command does not declare {method} {path}")).into();
        }
        let names = match query::names(uri.query().unwrap_or_default()) {
            Ok(names) => names,
            Err(why) => {
                let reason = format!("its query has {why}: it could be read in more than one way");
                return Denial::new(Code::AmbiguousQuery, reason).into();
            }
        };
        let fits = |rule: &&&Rule| rule.strange_name(&names).is_none() && rule.strange_header(headers).is_none();
        let mut matching = of_path.iter().filter(fits).copied();
        let Some(first) = matching.next() else { return strange(&of_path, &names, headers).into() };
        if let Some(denial) = self.narrowing.denies(method, path, &names) {
            return denial.into();
        }
        // A command may ask the same endpoint with one credential and with the other.
        let credentials = std::iter::once(first).chain(matching).filter_map(Rule::credential).collect();
        Decision::Allow { code: first.code(), reason: first.reason(), credentials, volatile: first.volatile() }
    }
}

/// What none of the rules of a request's path has.
fn strange(rules: &[&Rule], names: &[String], headers: &HeaderMap) -> Denial {
    let of = |rule: &Rule| format!("{} {}", rule.method(), rule.path());
    let name = rules.iter().find_map(|rule| Some((rule, rule.strange_name(names)?)));
    if let Some((rule, name)) = name.filter(|_| rules.iter().all(|rule| rule.strange_name(names).is_some())) {
        let declared = match rule.query() {
            [] => "no name at all".into(),
            names => names.join(", "),
        };
        let reason = format!("{} declares for its query {declared}, and not {name:?}", of(rule));
        return Denial::new(Code::UndeclaredQuery, reason);
    }
    let header = rules.iter().find_map(|rule| Some((rule, rule.strange_header(headers)?)));
    let reason = header.map_or_else(
        || "no endpoint declares the query's names and the headers together".into(),
        |(rule, name)| format!("{} does not declare the header {:?}", of(rule), name.as_str()),
    );
    Denial::new(Code::UndeclaredHeader, reason)
}
