//! What became of a call: an entry, or the failure that says most.

use crate::component::{Function, READABLE};
use crate::deadline::Deadline;
use crate::lift;
use crate::meter::exceeded;
use crate::value::{self, Unfit};
use serde_json::Value;
use soar_contract::budget::Budget;
use soar_contract::context::Context;
use soar_contract::entry::Entry;
use soar_contract::failure::{Busy, Cause, Failure};
use soar_contract::limits::{Exceeded, Limit, Limits};
use soar_contract::manifest::{Command, Reason};
use soar_contract::text;
use soar_contract::ty::Type;
use soar_network::trail::{Fault, Stop, Trail};
use wasmtime::component::Val;

/// A call that has ended.
pub(crate) struct Outcome<'a> {
    /// The command, as it was called.
    pub(crate) name: &'a str,
    pub(crate) command: &'a Command,
    pub(crate) function: &'a Function,
    pub(crate) limits: &'a Limits,
    pub(crate) deadline: Deadline,
    pub(crate) trail: &'a Trail,
}

impl Outcome<'_> {
    /// What the call gives, from what its function gave: within its output and its time.
    pub(crate) fn finish(&self, ran: wasmtime::Result<Val>) -> Result<Entry, Failure> {
        match self.trail.stopped() {
            None => self.ended(ran),
            // What was done before that, the component alone can tell.
            Some(Stop::Refused(words)) => match self.ended(ran) {
                Err(Failure { cause: Cause::Reason { reason, permissions, .. }, .. })
                    if matches!(*reason, Reason::Incomplete(_)) =>
                {
                    Err(self.failed(Cause::Reason { reason, known: Some(words), permissions }))
                }
                _ => Err(self.stopped(Stop::Refused(words))),
            },
            Some(stop) => Err(self.stopped(stop)),
        }
    }

    fn ended(&self, ran: wasmtime::Result<Val>) -> Result<Entry, Failure> {
        let faults = self.trail.faults();
        let gave = self.gave(ran, &faults);
        let Some(miss) = faults.iter().find_map(|fault| match fault {
            Fault::Miss(miss) => Some(miss),
            _ => None,
        }) else {
            return gave;
        };
        // What the recording lacks, the component can't tell from a server's refusal; the caller must. A refusal that is
        // recorded is how the call ended: what was asked for beside it explains it at best.
        match gave {
            Err(failure) if failure.reason().is_some_and(Reason::is_answered) => Err(failure),
            _ => {
                let (method, url) = (miss.method.clone(), miss.url.clone());
                Err(self.failed(Cause::ReplayMiss { method, url, why: miss.to_string() }))
            }
        }
    }

    /// What the function gave.
    fn gave(&self, ran: wasmtime::Result<Val>, faults: &[Fault]) -> Result<Entry, Failure> {
        if let Some(why) = faults.iter().find_map(|fault| match fault {
            Fault::TooLong(why) => Some(why),
            _ => None,
        }) {
            return Err(self.failed(Cause::Recording(why.clone())));
        }
        let unfit = |unfit| match unfit {
            Unfit::Value(error) => self.broken(&error.to_string()),
            Unfit::Over(exceeded) => self.limit(exceeded),
        };
        let Val::Result(result) = ran.map_err(|error| self.trapped(&error))? else {
            return Err(self.broken("the function gave something other than a result"));
        };
        let mut budget = Budget::new(self.limits, self.deadline.at);
        // Reading the result took time as well.
        budget.in_time().map_err(|exceeded| self.limit(exceeded))?;
        match result {
            Ok(result) => {
                let Some(result) = result else { return Err(self.broken("the result is empty")) };
                let ty = Type::Record(self.function.result.clone());
                let result = value::into_json_within(&ty, *result, &mut budget).map_err(unfit)?;
                self.entry(result, &mut budget)
            }
            Err(error) => {
                let (Some(ty), Some(error)) = (&self.function.error, error) else {
                    return Err(self.broken("the error is empty"));
                };
                let reason = lift::reason(ty, *error, &mut budget).map_err(unfit)?;
                Err(self.said(reason, faults))
            }
        }
    }

    fn entry(&self, result: Value, budget: &mut Budget) -> Result<Entry, Failure> {
        let Value::Object(mut result) = result else { return Err(self.broken("the result is no record")) };
        let Some(Value::String(readable)) = result.shift_remove(READABLE) else {
            return Err(self.broken("the result has no text"));
        };
        let context = Context::found(&self.command.outputs, &mut result, budget);
        let context = context.map_err(|exceeded| self.limit(exceeded))?.into();
        budget.take(text::more(&readable)).map_err(|exceeded| self.limit(exceeded))?;
        // Text for people: whoever made the component, nothing in it hides. Programs read the other fields as they are.
        let readable = text::lines(&readable).into_owned();
        Ok(Entry { command: self.name.into(), context, readable, rest: result.into() })
    }

    /// A call whose time went by before it had a place to run in, or nearly.
    pub(crate) fn busy(&self, busy: Busy) -> Failure {
        self.broke_off(busy)
    }

    fn stopped(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Limit(exceeded) => self.limit(exceeded),
            Stop::Refused(words) => self.broke_off(Cause::Refused(words)),
            Stop::Audit(why) => self.broke_off(Cause::Audit { why, result: None }),
            Stop::Echo(credential) => self.broke_off(Cause::Echo { credential }),
        }
    }

    /// A call whose time went by before it began to run.
    pub(crate) fn late(&self) -> Failure {
        self.limit(self.limits.over(Limit::Time))
    }

    fn limit(&self, exceeded: Exceeded) -> Failure {
        // Its time may have gone by for a reason that no more time would mend.
        let waiting = if exceeded.limit == Limit::Time { self.trail.troubles() } else { None };
        self.broke_off(match self.deadline.given {
            // It is no setting that ended it.
            Some(given) if exceeded.limit == Limit::Time => Cause::Deadline { given, waiting },
            _ => Cause::Limit { exceeded, waiting },
        })
    }

    /// What is told of a component that stopped: its trap, and not the addresses of its code.
    fn trapped(&self, error: &wasmtime::Error) -> Failure {
        tracing::warn!(command = self.name, error = &*text::block(&error.to_string()), "the component stopped");
        if let Some(exceeded) = exceeded(error, self.limits) {
            return self.limit(exceeded);
        }
        let why = error.downcast_ref::<wasmtime::Trap>().map_or_else(|| format!("{error:#}"), ToString::to_string);
        self.broke_off(Cause::Trap(why))
    }

    /// What the component said, with what the host knows of it.
    fn said(&self, reason: Reason, faults: &[Fault]) -> Failure {
        // The component sees only that a request was stopped or broke.
        let known = faults.iter().rev().find_map(|fault| match (&reason, fault) {
            (Reason::Denied(_), Fault::Denied(why)) | (Reason::Network(_), Fault::Failed(why)) => Some(why.clone()),
            _ => None,
        });
        let is_told = matches!(reason, Reason::Forbidden(_)) && !self.command.permissions.is_empty();
        let permissions = is_told.then(|| self.command.permissions.clone());
        // The rule stopped this request, and none before it.
        let is_stopped = matches!(reason, Reason::Denied(_));
        let cause = Cause::Reason { reason: reason.into(), known, permissions };
        if is_stopped { self.broke_off(cause) } else { self.failed(cause) }
    }

    /// A component that did not keep to its WIT.
    fn broken(&self, why: &str) -> Failure {
        self.failed(Cause::Contract(text::block(why).into_owned()))
    }

    fn failed(&self, cause: Cause) -> Failure {
        Failure::new(self.name, cause)
    }

    /// A call that broke off, with what it may have changed on the server.
    fn broke_off(&self, cause: impl Into<Cause>) -> Failure {
        Failure::new(self.name, cause).after(self.trail.writes())
    }
}

/// The failure of a call whose audit could not be kept, with what it gave all the same.
pub(crate) fn unaudited(name: &str, result: Result<Entry, Failure>, why: String, trail: &Trail) -> Failure {
    match result {
        Err(failure) if matches!(failure.cause, Cause::Audit { .. }) => failure,
        result => Failure::new(name, Cause::Audit { why, result: Some(result.into()) }).after(trail.writes()),
    }
}
