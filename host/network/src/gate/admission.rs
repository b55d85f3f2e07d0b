//! Whether a request may leave, and with which credential.

use super::{Gate, kept};
use crate::headers::over;
use crate::net_error::{NetError, NetErrorKind};
use crate::policy::{Code, Decision};
use crate::trail::{Fault, Judged, Place, Step, Stop};
use http::request::Parts;
use http::{Uri, header};
use soar_contract::audit;
use soar_contract::limits::{Exceeded, Limit};
use std::sync::Arc;

/// The first line of a request, for people: without credentials.
struct Line {
    method: String,
    path: String,
}

/// A request that may leave.
pub(super) struct Admitted {
    pub(super) step: Arc<Step>,
    pub(super) volatile: Arc<[String]>,
    /// The parameter whose credential it has.
    pub(super) credential: Option<String>,
}

/// What a request may do that may leave.
struct Permit<'a> {
    code: Code,
    /// The rule that allows it.
    reason: &'a str,
    credentials: Vec<&'a str>,
    volatile: Arc<[String]>,
}

/// Why a request may not leave.
struct Refused {
    code: &'static str,
    reason: String,
    told: NetErrorKind,
}

impl Gate {
    /// Makes a request what may leave, or says why it may not.
    pub(super) fn admit(&self, request: &mut Parts) -> Result<Admitted, NetError> {
        if let Some(stop) = self.trail.stopped() {
            // Not recorded: that is what would go on for ever, or what can't be done.
            tracing::debug!(%stop, "request denied");
            return Err(NetErrorKind::HttpRequestDenied.into());
        }
        let line = Line {
            // Nor is a credential in a method that a component made up.
            method: kept(&self.redactor, request.method.as_str()),
            // Whoever gives a credential as an argument has it in a path. It is covered before the rest is cut: a part of
            // it would not be found.
            path: kept(&self.redactor, request.uri.path()),
        };
        match self.judge(request, &line) {
            Ok(permit) => {
                let (step, credential) = self.let_pass(request, &line, &permit);
                Ok(Admitted { step, volatile: permit.volatile, credential })
            }
            Err(Refused { code, reason, told }) => {
                let step = self.begin(request, &line, audit::Ruling::Deny, (code, &reason), None);
                let Line { method, path } = &line;
                step.span().in_scope(|| tracing::warn!(method, path, reason, "request denied"));
                step.end();
                Err(told.into())
            }
        }
    }

    /// What limits and policy say.
    fn judge(&self, request: &Parts, line: &Line) -> Result<Permit<'_>, Refused> {
        if self.trail.count() >= self.limits.number(Limit::Requests) {
            return Err(self.ended(self.limits.over(Limit::Requests), NetErrorKind::HttpRequestDenied));
        }
        if let Some(exceeded) = over(&request.headers, &self.limits).or_else(|| self.long_line(request)) {
            return Err(self.ended(exceeded, NetErrorKind::HttpRequestHeaderSectionSize));
        }
        match self.policy.decide(&request.method, &request.uri, &request.headers) {
            Decision::Allow { code, reason, credentials, volatile } => {
                Ok(Permit { code, reason, credentials, volatile: volatile.clone() })
            }
            Decision::Deny(denial) => {
                // Each part is looked through as it was asked: how long what is covered is, follows from a credential.
                let reason = kept(&self.redactor, &denial.reason);
                let Line { method, path } = line;
                self.trail.fault(Fault::Denied(format!("{method} {path} is not allowed: {reason}")));
                Err(Refused { code: denial.code.as_str(), reason, told: NetErrorKind::HttpRequestDenied })
            }
        }
    }

    /// The call ends, as it goes over a limit.
    fn ended(&self, exceeded: Exceeded, told: NetErrorKind) -> Refused {
        self.trail.stop(Stop::Limit(exceeded));
        Refused { code: "limit", reason: exceeded.to_string(), told }
    }

    /// Notes a request that may leave, and makes it what leaves.
    fn let_pass(&self, request: &mut Parts, line: &Line, permit: &Permit<'_>) -> (Arc<Step>, Option<String>) {
        let authorization = request.headers.get(header::AUTHORIZATION);
        let opened = authorization.and_then(|header| self.sealed.open(header, &permit.credentials));
        let (opened, credential) = opened.unzip();
        let credential = credential.map(str::to_owned);
        let why = (permit.code.as_str(), permit.reason);
        let step = self.begin(request, line, audit::Ruling::Allow, why, credential.as_deref());
        if let Some(opened) = opened {
            request.headers.insert(header::AUTHORIZATION, opened);
        }
        if self.trail.is_audited() {
            self.watch(request, &step);
        }
        (step, credential)
    }

    /// Notes what was asked and decided.
    fn begin(
        &self,
        request: &Parts,
        Line { method, path }: &Line,
        decision: audit::Ruling,
        (code, reason): (&'static str, &str),
        credential: Option<&str>,
    ) -> Arc<Step> {
        let url = if self.trail.is_audited() { self.recorded(&request.uri) } else { String::new() };
        let safe = request.method.is_safe();
        self.trail.begin(Judged { method, safe, path, url: &url, decision, code, reason, credential })
    }

    /// A URL as the audit has it: of user information nothing, of the query the names, and all of those.
    fn recorded(&self, uri: &Uri) -> String {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let place = kept(&self.redactor, &format!("{host}{}", uri.path()));
        // Before it is cut at each first `=`: a credential may end in one.
        let query = names(&self.redactor.text(uri.query().unwrap_or_default()));
        let scheme = kept(&self.redactor, uri.scheme_str().unwrap_or_default());
        format!("{scheme}://{place}{query}")
    }

    /// The first line of a request counts as a header does: it may be as long as a component likes, and is kept.
    fn long_line(&self, request: &Parts) -> Option<Exceeded> {
        let path = request.uri.path_and_query().map_or(0, |path| path.as_str().len());
        let authority = request.uri.authority().map_or(0, |authority| authority.as_str().len());
        let size = (request.method.as_str().len() + authority + path) as u64;
        (size > self.limits.number(Limit::HeaderBytes)).then(|| self.limits.over(Limit::HeaderBytes))
    }

    /// Notes placeholders that leave outside of the one place where they are opened.
    fn watch(&self, request: &Parts, step: &Step) {
        let seen = |bytes: &[u8]| self.sealed.watch().is_some_and(|mut watch| watch.sees(bytes));
        if request.uri.path_and_query().is_some_and(|path| seen(path.as_str().as_bytes())) {
            step.found_placeholder(Place::Url);
        }
        if request.headers.iter().any(|(name, value)| seen(name.as_str().as_bytes()) || seen(value.as_bytes())) {
            step.found_placeholder(Place::Header);
        }
    }
}

/// A query without its values.
fn names(query: &str) -> String {
    let mut names = String::new();
    for (index, pair) in query.split('&').filter(|_| !query.is_empty()).enumerate() {
        names.push(if index == 0 { '?' } else { '&' });
        names.push_str(pair.split('=').next().unwrap_or_default());
        names.push('=');
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_sees_no_value_of_a_query() {
        for (query, expected) in [
            ("page=1&term=secret", "?page=&term="),
            ("token", "?token="),
            ("[redacted]&a", "?[redacted]=&a="),
            ("", ""),
        ] {
            assert_eq!(names(query), expected);
        }
    }
}
