//! Which requests a command may make: data and pure functions, no I/O.
//!
//! A rule is a row of the component's manifest, joined with the origin of the instance. What no rule allows is
//! refused, and a rule or an origin that can't be parsed is an error, never a pass.

use crate::contract::Endpoint;
use http::{Method, Uri};
use std::sync::Arc;
use url::Url;

/// Where an instance's requests go: scheme, host, port, and the path below which the server lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    authority: String,
    base: String,
}

/// Why a base URL can't be an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; expected {expected}")]
pub struct OriginError {
    /// What was wrong.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl Origin {
    /// Reads a server's base URL: http or https, a host, perhaps a port and a sub-path; nothing else.
    ///
    /// # Errors
    /// If it is not such a URL. The error never repeats a user name or a password.
    pub fn parse(url: &str) -> Result<Self, OriginError> {
        let refuse = |reason: &str| OriginError {
            reason: reason.into(),
            expected: "the server's base URL, such as https://chat.example.com".into(),
        };
        if url.trim() != url || url.is_empty() {
            return Err(refuse("it is empty or has blanks around it"));
        }
        if !url.contains("://") {
            return Err(refuse("it has no scheme"));
        }
        let parsed = Url::parse(url).map_err(|error| refuse(&format!("it is not a URL ({error})")))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(refuse(&format!("its scheme is {}, not http or https", parsed.scheme())));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(refuse("it has a user name or a password in it"));
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(refuse("it has a query or a fragment"));
        }
        let Some(host) = parsed.host_str() else { return Err(refuse("it has no host")) };
        let authority = match parsed.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let base = parsed.path().trim_end_matches('/').to_owned();
        // Dot parts, encoded or not, are gone from the parsed path; the component is given the URL as it was written.
        if base.contains("//") || url.contains('%') {
            return Err(refuse("its path has empty or encoded parts"));
        }
        if url.split('/').any(|part| part == "." || part == "..") {
            return Err(refuse("its path has the part . or .."));
        }
        Ok(Self { scheme: parsed.scheme().to_owned(), authority, base })
    }

    /// `https://chat.example.com/sub-path`, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.base)
    }

    /// The path of a request below this origin, or why it is not one.
    fn below<'a>(&self, uri: &'a Uri) -> Result<&'a str, String> {
        let scheme = uri.scheme_str().unwrap_or_default();
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        if scheme != self.scheme || !authority.eq_ignore_ascii_case(&self.authority) {
            return Err(format!("it goes to {scheme}://{authority}, not to {}://{}", self.scheme, self.authority));
        }
        // `/sub-other` begins with `/sub` too, and is somewhere else.
        let below = uri.path().strip_prefix(&self.base).filter(|path| path.starts_with('/'));
        below.ok_or_else(|| format!("its path is outside {}/", self.base))
    }
}

/// What a policy says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It may be made.
    Allow {
        /// The secret parameters whose credentials may go with it.
        credentials: Vec<&'a str>,
        /// Fields of its JSON body that are new in each call.
        volatile: &'a Arc<[String]>,
    },
    /// It may not; why.
    Deny(String),
}

/// What one command may ask of a server, wherever that is. Read once, when the component is loaded; cheap to clone.
#[derive(Clone, Debug)]
pub struct Rules(Arc<[Rule]>);

impl Rules {
    /// Reads a command's endpoints.
    ///
    /// # Errors
    /// If one of them can't be parsed; the text names it.
    pub fn parse(endpoints: &[Endpoint]) -> Result<Self, String> {
        endpoints.iter().map(Rule::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// What one command may reach.
#[derive(Clone, Debug)]
pub struct Policy {
    origin: Arc<Origin>,
    rules: Rules,
}

#[derive(Clone, Debug)]
struct Rule {
    method: Method,
    segments: Vec<Segment>,
    credential: Option<String>,
    volatile: Arc<[String]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Any,
}

impl Policy {
    /// Joins a command's rules with the instance's origin.
    #[must_use]
    pub fn new(origin: impl Into<Arc<Origin>>, rules: Rules) -> Self {
        Self { origin: origin.into(), rules }
    }

    /// Decides about a request.
    #[must_use]
    pub fn decide(&self, method: &Method, uri: &Uri) -> Decision<'_> {
        let path = match self.origin.below(uri) {
            Ok(path) => path,
            Err(reason) => return Decision::Deny(reason),
        };
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        if let Some(segment) = segments.iter().find(|segment| is_ambiguous(segment)) {
            return Decision::Deny(format!(
                "its path has the part {segment:?}, which servers read in more than one way"
            ));
        }
        let matching = || self.rules.0.iter().filter(|rule| rule.method == *method && rule.matches(&segments));
        let Some(first) = matching().next() else {
            return Decision::Deny(format!("the command does not declare {method} {path}"));
        };
        // A command may ask the same endpoint with one credential and with the other.
        let credentials = matching().filter_map(|rule| rule.credential.as_deref()).collect();
        Decision::Allow { credentials, volatile: &first.volatile }
    }
}

impl Rule {
    fn parse(endpoint: &Endpoint) -> Result<Self, String> {
        let refuse = |reason: &str| format!("endpoint {} {}: {reason}", endpoint.method, endpoint.path);
        let method = Method::from_bytes(endpoint.method.as_bytes()).map_err(|_| refuse("not a method"))?;
        let path = endpoint.path.strip_prefix('/').ok_or_else(|| refuse("the path does not begin with a slash"))?;
        let segment = |text: &str| match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !name.is_empty() && !name.contains(['{', '}']) => Ok(Segment::Any),
            None if !is_ambiguous(text) && !text.contains(['{', '}', '?', '#', '*']) => {
                Ok(Segment::Literal(text.to_owned()))
            }
            _ => Err(refuse(&format!("can't read the part {text:?}"))),
        };
        let segments = path.split('/').map(segment).collect::<Result<_, _>>()?;
        Ok(Self {
            method,
            segments,
            credential: endpoint.credential.clone(),
            volatile: endpoint.volatile.clone().into(),
        })
    }

    fn matches(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self.segments.iter().zip(segments).all(|(rule, segment)| match rule {
                Segment::Any => true,
                Segment::Literal(literal) => literal == segment,
            })
    }
}

/// Whether a part of a path could be something else to a server: nothing, a dot segment, or an encoded
/// separator, dot or per cent sign.
fn is_ambiguous(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let dots = lower.replace("%2e", ".");
    dots.is_empty()
        || dots == "."
        || dots == ".."
        || ["%2f", "%5c", "%25", "%00", "\\"].iter().any(|bad| lower.contains(bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let endpoint = |method: &str, path: &str| Endpoint {
            method: method.into(),
            path: path.into(),
            credential: Some("token".into()),
            volatile: Vec::new(),
        };
        let endpoints = [endpoint("GET", "/api/teams/{team}"), endpoint("POST", "/api/posts")];
        Policy::new(Origin::parse("https://chat.example.com/sub/").unwrap(), Rules::parse(&endpoints).unwrap())
    }

    fn allowed(method: Method, uri: &str) -> bool {
        matches!(policy().decide(&method, &uri.parse().unwrap()), Decision::Allow { .. })
    }

    #[test]
    fn what_is_declared_is_allowed_and_nothing_else() {
        assert!(allowed(Method::GET, "https://chat.example.com/sub/api/teams/red?x=1"));
        assert!(allowed(Method::GET, "https://chat.example.com:443/sub/api/teams/red"));
        assert!(allowed(Method::POST, "https://CHAT.example.com/sub/api/posts"));
        for (method, uri) in [
            (Method::DELETE, "https://chat.example.com/sub/api/teams/red"),
            (Method::GET, "https://chat.example.com/sub/api/teams"),
            (Method::GET, "https://chat.example.com/sub/api/teams/red/members"),
            (Method::GET, "https://chat.example.com/sub/api/teams/"),
            (Method::GET, "https://chat.example.com/api/teams/red"),
            (Method::GET, "https://chat.example.com/subapi/teams/red"),
            (Method::GET, "https://chat.example.com/sub-other/api/teams/red"),
            (Method::GET, "https://chat.example.com/subx/api/teams/red"),
            (Method::GET, "http://chat.example.com/sub/api/teams/red"),
            (Method::GET, "https://chat.example.com:8443/sub/api/teams/red"),
            (Method::GET, "https://chat.example.com.evil.example/sub/api/teams/red"),
            (Method::GET, "https://chat.example.com@evil.example/sub/api/teams/red"),
            (Method::GET, "https://chat.example.com/sub/api/teams/.."),
            (Method::GET, "https://chat.example.com/sub/api/teams/%2E%2e"),
            (Method::GET, "https://chat.example.com/sub/api/teams/a%2fb"),
            (Method::GET, "https://chat.example.com/sub/api//teams/red"),
            (Method::GET, "https://chat.example.com/sub/api/x/../teams/red"),
        ] {
            assert!(!allowed(method.clone(), uri), "{method} {uri}");
        }
    }

    #[test]
    fn an_endpoint_takes_each_credential_that_a_rule_names_for_it() {
        let endpoint = |path: &str, credential: &str| Endpoint {
            method: "GET".into(),
            path: path.into(),
            credential: Some(credential.into()),
            volatile: Vec::new(),
        };
        let endpoints = [endpoint("/users/me", "a"), endpoint("/users/me", "b"), endpoint("/teams/{team}", "c")];
        let rules = Rules::parse(&endpoints).unwrap();
        let policy = Policy::new(Origin::parse("https://chat.example.com").unwrap(), rules);
        let uri = "https://chat.example.com/users/me".parse().unwrap();
        let Decision::Allow { credentials, .. } = policy.decide(&Method::GET, &uri) else {
            panic!("it is declared");
        };
        assert_eq!(credentials, ["a", "b"]);
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_an_error() {
        for (method, path) in [
            ("GET", "api"),
            ("G ET", "/api"),
            ("GET", "/api//x"),
            ("GET", "/{}"),
            ("GET", "/{a"),
            ("GET", "/a?b"),
            ("GET", "/../x"),
        ] {
            let endpoint =
                Endpoint { method: method.into(), path: path.into(), credential: None, volatile: Vec::new() };
            assert!(Rules::parse(&[endpoint]).is_err(), "{method} {path}");
        }
    }

    #[test]
    fn an_origin_is_a_base_url_and_nothing_else() {
        assert_eq!(Origin::parse("https://Chat.Example.com/a/b/").unwrap().url(), "https://chat.example.com/a/b");
        assert_eq!(Origin::parse("http://[::1]:8065").unwrap().url(), "http://[::1]:8065");
        for url in [
            "",
            "chat.example.com",
            "ftp://chat.example.com",
            "https://",
            " https://a.example",
            "https://a.example?x",
            "https://a.example#x",
            "https://a.example/%2e",
            "https://a.example/%2e%2e",
            "https://a.example/b/../c",
            "https://a.example/.",
            "https://a.example//b",
        ] {
            assert!(Origin::parse(url).is_err(), "{url}");
        }
        let error = Origin::parse("https://me:hunter2@chat.example.com").unwrap_err().to_string();
        assert!(error.contains("password") && !error.contains("hunter2"), "{error}");
    }
}
