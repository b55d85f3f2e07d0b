//! What a manifest says that a command may ask of a server.

use super::decision::{ACCOUNT, Code, DECLARED};
use super::template::Template;
use super::{header, query};
use http::{HeaderMap, HeaderName, Method};
use soar_contract::manifest::{Endpoint, Parameter};
use std::sync::Arc;

/// What one command may ask of a server, wherever that is; by default nothing. Read once, when the component is loaded;
/// cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Rules(Arc<[Rule]>);

/// A method and a path that a command may ask for.
#[derive(Clone, Debug)]
pub struct Rule {
    method: Method,
    path: String,
    template: Template,
    credential: Option<String>,
    volatile: Arc<[String]>,
    query: Vec<String>,
    headers: Vec<HeaderName>,
    code: Code,
    reason: Arc<str>,
}

impl Rules {
    /// Reads a command's endpoints.
    ///
    /// # Errors
    /// If one of them can't be parsed; the text names it.
    pub fn parse(endpoints: &[Endpoint]) -> Result<Self, String> {
        endpoints.iter().map(Rule::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Reads how the accounts behind secrets are learnt, for those that say so: one rule for each.
    ///
    /// # Errors
    /// If one of them can't be parsed; the text names it.
    pub fn of_accounts(parameters: &[Parameter]) -> Result<Self, String> {
        let rule = |parameter: &Parameter| {
            let path = parameter.account.as_ref()?.path.clone();
            let (query, headers, volatile) = (Vec::new(), Vec::new(), Vec::new());
            let credential = Some(parameter.name.clone());
            let rule = Rule::parse(&Endpoint { method: "GET".into(), path, credential, volatile, query, headers });
            Some(rule.map(|rule| Rule {
                code: Code::Account,
                reason: format!("{ACCOUNT}GET {}", rule.path).into(),
                ..rule
            }))
        };
        parameters.iter().filter_map(rule).collect::<Result<_, _>>().map(Self)
    }

    /// All of them, in the manifest's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.0.iter()
    }
}

impl Rule {
    fn parse(endpoint: &Endpoint) -> Result<Self, String> {
        let Endpoint { method, path, credential, volatile, query, headers } = endpoint;
        let refuse = |reason: String| format!("endpoint {method} {path}: {reason}");
        if let Some(odd) = query.iter().find(|name| !query::is_name(name)) {
            let reason = format!("the query's name {odd:?} has something other than letters, digits and -._~[] in it");
            return Err(refuse(reason));
        }
        let header =
            |name: &String| header::declared(name).map_err(|reason| refuse(format!("the header {name:?} {reason}")));
        Ok(Self {
            method: self::method(method).map_err(|reason| refuse(reason.into()))?,
            path: path.clone(),
            template: Template::of_rule(path).map_err(refuse)?,
            credential: credential.clone(),
            volatile: volatile.clone().into(),
            query: query.clone(),
            headers: headers.iter().map(header).collect::<Result<_, _>>()?,
            code: Code::Declared,
            reason: format!("{DECLARED}{method} {path}").into(),
        })
    }

    /// The method, in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path below the server's base URL; `{…}` stands for one part.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The secret parameter whose credential may go with it.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// The path with the names that its query may have: `/api/users?page&per_page`.
    #[must_use]
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query.join("&")) }
    }

    /// The names that its query may have.
    #[must_use]
    pub fn query(&self) -> &[String] {
        &self.query
    }

    /// The headers that it may have beside the usual ones.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(HeaderName::as_str)
    }

    /// A name of the query that it may not have, if there is one.
    pub(super) fn strange_name<'n>(&self, names: &'n [String]) -> Option<&'n str> {
        names.iter().find(|name| !self.query.contains(name)).map(String::as_str)
    }

    /// A header that it may not have, if there is one.
    pub(super) fn strange_header<'h>(&self, headers: &'h HeaderMap) -> Option<&'h HeaderName> {
        headers.keys().find(|name| !header::is_usual(name) && !self.headers.contains(name))
    }

    pub(super) fn volatile(&self) -> &Arc<[String]> {
        &self.volatile
    }

    /// What a decision rests on that allows a request of it: [`Code::Declared`] or [`Code::Account`].
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    pub(super) fn reason(&self) -> &Arc<str> {
        &self.reason
    }

    pub(super) fn template(&self) -> &Template {
        &self.template
    }

    /// What stands before the path of this rule in that of a request with this method, which need not have been checked.
    pub(crate) fn before<'p>(&self, method: &str, path: &'p str) -> Option<&'p str> {
        self.template.before(path).filter(|_| self.method.as_str() == method)
    }

    /// Whether a request is of this rule. Its path must have been checked.
    pub(super) fn matches(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.template.matches(path)
    }
}

/// Reads a method: they are compared letter by letter, so that `get` would never be asked for.
pub(super) fn method(text: &str) -> Result<Method, &'static str> {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err("the method is not in capitals");
    }
    match Method::from_bytes(text.as_bytes()) {
        Ok(Method::CONNECT) => Err("CONNECT opens a tunnel, and what goes through it nobody could look at"),
        Ok(Method::TRACE) => Err("TRACE is answered with the request, and what a proxy was told is in it"),
        Ok(method) => Ok(method),
        Err(_) => Err("not a method"),
    }
}
