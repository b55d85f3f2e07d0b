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
//! Methods and paths are compared letter by letter, hosts without regard to case. The query is not looked at.

mod decision;
mod narrowing;
mod origin;
mod path;
mod pattern;
mod rule;
mod template;
#[cfg(test)]
mod tests;

pub use decision::{Code, Decision, Denial};
pub use narrowing::{Narrowed, Narrowing, Network, NetworkError};
pub use origin::{Origin, OriginError};
pub use path::{Ambiguity, normal};
pub use rule::{Rule, Rules};

use http::{Method, Uri};
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

    /// Decides about a request, by the URI that is sent.
    #[must_use]
    pub fn decide(&self, method: &Method, uri: &Uri) -> Decision<'_> {
        let Some(origin) = &self.origin else {
            return Denial::new(Code::Undeclared, "the integration names no server").into();
        };
        let path = match origin.below(uri) {
            Ok(path) => path,
            Err(denial) => return denial.into(),
        };
        let mut matching = self.rules.iter().filter(|rule| rule.matches(method, path));
        let Some(first) = matching.next() else {
            let path = normal(path).unwrap_or_default();
            return Denial::new(Code::Undeclared, format!("the command does not declare {method} {path}")).into();
        };
        if let Some(denial) = self.narrowing.denies(method, path) {
            return denial.into();
        }
        // A command may ask the same endpoint with one credential and with the other.
        let credentials = std::iter::once(first).chain(matching).filter_map(Rule::credential).collect();
        Decision::Allow { reason: first.reason(), credentials, volatile: first.volatile() }
    }
}
