//! What the connections of one server have in common: what it answers, what it does, what it has seen.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use soar_network::transport::Transport as _;

use super::behaviour::{Behaviour, Rule};
use super::reply::{Ending, Reply};
use crate::Script;

pub struct Serving {
    script: Script,
    rules: Vec<Rule>,
    left: Vec<AtomicUsize>,
    counts: Mutex<Counts>,
    changed: Condvar,
}

/// What a server has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// TCP connections.
    pub connections: usize,
    /// TLS handshakes that came to their end.
    pub handshakes: usize,
    /// Requests of which the head arrived, done or not.
    pub requests: usize,
    /// Connections that are over, whoever ended them.
    pub ended: usize,
}

/// How a request's line begins for a rule: `GET /a?b`.
pub fn line(parts: &Parts) -> String {
    format!("{} {}", parts.method, parts.uri.path_and_query().map_or("/", |path| path.as_str()))
}

impl Serving {
    pub fn new(script: Script, rules: Vec<Rule>) -> Serving {
        let left = rules.iter().map(|rule| AtomicUsize::new(rule.times.unwrap_or(usize::MAX))).collect();
        Serving { script, rules, left, counts: Mutex::default(), changed: Condvar::new() }
    }

    pub fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().expect("no panic"));
        self.changed.notify_all();
    }

    pub fn counts(&self) -> Counts {
        *self.counts.lock().expect("no panic")
    }

    /// Waits until this is so; for a minute at most, and says whether it is.
    pub fn wait(&self, until: impl Fn(&Counts) -> bool) -> bool {
        let counts = self.counts.lock().expect("no panic");
        let waited = self.changed.wait_timeout_while(counts, Duration::from_secs(60), |counts| !until(counts));
        !waited.expect("no panic").1.timed_out()
    }

    /// The first behaviour that is one of those and shown at this line.
    pub fn shown<T>(&self, line: &str, pick: impl Fn(&Behaviour) -> Option<T>) -> Option<T> {
        self.rules.iter().zip(&self.left).find_map(|(rule, left)| {
            let picked = pick(&rule.behaviour).filter(|_| line.starts_with(rule.at))?;
            let more = |left: usize| left.checked_sub(1);
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).ok()?;
            Some(picked)
        })
    }

    /// Whether this is shown at this line.
    pub fn does(&self, line: &str, is: impl Fn(&Behaviour) -> bool) -> bool {
        self.shown(line, |behaviour| is(behaviour).then_some(())).is_some()
    }

    /// A number that holds for each connection.
    pub fn each(&self, pick: impl Fn(&Behaviour) -> Option<usize>) -> Option<usize> {
        self.rules.iter().find_map(|rule| pick(&rule.behaviour))
    }

    /// What is answered to a request that has arrived.
    pub async fn reply(&self, mut parts: Parts, body: Bytes) -> Reply {
        let line = line(&parts);
        let instead = self.shown(&line, |behaviour| match behaviour {
            Behaviour::Silent => Some(Some(Reply::none(Ending::Silent))),
            Behaviour::HangsUpBefore => Some(Some(Reply::none(Ending::HangsUp))),
            Behaviour::Status(status) => Some(Some(Reply::gateway(*status))),
            Behaviour::Limits(limit) => Some(limit.take()),
            _ => None,
        });
        let mut reply = match instead.flatten() {
            Some(reply) => reply,
            None => {
                let is_dropped = self.does(&line, |behaviour| matches!(behaviour, Behaviour::DropsBody));
                let body = if is_dropped { Bytes::new() } else { body };
                // A script knows paths alone.
                parts.uri = line.split(' ').nth(1).and_then(|path| path.parse().ok()).expect("a path");
                let request = Request::from_parts(parts, body.into());
                Reply::of(self.script.send(request.into()).await).await
            }
        };
        if self.does(&line, |behaviour| matches!(behaviour, Behaviour::HangsUpAfter)) {
            return Reply::none(Ending::HangsUp);
        }
        for (rule, left) in self.rules.iter().zip(&self.left).filter(|(rule, _)| rule.behaviour.is_of_answers()) {
            let more = |left: usize| left.checked_sub(1);
            if line.starts_with(rule.at) && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).is_ok() {
                reply.show(&rule.behaviour).await;
            }
        }
        reply
    }
}
