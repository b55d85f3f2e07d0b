//! Which proxy a request goes through.

use std::fmt;
use std::sync::Arc;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::exempt::Exempt;
use super::options::OptionsError;
use super::verdict::Verdict;
use crate::address::Host;
use soar_contract::secret::Secret;

const EXPECTED: &str = "the URL of an HTTP proxy, such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, \
                        with %2F for / and %25 for % in them";

/// Proxies, and the hosts that are reached without one. What can't be used is an error where a request would go through
/// it, and nowhere else. A clone knows what was said to the others: what is told a wrong password by one transport is not told
/// it by the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    http: Option<Result<Named, OptionsError>>,
    https: Option<Result<Named, OptionsError>>,
    no: Exempt,
}

/// A proxy's URL, perhaps with credentials, and what to call it in errors.
#[derive(Clone)]
struct Named {
    url: String,
    name: String,
    /// One for all that are told the same password.
    verdict: Arc<Verdict>,
}

impl PartialEq for Named {
    fn eq(&self, other: &Named) -> bool {
        (&self.url, &self.name) == (&other.url, &other.name)
    }
}

impl Eq for Named {}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Proxy {
    /// The proxies for `http` and `https` URLs by their own URLs, and the hosts of `no` by none: a list as in `NO_PROXY`.
    /// What can't be read of it is passed over, and told by [`warnings`](Self::warnings). Credentials in a proxy's URL are
    /// sent to it, and shown nowhere.
    ///
    /// # Errors
    /// If a URL is not that of an HTTP proxy.
    pub fn new(http: Option<&str>, https: Option<&str>, no: &str) -> Result<Proxy, OptionsError> {
        let named = |name: &str, url: Option<&str>| url.map(|url| Named::check(name, url)).transpose();
        Ok(Proxy {
            http: named("the proxy for http", http)?.map(Ok),
            https: named("the proxy for https", https)?.map(Ok),
            no: Exempt::read("the hosts without a proxy", no),
        })
    }

    /// The system's proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, also in lower case, where upper
    /// case comes first. Empty ones count as none. Whether one can be used is of no matter before a request would go
    /// through it: see [`check`](Self::check).
    ///
    /// Where `REQUEST_METHOD` is set, this is a CGI program, `HTTP_PROXY` is what a client sent as its header `Proxy`,
    /// and only `http_proxy` counts.
    #[must_use]
    pub fn system(environment: &dyn Fn(&str) -> Option<String>) -> Proxy {
        let given = |name: &str| Some((name.to_owned(), environment(name).filter(|value| !value.is_empty())?));
        let either = |name: &str| given(name).or_else(|| given(&name.to_lowercase()));
        let all = either("ALL_PROXY");
        let http = if environment("REQUEST_METHOD").is_some() { given("http_proxy") } else { either("HTTP_PROXY") };
        let check = |given: Option<(String, String)>| given.map(|(name, url)| Named::check(&name, &url));
        Proxy {
            http: check(http.or_else(|| all.clone())),
            https: check(either("HTTPS_PROXY").or(all)),
            no: either("NO_PROXY").map(|(name, no)| Exempt::read(&name, &no)).unwrap_or_default(),
        }
    }

    /// What was passed over of the list of hosts without a proxy, as it can't be read: lines for people.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.no.warnings
    }

    /// Whether requests to an origin can be sent: directly, or through the proxy on the way.
    ///
    /// # Errors
    /// If the proxy on the way can't be used; names the variable, and no credentials.
    pub fn check(&self, origin: &Uri) -> Result<(), OptionsError> {
        self.on_the_way_to(origin).map(drop)
    }

    /// The proxy on the way to an origin: what it was called when it was given, such as its variable, and its URL without
    /// credentials. None if there is none, or one that can't be used.
    #[must_use]
    pub fn way_to(&self, origin: &Uri) -> Option<(String, String)> {
        let via = self.on_the_way_to(origin).ok().flatten()?;
        let named = if origin.scheme() == Some(&Scheme::HTTPS) { &self.https } else { &self.http };
        Some((named.as_ref()?.as_ref().ok()?.name.clone(), via.name))
    }

    /// What is sent to the proxies as credentials, and the passwords as they are.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        [&self.http, &self.https].into_iter().flatten().flatten().flat_map(Named::secrets).collect()
    }

    /// The same of the one proxy that is told it with each request to an origin, and that may have it in an answer. One
    /// that digs a tunnel is told before, and nothing that it says is an answer.
    pub(super) fn told(&self, origin: &Uri) -> Vec<Secret> {
        let is_asked = origin.scheme() == Some(&Scheme::HTTP) && matches!(self.on_the_way_to(origin), Ok(Some(_)));
        self.http.iter().flatten().filter(|_| is_asked).flat_map(Named::secrets).collect()
    }

    /// The proxy on the way to an origin.
    ///
    /// # Errors
    /// If it can't be used.
    pub(super) fn on_the_way_to(&self, origin: &Uri) -> Result<Option<Via>, OptionsError> {
        let is_https = origin.scheme() == Some(&Scheme::HTTPS);
        let Some(named) = (if is_https { &self.https } else { &self.http }) else { return Ok(None) };
        let port = origin.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let host = Host::parse(origin.host().unwrap_or_default());
        if host.is_ok_and(|host| self.no.has(&host, port)) {
            return Ok(None);
        }
        named.as_ref().map(Named::via).map_err(Clone::clone)
    }
}

impl Named {
    fn check(name: &str, given: &str) -> Result<Named, OptionsError> {
        let refuse = |problem: &str| OptionsError { what: name.into(), problem: problem.into(), expected: EXPECTED };
        let url = if given.contains("://") { encoded(given) } else { encoded(&format!("http://{given}")) };
        let uri: Uri = url.parse().map_err(|_| refuse("it is not a URL"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(refuse("TLS to the proxy itself is not supported")),
            _ => return Err(refuse("its scheme is not http")),
        }
        let host = uri.host().ok_or_else(|| refuse("it has no host"))?;
        Host::parse(host).map_err(|error| refuse(&error.to_string()))?;
        let place = uri.authority().map_or("", |authority| authority.as_str()).rsplit('@').next().unwrap_or_default();
        if place != host && uri.port_u16().is_none_or(|port| port == 0) {
            return Err(refuse("its port is none"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(refuse("it has a path or a query"));
        }
        Ok(Named { url, name: name.into(), verdict: Arc::default() })
    }

    /// The way through it.
    fn via(&self) -> Option<Via> {
        let matcher = Matcher::builder().all(self.url.as_str()).build();
        let found = matcher.intercept(&Uri::from_static("http://server.invalid"))?;
        let (host, port) = (found.uri().host()?, found.uri().port_u16().unwrap_or(80));
        let host = Host::parse(host).ok()?;
        let (name, authorization) = (format!("http://{host}:{port}"), found.basic_auth().cloned());
        Some(Via { name, host, port, authorization, verdict: self.verdict.clone() })
    }

    /// What is sent to it as its credentials, and the password as it is.
    fn secrets(&self) -> Vec<Secret> {
        let sent = self.via().and_then(|via| via.authorization);
        let sent = sent.as_ref().and_then(|value| value.to_str().ok()?.strip_prefix("Basic ").map(str::to_owned));
        let password = url::Url::parse(&self.url).ok().and_then(|url| url.password().map(str::to_owned));
        let password = password.map(|text| percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into());
        sent.into_iter().chain(password).map(Secret::new).collect()
    }
}

/// A URL in whose user and password everything that only stands for itself may be as it is: the last `@` ends them. A part of
/// a password would be a wrong one.
fn encoded(url: &str) -> String {
    const ENCODED: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'@').add(b'[').add(b'\\').add(b']');
    const ALL: &AsciiSet = &ENCODED.add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    let parts = url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    match parts {
        Some((scheme, (credentials, place))) if !credentials.contains(['/', '?', '#']) => {
            format!("{scheme}://{}@{place}", utf8_percent_encode(credentials, ALL))
        }
        _ => url.to_owned(),
    }
}

/// A proxy on the way.
#[derive(Clone)]
pub(super) struct Via {
    /// Its URL, without credentials.
    pub name: String,
    pub host: Host,
    pub port: u16,
    pub authorization: Option<HeaderValue>,
    /// What it has made of us.
    pub verdict: Arc<Verdict>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(variables: &[(&str, &str)]) -> Proxy {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Proxy::system(&|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    fn way(proxy: &Proxy, origin: &'static str) -> Option<String> {
        proxy.on_the_way_to(&Uri::from_static(origin)).unwrap().map(|via| via.name)
    }

    #[test]
    fn the_environment_says_which() {
        let proxy = system(&[("https_proxy", "a:1"), ("HTTP_PROXY", "http://b"), ("no_proxy", "c.test,10.0.0.0/8")]);
        assert_eq!(way(&proxy, "https://chat.test"), Some("http://a:1".into()));
        assert_eq!(way(&proxy, "http://chat.test"), Some("http://b:80".into()));
        for without in ["https://c.test", "https://a.c.test:8443", "http://10.1.2.3:8065"] {
            assert_eq!(way(&proxy, without), None, "{without}");
        }
        assert_eq!(way(&proxy, "https://abc.test"), Some("http://a:1".into()));
        let all = system(&[("ALL_PROXY", "http://all:3128"), ("HTTP_PROXY", ""), ("NO_PROXY", "")]);
        assert_eq!(way(&all, "https://c.test"), Some("http://all:3128".into()));
        assert_eq!(way(&all, "http://c.test"), Some("http://all:3128".into()));
        assert_eq!(way(&system(&[("ALL_PROXY", "a"), ("NO_PROXY", "*")]), "https://c.test"), None);
        assert_eq!(way(&system(&[]), "https://c.test"), None);
    }

    #[test]
    fn upper_case_comes_first_but_not_from_a_cgi_client() {
        let proxy = system(&[("HTTP_PROXY", "upper"), ("http_proxy", "lower")]);
        assert_eq!(way(&proxy, "http://c.test"), Some("http://upper:80".into()));
        let cgi = system(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil"), ("HTTPS_PROXY", "good")]);
        assert_eq!(way(&cgi, "http://c.test"), None);
        assert_eq!(way(&cgi, "https://c.test"), Some("http://good:80".into()));
    }

    #[test]
    fn credentials_are_sent_and_not_shown() {
        let proxy = system(&[("HTTPS_PROXY", "http://us%40er:hunter2@proxy:3128/")]);
        let via = proxy.on_the_way_to(&Uri::from_static("https://c.test")).unwrap().unwrap();
        assert_eq!(via.authorization.unwrap(), "Basic dXNAZXI6aHVudGVyMg==");
        assert_eq!(via.name, "http://proxy:3128");
        assert!(!format!("{proxy:?}").contains("hunter2"));
        let secrets = proxy.secrets();
        assert_eq!(secrets.iter().map(Secret::expose).collect::<Vec<_>>(), ["dXNAZXI6aHVudGVyMg==", "hunter2"]);
        assert!(system(&[("HTTP_PROXY", "http://proxy:3128")]).secrets().is_empty());
    }

    /// A part of a password, or another one, would be a wrong one.
    #[test]
    fn a_password_is_told_whole_however_it_is_written() {
        for (given, user, password) in [
            ("us@er:hunt@er2@proxy", "us@er", "hunt@er2"),
            ("http://CORP\\us:p w^|{}\"[]<>`ü@proxy:3128", "CORP\\us", "p w^|{}\"[]<>`ü"),
            ("http://us:a%40b%25c%zz:d@proxy", "us", "a@b%c%zz:d"),
        ] {
            let proxy = system(&[("HTTPS_PROXY", given)]);
            let secrets = proxy.secrets();
            let [sent, told] = &secrets[..] else { panic!("{given}: {}", secrets.len()) };
            assert_eq!(told.expose(), password);
            use base64::Engine as _;
            let expected = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            assert_eq!(sent.expose(), expected, "{given}");
            let via = proxy.on_the_way_to(&Uri::from_static("https://c.test")).unwrap().unwrap();
            assert_eq!(via.host, Host::Name("proxy".into()));
        }
    }

    /// A server that is reached past the proxy, or through a tunnel, can't know what the proxy was told.
    #[test]
    fn only_a_proxy_that_answers_itself_can_repeat_what_it_was_told() {
        let proxy =
            Proxy::new(Some("http://u:hunter2@a"), Some("http://u:hunter3@b"), "direct.test,10.0.0.0/8").unwrap();
        let told = |origin: &'static str| {
            let told = proxy.told(&Uri::from_static(origin));
            told.iter().map(|secret| secret.expose().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(told("http://c.test:8065/base"), ["dTpodW50ZXIy", "hunter2"]);
        for other in ["https://c.test", "http://direct.test", "http://10.1.2.3"] {
            assert!(told(other).is_empty(), "{other}");
        }
        assert!(
            Proxy::new(None, Some("http://u:hunter3@b"), "").unwrap().told(&Uri::from_static("http://c")).is_empty()
        );
    }

    /// Each program has its own idea of what may stand there: an entry that is none of ours must not stop a call.
    #[test]
    fn what_is_no_host_is_passed_over_and_said() {
        let wrong = "a.test, 10.0.0.0/33 a^b";
        for proxy in [system(&[("NO_PROXY", wrong)]), Proxy::new(Some("http://proxy"), None, wrong).unwrap()] {
            let warnings = proxy.warnings();
            assert!(
                warnings.len() == 2 && warnings[1].contains("\"a^b\" is passed over: it is no host"),
                "{warnings:?}"
            );
        }
        let all = Proxy::new(Some("http://proxy"), None, "a.test, *").unwrap();
        assert_eq!(way(&all, "http://10.0.0.1"), None);
    }

    #[test]
    fn a_proxy_that_cant_be_used_is_an_error_where_it_would_be_asked() {
        let proxy =
            system(&[("ALL_PROXY", "socks5://u:hunter2@proxy:1080"), ("HTTPS_PROXY", "a"), ("NO_PROXY", "c.test")]);
        assert_eq!(way(&proxy, "https://chat.test"), Some("http://a:80".into()));
        assert_eq!(way(&proxy, "http://c.test"), None);
        let error = proxy.check(&Uri::from_static("http://chat.test")).unwrap_err();
        assert_eq!((error.what.as_str(), error.problem.as_str()), ("ALL_PROXY", "its scheme is not http"));
        assert!(proxy.secrets().is_empty() && !format!("{proxy:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_no_proxy_is_an_error() {
        for (url, problem) in [
            ("socks5://u:hunter2@proxy:1080", "its scheme is not http"),
            ("https://u:hunter2@proxy", "TLS to the proxy itself is not supported"),
            ("http://u:hunter2@pro xy", "it is not a URL"),
            ("http://u:hunter2/x@proxy", "its port is none"),
            ("http://u:hunter2@proxy/@x", "it has a path or a query"),
            ("http://u:hunter2@1.2.3.4.5", "neither a name nor an address"),
            ("http://proxy/hunter2", "it has a path or a query"),
            ("http://u:hunter2@proxy:99999", "its port is none"),
            ("http://u:hunter2@proxy:0", "its port is none"),
        ] {
            let proxy = system(&[("https_proxy", url)]);
            let error = proxy.check(&Uri::from_static("https://c.test")).unwrap_err().to_string();
            assert!(error.starts_with("https_proxy: ") && error.contains(problem), "{error}");
            assert!(error.contains("expected the URL of an HTTP proxy") && !error.contains("hunter2"), "{error}");
        }
    }
}
