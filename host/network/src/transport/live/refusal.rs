//! A proxy that does not pass a request on, and why.

use http::header::PROXY_AUTHENTICATE;
use http::{HeaderMap, StatusCode};

use crate::net_error::NetErrorKind;
use crate::transport::TransportError;
use soar_contract::text;

/// What a proxy said instead of passing a request on: words for people, without the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It does not take the credentials, or wants some.
    Credentials(String),
    /// It does not go there, and would not another time.
    Target(String),
    /// It could not go there: nothing was sent, and another time it may.
    Unreached(String),
}

impl Refusal {
    /// What a proxy means that answered CONNECT so; nothing if it has made the tunnel.
    pub fn of_tunnel(status: StatusCode, headers: &HeaderMap, told: bool) -> Option<Refusal> {
        let answered = format!("the proxy answered {}", shown(status));
        let why = match status.as_u16() {
            200..=299 => return None,
            407 => return Refusal::of_answer(status, headers, told),
            408 | 429 | 500 | 502..=504 | 520..=599 => {
                return Some(Refusal::Unreached(format!("{answered}, and did not connect to the server")));
            }
            300..=399 => "as a rule it wants somebody to sign in on a page of its own first. Ask whoever runs it",
            403 => "it does not let this machine, or its user, reach the server. Ask whoever runs it",
            _ => "it does not make tunnels to that port, or is no proxy; expected an HTTP proxy that allows CONNECT",
        };
        Some(Refusal::Target(format!("{answered}: {why}")))
    }

    /// What a proxy means that answered a request itself; nothing if it may have passed it on. `told` is whether it was
    /// told credentials.
    pub fn of_answer(status: StatusCode, headers: &HeaderMap, told: bool) -> Option<Refusal> {
        if status != StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return None;
        }
        let values = headers.get_all(PROXY_AUTHENTICATE).into_iter().filter_map(|value| value.to_str().ok());
        let offered: Vec<&str> = values.flat_map(schemes).collect();
        let takes_basic = offered.is_empty() || offered.iter().any(|scheme| scheme.eq_ignore_ascii_case("Basic"));
        Some(Refusal::Credentials(match (takes_basic, told) {
            (true, true) => "the proxy wants other credentials (407): expected a user and password that it takes in its URL, \
                             http://user:password@host:port, with %2F for / and %25 for % in them. An account that is locked is refused, too"
                .to_owned(),
            (true, false) => {
                "the proxy wants credentials (407): expected user and password in its URL, http://user:password@host:port"
                    .to_owned()
            }
            (false, _) => format!(
                "the proxy takes {} alone (407), and here is nothing but Basic, a user and password in its URL: expected a proxy \
                 that takes this, or one on this machine that signs in to it",
                listed(&offered)
            ),
        }))
    }

    /// As what a request ends with.
    pub fn error(self, place: &str) -> TransportError {
        match self {
            Refusal::Credentials(words) | Refusal::Target(words) => {
                TransportError::Refused(format!("{place}: {words}"))
            }
            Refusal::Unreached(words) => {
                TransportError::failed(NetErrorKind::DestinationUnavailable, format!("{place}: {words}"))
            }
        }
    }

    /// The same with more to say.
    pub fn and(self, more: &str) -> Refusal {
        match self {
            Refusal::Credentials(words) => Refusal::Credentials(words + more),
            Refusal::Target(words) => Refusal::Target(words + more),
            Refusal::Unreached(words) => Refusal::Unreached(words + more),
        }
    }
}

fn shown(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// The schemes of a header's challenges: `Digest realm="a, b", nonce="c", Negotiate` has two.
fn schemes(value: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let parts = value.split(move |character| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    });
    // What has a `=` is a parameter, also with a blank before it.
    parts.filter_map(|part| {
        let (word, rest) = part.trim().split_once([' ', '\t']).unwrap_or((part.trim(), ""));
        let is_scheme =
            (1..=20).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (is_scheme && !rest.trim_start().starts_with('=')).then_some(word)
    })
}

/// Each once, for people.
fn listed(offered: &[&str]) -> String {
    /// So many are named.
    const MOST: usize = 4;
    /// Any other name is the proxy's own word.
    const KNOWN: [&str; 5] = ["Bearer", "Digest", "Kerberos", "Negotiate", "NTLM"];
    let mut once: Vec<&str> = Vec::new();
    for scheme in offered {
        if once.len() < MOST && !once.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            once.push(scheme);
        }
    }
    let shown = |scheme: &&str| match KNOWN.iter().find(|known| known.eq_ignore_ascii_case(scheme)) {
        Some(known) => (*known).to_owned(),
        None => text::quoted(scheme),
    };
    once.iter().map(shown).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenged(values: &[&'static str], told: bool) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PROXY_AUTHENTICATE, http::HeaderValue::from_static(value));
        }
        match Refusal::of_tunnel(StatusCode::PROXY_AUTHENTICATION_REQUIRED, &headers, told) {
            Some(Refusal::Credentials(words)) => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_proxy_takes_is_read_of_its_challenges() {
        for values in [
            &["Basic realm=\"x\""][..],
            &["Negotiate", "NTLM", "basic realm=\"a, NTLM\""],
            &["Digest realm=\"Basic, x\", nonce = \"y\", BASIC realm=z"],
            &["NTLM, Basic"],
            &[""],
            &[],
        ] {
            assert!(challenged(values, true).contains("other credentials"), "{values:?}");
            assert!(challenged(values, false).contains("wants credentials"), "{values:?}");
        }
        for (values, named) in [
            (&["Negotiate", "NTLM", "ntlm"][..], "takes Negotiate and NTLM alone"),
            (&["NTLM TlRMTVNTUAACAAAA=="], "takes NTLM alone"),
            (&["hunter realm=\"x\""], "takes \"hunter\" alone"),
            (&["Digest realm=\"Basic, Basic\", qop=\"auth\", nonce = \"Basic\""], "takes Digest alone"),
        ] {
            for told in [true, false] {
                assert!(challenged(values, told).contains(named), "{values:?}: {}", challenged(values, told));
            }
        }
    }

    #[test]
    fn what_was_not_sent_and_may_go_another_time_is_told_from_what_is_refused() {
        let of = |status| Refusal::of_tunnel(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), true);
        for made in [200, 204, 299] {
            assert_eq!(of(made), None);
        }
        for unreached in [408, 429, 500, 502, 503, 504, 520, 530] {
            let error = of(unreached).unwrap().error("there");
            assert!(
                matches!(&error, TransportError::Failed(error) if error.kind == NetErrorKind::DestinationUnavailable),
                "{unreached}: {error}"
            );
        }
        for refused in [302, 307, 400, 401, 403, 404, 405, 407, 451, 501, 505, 511] {
            let error = of(refused).unwrap().error("there");
            assert!(matches!(error, TransportError::Refused(_)), "{refused}: {error}");
            assert!(error.to_string().contains(&refused.to_string()), "{error}");
        }
    }
}
