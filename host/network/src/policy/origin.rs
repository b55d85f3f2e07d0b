//! Where an instance's requests go.

use super::decision::{Code, Denial};
use super::path;
use http::Uri;
use std::net::Ipv6Addr;
use url::{Host, Url};

/// Where an instance's requests go: scheme, host, port, and the path below which the server lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    host: Host,
    port: u16,
    /// The parts of the sub-path, as they read.
    base: Box<[Box<str>]>,
    url: String,
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
    /// A component is given the URL as it is written. So what is written must be what is read: a host that is another
    /// when it is read (`0x7f.1`, `bücher.example`), or a path that is ambiguous, is refused.
    ///
    /// # Errors
    /// If it is not such a URL. The error never repeats a user name or a password.
    pub fn parse(url: &str) -> Result<Self, OriginError> {
        Self::read(url).map_err(|reason| OriginError {
            reason,
            expected: "the server's base URL, such as https://chat.example.com".into(),
        })
    }

    fn read(url: &str) -> Result<Self, String> {
        if url.trim() != url || url.is_empty() {
            return Err("it is empty or has blanks around it".into());
        }
        let Some((scheme, rest)) = url.split_once("://") else { return Err("it has no scheme".into()) };
        let parsed = Url::parse(url).map_err(|error| format!("it is not a URL ({error})"))?;
        if !matches!(parsed.scheme(), "http" | "https") || !scheme.eq_ignore_ascii_case(parsed.scheme()) {
            return Err(format!("its scheme is {}, not http or https", parsed.scheme()));
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if !parsed.username().is_empty() || parsed.password().is_some() || authority.contains('@') {
            return Err("it has a user name or a password in it".into());
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err("it has a query or a fragment".into());
        }
        if parsed.port() == Some(0) {
            return Err("its port is 0".into());
        }
        let (Some(host), Some(port)) = (parsed.host(), parsed.port_or_known_default()) else {
            return Err("it has no host".into());
        };
        if !is_host(split(authority).0, &host.to_owned()) {
            return Err(format!("its host is read as {host}: write that"));
        }
        let path = path.trim_end_matches('/');
        if path.contains('%') {
            return Err("its path has encoded parts".into());
        }
        if !path.is_empty() {
            path::check(path).map_err(|ambiguity| ambiguity.to_string())?;
        }
        let authority = parsed.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        Ok(Self {
            secure: parsed.scheme() == "https",
            host: host.to_owned(),
            port,
            base: path::parts(path).map(path::read).collect(),
            url: format!("{}://{authority}{path}", parsed.scheme()),
        })
    }

    /// `https://chat.example.com/sub-path`, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many parts its sub-path has.
    pub(super) fn depth(&self) -> usize {
        self.base.len()
    }

    /// The path of a request below this origin, checked, or why it is not one.
    pub(super) fn below<'a>(&self, uri: &'a Uri) -> Result<&'a str, Denial> {
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        if authority.contains('@') {
            // Not with what stands before it, which may be a password.
            let reason = "it has a user name or a password before its host; expected the host alone";
            return Err(Denial::new(Code::Userinfo, reason));
        }
        let scheme = uri.scheme_str().unwrap_or_default();
        let secure = scheme.eq_ignore_ascii_case("https");
        let (host, port) = split(authority);
        let port = match port {
            None => Some(if secure { 443 } else { 80 }),
            Some(port) => number(port),
        };
        let Some(port) = port else {
            let reason = format!("its port can be read in more than one way, or in none: {authority}");
            return Err(Denial::new(Code::AmbiguousAuthority, reason));
        };
        let known = secure || scheme.eq_ignore_ascii_case("http");
        if !known || secure != self.secure || port != self.port || !is_host(host, &self.host) {
            let reason = format!("it goes to {scheme}://{authority}, not to {}", self.url);
            return Err(Denial::new(Code::OtherOrigin, reason));
        }
        self.below_base(uri.path())
    }

    fn below_base<'a>(&self, path: &'a str) -> Result<&'a str, Denial> {
        path::check(path).map_err(|ambiguity| {
            Denial::new(Code::AmbiguousPath, format!("{ambiguity}: it could be read in more than one way"))
        })?;
        let mut below = path;
        for base in &self.base {
            // `/sub-other` begins with `/sub` too, and is somewhere else.
            let part = below.strip_prefix('/').unwrap_or_default();
            let part = part.split_once('/').map_or(part, |(part, _)| part);
            if !path::reads(part, base) {
                let reason = format!("its path is not below {}", self.url);
                return Err(Denial::new(Code::OutsideBase, reason));
            }
            below = &below[1 + part.len()..];
        }
        if below.is_empty() {
            let reason = format!("its path is {} itself, and not below it", self.url);
            return Err(Denial::new(Code::OutsideBase, reason));
        }
        Ok(below)
    }
}

/// The host and the port of an authority without user information.
fn split(authority: &str) -> (&str, Option<&str>) {
    // The colons inside of brackets are the address's.
    let after = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[after..].find(':') {
        Some(colon) => (&authority[..after + colon], Some(&authority[after + colon + 1..])),
        None => (authority, None),
    }
}

/// A port as everybody reads it: `:`, `:0443` and `:+443` are not.
fn number(port: &str) -> Option<u16> {
    let plain = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    port.parse().ok().filter(|_| plain)
}

/// Whether a host as it is written is this one. Names have no case; a dot at the end makes another name (it is looked
/// up in another way, and another name stands in the request). An address has one spelling, or in brackets those of RFC
/// 4291, without a zone.
fn is_host(written: &str, host: &Host) -> bool {
    match host {
        Host::Domain(name) => written.eq_ignore_ascii_case(name),
        Host::Ipv4(address) => written.parse() == Ok(*address),
        Host::Ipv6(address) => {
            let inside = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            inside.and_then(|inside| inside.parse::<Ipv6Addr>().ok()) == Some(*address)
        }
    }
}
