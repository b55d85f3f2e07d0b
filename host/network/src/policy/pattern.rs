//! A pattern of an administrator: `METHOD PATH`, perhaps with names of the query.

use super::query;
use super::rule::{self, Rule};
use super::template::Template;
use http::Method;

/// Requests, as an administrator names them.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    /// None for any.
    method: Option<Method>,
    template: Template,
    /// Names of the query; none for any query.
    names: Option<Vec<String>>,
}

impl Pattern {
    /// Reads a pattern; else says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_ascii_whitespace();
        let (Some(method), Some(path), None) = (words.next(), words.next(), words.next()) else {
            return Err("it is not a method, a blank and a path".into());
        };
        let method = if method == "*" { None } else { Some(rule::method(method)?) };
        let (path, names) = match path.split_once('?') {
            Some((path, names)) => (path, Some(self::names(names)?)),
            None => (path, None),
        };
        Ok(Self { text: text.to_owned(), method, template: Template::of_pattern(path)?, names })
    }

    /// As it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it allows a request: one with no other names in its query. Its path must have been checked.
    pub(super) fn allows(&self, method: &Method, path: &str, names: &[String]) -> bool {
        let few = |own: &Vec<String>| names.iter().all(|name| own.contains(name));
        self.matches(method, path) && self.names.as_ref().is_none_or(few)
    }

    /// Whether it denies a request: one with any of the names in its query. Its path must have been checked.
    pub(super) fn denies(&self, method: &Method, path: &str, names: &[String]) -> bool {
        let any = |own: &Vec<String>| names.iter().any(|name| own.contains(name));
        self.matches(method, path) && self.names.as_ref().is_none_or(any)
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && self.template.matches(path)
    }

    /// Whether some request of the rule has this method and this path, and all the names are declared by the rule.
    pub(super) fn meets(&self, rule: &Rule) -> bool {
        self.meets_path(rule) && self.unknown_name(rule).is_none()
    }

    /// The same without regard to names.
    pub(super) fn meets_path(&self, rule: &Rule) -> bool {
        self.is_of_method(rule) && self.template.meets(rule.template())
    }

    /// A name that the rule does not declare, if there is one: as it stands it could never be in a request.
    pub(super) fn unknown_name(&self, rule: &Rule) -> Option<&str> {
        self.names.iter().flatten().find(|name| !rule.query().contains(name)).map(String::as_str)
    }

    /// Whether it allows each request of the rule.
    pub(super) fn allows_all(&self, rule: &Rule) -> bool {
        let all = |own: &Vec<String>| rule.query().iter().all(|name| own.contains(name));
        self.covers(rule) && self.names.as_ref().is_none_or(all)
    }

    /// Whether it denies each request of the rule.
    pub(super) fn denies_all(&self, rule: &Rule) -> bool {
        self.covers(rule) && self.names.is_none()
    }

    fn covers(&self, rule: &Rule) -> bool {
        self.is_of_method(rule) && self.template.covers(rule.template())
    }

    fn is_of_method(&self, rule: &Rule) -> bool {
        self.method.as_ref().is_none_or(|own| own.as_str() == rule.method())
    }
}

fn names(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split('&').map(str::to_owned).collect();
    match names.iter().find(|name| !query::is_name(name)) {
        Some(odd) => Err(format!("{odd:?} is no name of a query: only names can be said, without values")),
        None => Ok(names),
    }
}
