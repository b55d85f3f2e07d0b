//! `soar run --dry-run`: the requests that would leave.

use super::super::problem::Problem;
use super::super::replay::{self, Chosen};
use super::stage::Stage;
use serde_json::{Value, json};
use soar::recording::Redactor;
use soar::text;
use soar::transport::{Dry, Fate, Planned, Rehearse, Source};
use std::sync::Arc;

/// So many characters of a body are shown.
const LONGEST: usize = 2_000;

impl Stage<'_> {
    /// Performs the call so far as it changes nothing, and shows what it would send.
    pub async fn dry(&self) -> Result<(), Problem> {
        let (live, _) = self.live()?;
        let dry = Dry::new(live, self.rehearsal(), &self.configured.gathered.settings.secrets);
        let played = self.play(None, Arc::new(dry.clone())).await?;
        let planned = dry.planned();
        // What comes of an answer that no server gave is no failure of a server's.
        let is_held = match &played.result {
            Err(_) => planned.iter().any(|planned| planned.fate != Fate::Sent),
            Ok(_) => planned.iter().any(|planned| planned.fate == Fate::Held),
        };
        let (advisor, redactor) = (self.advisor(played.bundled), played.redactor.clone());
        match played.covered(Some(&redactor)) {
            // What was refused before anything that changes would have left is what a run would end with, too.
            Err(failure) if !is_held => {
                if !self.output.json && !planned.is_empty() {
                    listed(&planned, &redactor, false).lines().for_each(|line| self.output.note(line));
                }
                let mut beside = self.object(&planned, &redactor, false);
                let beside = ["source", "requests", "complete"].map(|name| (name.to_owned(), beside[name].take()));
                Err(advisor.advise(Problem { beside: Box::new(beside.into_iter().collect()), ..failure.into() }))
            }
            _ if self.output.json => self.output.json(&self.object(&planned, &redactor, is_held)),
            _ => self.output.text(&listed(&planned, &redactor, is_held)),
        }
    }

    /// What answers what is not sent: the nearest recorded call, if there is one.
    fn rehearsal(&self) -> Option<Rehearse> {
        let asked = self.asked();
        let plan = match replay::bundled(self.typed.command, &asked, None).ok()? {
            Chosen::Same(plan) => *plan,
            Chosen::Near(plans) => plans.into_iter().next()?,
            Chosen::Failures(_) => return None,
        };
        Some(Rehearse::new(self.session(&replay::asked(&asked), &plan)))
    }

    fn object(&self, planned: &[Planned], redactor: &Redactor, is_held: bool) -> Value {
        let request = |request: &Planned| {
            let body = (!request.body.is_empty()).then(|| body(request, redactor));
            json!({
                "method": request.method,
                "url": redactor.shown(&request.url),
                "credential": request.credential,
                "sent": request.fate == Fate::Sent,
                "body": body,
            })
        };
        let arguments: serde_json::Map<_, _> =
            self.typed.pairs.iter().map(|(name, value)| (name.clone(), redactor.shown(value).into())).collect();
        json!({
            "command": self.run.command,
            "source": Source::DryRun.name(),
            "arguments": arguments,
            "requests": planned.iter().map(request).collect::<Vec<_>>(),
            "complete": !is_held,
        })
    }
}

/// What would be sent, for people.
fn listed(planned: &[Planned], redactor: &Redactor, is_held: bool) -> String {
    let mut all = String::new();
    for request in planned {
        let credential = request.credential.as_deref().unwrap_or("no credential");
        let url = text::line(&redactor.shown(&request.url)).into_owned();
        all.push_str(&format!("{} {url}\n  with {credential}: {}\n", request.method, fate(request.fate)));
        if !request.body.is_empty() {
            all.push_str(&format!("  {}\n", body(request, redactor)));
        }
    }
    let end = match (is_held, planned.is_empty()) {
        (true, _) => "What follows depends on the answer to the last one.",
        (false, true) => "Nothing would be sent.",
        (false, false) => "That is all.",
    };
    format!("{all}{end} Nothing that changes anything was sent.\n")
}

fn body(request: &Planned, redactor: &Redactor) -> String {
    match std::str::from_utf8(&request.body) {
        Ok(body) => text::word(&redactor.shown(body), LONGEST).into_owned(),
        Err(_) => format!("{} bytes", request.body.len()),
    }
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Sent => "sent, as it only reads",
        Fate::Rehearsed => "not sent; a recorded answer stands in for the server's from here on",
        Fate::Held => "not sent",
    }
}
