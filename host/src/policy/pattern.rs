//! A pattern of an administrator: `METHOD PATH`.

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
}

impl Pattern {
    /// Reads a pattern; else says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_ascii_whitespace();
        let (Some(method), Some(path), None) = (words.next(), words.next(), words.next()) else {
            return Err("it is not a method, a blank and a path".into());
        };
        let method = if method == "*" { None } else { Some(rule::method(method)?) };
        Ok(Self { text: text.to_owned(), method, template: Template::of_pattern(path)? })
    }

    /// As it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a request is one of these. Its path must have been checked.
    pub(super) fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && self.template.matches(path)
    }

    /// Whether some request of the rule is one of these.
    pub(super) fn meets(&self, rule: &Rule) -> bool {
        self.is_of_method(rule) && self.template.meets(rule.template())
    }

    /// Whether each request of the rule is one of these.
    pub(super) fn covers(&self, rule: &Rule) -> bool {
        self.is_of_method(rule) && self.template.covers(rule.template())
    }

    fn is_of_method(&self, rule: &Rule) -> bool {
        self.method.as_ref().is_none_or(|own| own.as_str() == rule.method())
    }
}
