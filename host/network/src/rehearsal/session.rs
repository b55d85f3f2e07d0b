//! A call that is rehearsed: which recorded exchanges answer its requests.

use super::answers;
use super::binding::Binding;
use super::carried::Carried;
use super::fit::{Fit, Unfit, fit};
use super::pages::{List, Page, with_items};
use super::route::{self, Route};
use crate::recording::{Answer, Asked, Content, Recorded, Recording, cost};
use crate::turns::Turns;
use bytes::Bytes;
use serde_json::Value;
use soar_contract::manifest::Endpoint;

/// So much of a recording is compared before it is the turn of others, in bytes.
const TURN: u64 = 1 << 20;

/// The longest answer in which something is put, in bytes; a tree of it takes up to sixty times its size in memory.
const LONGEST: usize = 4 << 20;

/// A list was asked for beyond what was recorded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// So many of it were recorded.
    pub recorded: usize,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the recording of this list ends after {}", self.recorded)
    }
}

/// Answers from one recording, with what differs bound.
#[derive(Debug)]
pub struct Session {
    routes: Vec<Route>,
    recorded: Recorded,
    /// By the place of their route.
    by_route: Vec<Vec<usize>>,
    used: Vec<bool>,
    binding: Binding,
    carried: Carried,
    ended: Option<Ended>,
    /// Whether an answer that says no stands for another request than that of its recording.
    failures: bool,
}

/// No recorded exchange can stand for a request.
#[derive(Debug)]
pub(crate) struct Unanswered {
    /// Those of the same route.
    pub(crate) here: Vec<usize>,
}

impl Session {
    /// Answers the requests of a command that declares these endpoints, from a recording: `binding` is what its arguments
    /// say, and `carried` what calls before it were told.
    #[must_use]
    pub fn new(endpoints: &[Endpoint], recording: Recording, binding: Binding, carried: Carried) -> Self {
        let routes: Vec<Route> = endpoints.iter().map(Route::of).collect();
        let recorded = Recorded::from(recording);
        let mut by_route = vec![Vec::new(); routes.len()];
        for (index, exchange) in recorded.exchanges.iter().enumerate() {
            let asked = Asked::of(&exchange.request);
            if let Some(route) = route::find(&routes, &asked.method, &asked.path) {
                by_route[route].push(index);
            }
        }
        let used = vec![false; recorded.exchanges.len()];
        Self { routes, used, recorded, by_route, binding, carried, ended: None, failures: true }
    }

    /// The same, for a recording that nobody chose for its outcome: that a server said no to something is no answer to
    /// something else.
    #[must_use]
    pub fn without_failures(self) -> Self {
        Self { failures: false, ..self }
    }

    /// What was bound so far.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// What the answers so far told, for the next call.
    #[must_use]
    pub fn carried(&self) -> &Carried {
        &self.carried
    }

    /// Whether a list was asked for beyond what was recorded of it.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    pub(crate) fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// The answer to a request.
    pub(crate) async fn answer(&mut self, asked: &Asked, volatile: &[String]) -> Result<Answer, Unanswered> {
        let Some(route) = route::find(&self.routes, &asked.method, &asked.path) else {
            return Err(Unanswered { here: Vec::new() });
        };
        let here = self.by_route[route].clone();
        let Some((index, fit)) = self.nearest(route, &here, asked, volatile).await else {
            return Err(Unanswered { here });
        };
        let mut answer = self.recorded.exchanges[index].answer.clone();
        match fit.page {
            None => self.used[index] = true,
            Some(page) => {
                let items = self.items(&self.list(&self.routes[route], &here, asked, &fit), page);
                let body = items.zip(kept(&answer)).and_then(|(items, body)| with_items(body, items));
                let Some(body) = body else { return Err(Unanswered { here }) };
                answer.content = Content::Kept(Bytes::from(body.to_string()));
            }
        }
        let is_new = asked.method == "POST" && answer.status == 201;
        Ok(self.bound(answer, fit, is_new))
    }

    /// The recorded exchange that needs least to be bound; of those the first.
    async fn nearest(
        &mut self,
        route: usize,
        here: &[usize],
        asked: &Asked,
        volatile: &[String],
    ) -> Option<(usize, Fit)> {
        let is_safe = matches!(&*asked.method, "GET" | "HEAD");
        let mut nearest: Option<(usize, (usize, bool), Fit)> = None;
        let (mut turns, mut ended) = (Turns::new(TURN), None);
        for index in here.iter().copied() {
            turns.give().await;
            let exchange = &self.recorded.exchanges[index];
            turns.took(cost(&exchange.request) + asked.body.len() as u64);
            let used = self.used[index];
            if !exchange.is_playable() || (used && !is_safe) {
                continue;
            }
            match fit(&self.routes[route], &Asked::of(&exchange.request), asked, &self.binding, volatile) {
                // What has answered stands for what it stood for, and for nothing else.
                Ok(fit) if used && fit.new > 0 && fit.page.is_none() => {}
                Ok(fit) if !self.failures && exchange.answer.status >= 400 && fit.new > 0 => {}
                Ok(fit) => {
                    let new = (fit.new + fit.added.len() + usize::from(fit.page.is_some()), used);
                    if nearest.as_ref().is_none_or(|(_, least, _)| new < *least) {
                        nearest = Some((index, new, fit));
                    }
                    if new == (0, false) {
                        break;
                    }
                }
                Err(Unfit::Ends { recorded }) => ended = ended.or(Some(Ended { recorded })),
                Err(Unfit::Differs) => {}
            }
        }
        if nearest.is_none() {
            self.ended = self.ended.or(ended);
        }
        nearest.map(|(index, _, fit)| (index, fit))
    }

    /// The items of a page of what was recorded of a list; none if nothing was.
    fn items(&mut self, list: &List, page: Page) -> Option<Vec<Value>> {
        match list.page(page) {
            Ok((items, ended)) => {
                self.ended = self.ended.or(ended);
                Some(items)
            }
            // The page before it was cut short there already, and said so.
            Err(ended) if self.ended == Some(ended) => Some(Vec::new()),
            // What is no list has no end either.
            Err(ended) => {
                self.ended = self.ended.or(Some(ended).filter(|ended| ended.recorded > 0));
                None
            }
        }
    }

    /// What was recorded of a list; nothing of what is no list.
    fn list(&self, route: &Route, here: &[usize], asked: &Asked, found: &Fit) -> List {
        let mut list = List::default();
        for index in here {
            let exchange = &self.recorded.exchanges[*index];
            let recorded = Asked::of(&exchange.request);
            let (Some(page), Some(body)) = (Page::of(&recorded.query), kept(&exchange.answer)) else { continue };
            let is_same = fit(route, &recorded, asked, &found.binding, &[]).is_ok_and(|fit| fit.new == 0);
            if exchange.is_playable() && exchange.answer.status < 300 && is_same {
                list.add(page, body);
            }
        }
        list
    }

    fn bound(&mut self, answer: Answer, fit: Fit, is_new: bool) -> Answer {
        let Fit { binding, dropped, added, .. } = fit;
        self.binding = binding;
        let Some(recorded) = kept(&answer).and_then(json) else {
            return answers::text(answer, &self.binding);
        };
        let mut body = answers::bound(&recorded, &self.binding, &dropped, &added);
        if self.carried.recognize(&body, is_new, &mut self.binding) {
            body = answers::bound(&recorded, &self.binding, &dropped, &added);
        }
        self.carried.learn(&body);
        match body == recorded {
            true => answer,
            false => Answer { content: Content::Kept(Bytes::from(body.to_string())), ..answer },
        }
    }
}

fn kept(answer: &Answer) -> Option<&[u8]> {
    match &answer.content {
        Content::Kept(body) => Some(body),
        Content::Lost(_) | Content::Unplayable(_) => None,
    }
}

/// A body as JSON, if it is some, and not too much.
pub(super) fn json(body: &[u8]) -> Option<Value> {
    (body.len() <= LONGEST).then(|| serde_json::from_slice(body).ok()).flatten()
}
