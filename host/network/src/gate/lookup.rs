//! Whose a credential is: a request of the host's own through a gate of its own, recorded as a call of its own.
//!
//! It is made where an audit is kept and a server answers, before the first request that the credential leaves with. Whatever
//! comes of it, that request goes on, after [`Lookups::patience`] at the latest.

use super::Gate;
use crate::accounts::{Account, Accounts, Asked, Found};
use crate::address::Private;
use crate::cover::Covering;
use crate::credentials::Sealed;
use crate::keyring::Keys;
use crate::observer::Nobody;
use crate::policy::Policy;
use crate::trail::{Auditing, CallGuard, End, Fault, Stop, Trail};
use crate::transport::{Body, Timeouts, Transport};
use http::{Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use soar_contract::limits::{Limit, Limits};
use soar_contract::manifest::AccountLookup;
use soar_contract::secret::Secret;
use soar_contract::text;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What the records of a lookup have for the command: no command of a manifest can be called so.
const COMMAND: &str = "soar:account";
/// The most of an answer, in bytes.
const MOST: u64 = 256 * 1024;
/// The most bytes of an id, and of a name.
const ID: usize = 200;
const NAME: usize = 200;

/// How a gate learns whose its credentials are. Cheap to clone.
#[derive(Clone)]
pub struct Lookups {
    /// Those of the instance.
    pub accounts: Arc<Accounts>,
    /// What may be asked for it.
    pub policy: Policy,
    /// The secrets that the call began with.
    pub keys: Arc<Keys>,
    /// What the transport tells whoever answers, on its own account.
    pub told: Arc<[Secret]>,
    /// The longest that a request waits for it.
    pub patience: Duration,
    /// Whether that is less than usual, as the call has little time.
    pub hurried: bool,
    /// Whether a request of the call has waited so long already: no other one does.
    pub waited: Arc<AtomicBool>,
}

/// What one request wants to know.
pub(super) struct Lookup {
    lookups: Lookups,
    parameter: String,
    row: AccountLookup,
    secret: Secret,
    auditing: Arc<Auditing>,
    transport: Arc<dyn Transport>,
    limits: Arc<Limits>,
    private: Private,
    redactor: Covering,
}

/// Why an account was not learnt.
struct Unknown {
    /// The kind of failure.
    kind: &'static str,
    limit: Option<&'static str>,
    why: String,
}

impl Unknown {
    fn new(kind: &'static str, why: impl Into<String>) -> Self {
        Self { kind, limit: None, why: why.into() }
    }
}

impl Gate {
    /// What is to be learnt of a request's credential, or why nothing is; none where that is nobody's question.
    pub(super) fn lookup(&self, credential: Option<&str>) -> Option<Result<Lookup, &'static str>> {
        let (parameter, auditing) = (credential?, self.trail.auditing()?);
        let lookups = match &self.lookups {
            Ok(lookups) => lookups,
            Err(why) => return Some(Err(why)),
        };
        let Some(row) = lookups.accounts.row(parameter) else {
            return Some(Err("the integration does not say how it is learnt"));
        };
        Some(Ok(Lookup {
            lookups: lookups.clone(),
            parameter: parameter.to_owned(),
            row: row.clone(),
            secret: lookups.keys.secrets.get(parameter)?.clone(),
            auditing: auditing.clone(),
            transport: self.transport.clone(),
            limits: self.limits.clone(),
            private: self.private,
            redactor: self.redactor.clone(),
        }))
    }
}

impl Lookup {
    /// The account, as far as it is known in time.
    pub(super) async fn found(self) -> Found {
        let Lookups { accounts, patience, hurried, waited, .. } = &self.lookups;
        if waited.load(Ordering::Relaxed) {
            return Err("the call has too little time to ask once more".into());
        }
        let found = accounts.of(&self.parameter, &self.secret, *patience, |left| self.ask(left)).await;
        waited.fetch_or(*hurried && found.is_err(), Ordering::Relaxed);
        found
    }

    async fn ask(&self, left: Duration) -> Asked {
        let auditing = Arc::new(self.auditing.beside(COMMAND));
        let span = tracing::info_span!("call", call = auditing.call, command = COMMAND);
        let trail = Trail::within(span, Some(auditing.clone()));
        let recording = CallGuard::begin(trail.clone(), auditing);
        let read = self.read(&trail);
        let timed = tokio::time::timeout(left, read).await;
        // A server that is slow for one with little time may be quick enough for the next.
        let hurried = timed.is_err() && (self.lookups.hurried || left < self.lookups.patience / 2);
        let read = timed
            .unwrap_or_else(|_| Err(Unknown::new("network", format!("no answer came within {} ms", left.as_millis()))));
        let unknown = read.as_ref().err();
        let outcome = unknown.map_or("done", |unknown| unknown.kind);
        let limit = unknown.and_then(|unknown| unknown.limit);
        if let Err(why) = recording.end(&End { outcome, limit, ..End::default() }) {
            // As with any request: what can't be kept ends the call.
            drop(self.auditing.failed.set(why));
        }
        let found = read.map_err(|unknown| {
            let why = text::cut(&self.redactor.sentence(&unknown.why), crate::trail::MOST).into_owned();
            tracing::debug!(parameter = self.parameter, why, "whose the credential is was not learnt");
            Arc::from(why)
        });
        match found {
            Err(why) if hurried => Asked::Hurried(why),
            found => Asked::Said(found),
        }
    }

    /// A gate for this request alone, in which its credential alone is sealed.
    fn gate(&self, trail: &Trail) -> Gate {
        let secrets = BTreeMap::from([(self.parameter.clone(), self.secret.clone())]);
        let sent = BTreeSet::from([self.parameter.clone()]);
        let most = self.limits.number(Limit::ResponseBody).min(MOST);
        Gate {
            policy: self.lookups.policy.clone(),
            sealed: Sealed::new(&secrets, &sent, &self.lookups.told, trail),
            transport: self.transport.clone(),
            observer: Arc::new(Nobody),
            limits: Arc::new((*self.limits).clone().with(Limit::ResponseBody, most)),
            trail: trail.clone(),
            private: self.private,
            redactor: self.redactor.clone(),
            turns: Arc::new(Semaphore::new(1)),
            lookups: Err("this is what asks for it"),
            aside: true,
        }
    }

    async fn read(&self, trail: &Trail) -> Result<Account, Unknown> {
        let gate = self.gate(trail);
        let placeholder = gate.sealed.placeholders().next().map(|(_, placeholder)| placeholder.to_owned());
        let placeholder = placeholder.unwrap_or_default();
        let request = Request::get(self.lookups.policy.url(&self.row.path).unwrap_or_default())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {placeholder}"))
            .body(Body::empty())
            .map_err(|error| Unknown::new("denied", format!("no request could be made of it: {error}")))?;
        let answer = gate.send(request, Timeouts::default()).await.map_err(|_| unanswered(trail))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Unknown::new(refusal(status.as_u16()), format!("the server answered {}", status.as_u16())));
        }
        let body = answer.into_body().collect().await.map_err(|_| unanswered(trail))?.to_bytes();
        // What it repeats of the credential was covered with the placeholder.
        if memchr::memmem::find(&body, placeholder.as_bytes()).is_some() {
            return Err(Unknown::new("unexpected_answer", "the server's answer repeated the credential"));
        }
        account(&self.row, &body, |name| self.redactor.text(name)).map_err(|why| Unknown::new("unexpected_answer", why))
    }
}

/// Why no answer, or not all of it, came.
fn unanswered(trail: &Trail) -> Unknown {
    match trail.stopped() {
        Some(Stop::Limit(exceeded)) => {
            return Unknown { limit: Some(exceeded.limit.name()), ..Unknown::new("limit", exceeded.to_string()) };
        }
        Some(stop @ Stop::Audit(_)) => return Unknown::new("audit", stop.to_string()),
        Some(stop @ Stop::Echo(_)) => return Unknown::new("echo", stop.to_string()),
        Some(stop @ Stop::Refused(_)) => return Unknown::new("network", stop.to_string()),
        None => {}
    }
    match trail.faults().pop() {
        Some(Fault::Denied(why)) => Unknown::new("denied", why),
        Some(Fault::Failed(why) | Fault::TooLong(why)) => Unknown::new("network", why),
        Some(Fault::Miss(miss)) => Unknown::new("replay_miss", miss.to_string()),
        None => Unknown::new("network", "no answer came"),
    }
}

fn refusal(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        500.. => "server",
        _ => "rejected",
    }
}

/// The account that an answer names, without the credentials that stand in its name: before it is cut, as no part of one is found.
fn account(row: &AccountLookup, body: &[u8], cover: impl Fn(&str) -> String) -> Result<Account, String> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| "the server's answer is no JSON".to_owned())?;
    let field = |name: &str| match answer.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    };
    let id = field(&row.id).ok_or_else(|| format!("the server's answer has no {}", row.id))?;
    // A part of an id is another one.
    if id.is_empty() || id.len() > ID || id.contains(text::is_hidden) {
        return Err(format!("what the server's answer has for {} is no id", row.id));
    }
    let name = row.name.as_deref().and_then(field).map(|name| text::cut(&cover(&name), NAME).into_owned());
    Ok(Account { id, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Account, String> {
        let (path, id, name) = ("/me".to_owned(), "id".to_owned(), Some("name".to_owned()));
        account(&AccountLookup { path, id, name }, body, str::to_owned)
    }

    #[test]
    fn a_credential_is_covered_before_a_name_is_cut() {
        let name = format!("{}secret", "n".repeat(NAME - 4));
        let body = serde_json::json!({ "id": "abc", "name": name }).to_string();
        let row = AccountLookup { path: "/me".into(), id: "id".into(), name: Some("name".into()) };
        let found = account(&row, body.as_bytes(), |name| name.replace("secret", "[redacted]")).unwrap();
        assert!(!found.name.unwrap().contains("sec"));
    }

    #[test]
    fn an_answer_names_an_account_or_does_not() {
        let account = |id: &str, name: Option<&str>| Account { id: id.to_owned(), name: name.map(str::to_owned) };
        assert_eq!(read(br#"{"id": "abc", "name": "anna", "more": [1]}"#), Ok(account("abc", Some("anna"))));
        assert_eq!(read(br#"{"id": 7}"#), Ok(account("7", None)));
        assert_eq!(read(br#"{"id": "abc", "name": {}}"#), Ok(account("abc", None)));
        for wrong in [
            &br#"{"id": ""}"#[..],
            br#"{"id": "a\nb"}"#,
            br#"{"id": "a\u202eb"}"#,
            br#"{"id": null}"#,
            br#"{"id": 1.5}"#,
            br#"{"id": ["abc"]}"#,
            br#"{"name": "anna"}"#,
            br#"["id"]"#,
            br#""id""#,
            b"<html>",
            b"",
            b"\xff",
            "[".repeat(10_000).as_bytes(),
            format!(r#"{{"id": "{}"}}"#, "x".repeat(ID + 1)).as_bytes(),
        ] {
            assert!(read(wrong).is_err(), "{}", String::from_utf8_lossy(&wrong[..wrong.len().min(80)]));
        }
        let long = read(format!(r#"{{"id": "abc", "name": "{}"}}"#, "x".repeat(1_000)).as_bytes()).unwrap();
        assert!(long.name.unwrap().len() < 1_000);
    }
}
