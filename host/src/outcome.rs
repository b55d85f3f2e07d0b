//! What became of a call: an entry, or the failure that says most.

use crate::budget::Budget;
use crate::component::{Function, READABLE};
use crate::context::Context;
use crate::contract::{Command, Failure as Reason, fields};
use crate::deadline::Deadline;
use crate::entry::{Entry, Failure};
use crate::limits::{Exceeded, Limit, Limits};
use crate::meter::exceeded;
use crate::place::Busy;
use crate::text;
use crate::trail::{Fault, Stop, Trail};
use crate::value::{self, Unfit};
use serde_json::Value;
use std::time::Duration;
use wasmtime::component::Val;
use wasmtime::component::types::Type;

/// So much of a component's reason is told to people, in bytes; the failure's fields have all of it.
const LONGEST_MESSAGE: usize = 64 * 1024;

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
            Some(stop @ Stop::Refused(_)) => match self.ended(ran) {
                Err(failure) if failure.kind == "incomplete" => Err(Failure {
                    message: format!("{}. {}", failure.message, text::line(&stop.to_string())),
                    ..failure
                }),
                _ => Err(self.stopped(&stop)),
            },
            Some(stop) => Err(self.stopped(&stop)),
        }
    }

    fn ended(&self, ran: wasmtime::Result<Val>) -> Result<Entry, Failure> {
        let faults = self.trail.faults();
        let Some(Fault::Miss(miss)) = faults.iter().find(|fault| matches!(fault, Fault::Miss(_))) else {
            return self.gave(ran, &faults).map_err(|(failure, _)| failure);
        };
        // What the recording lacks, the component can't tell from a server's refusal; the caller must. A refusal that is
        // recorded is how the call ended: what was asked for beside it explains it at best.
        match self.gave(ran, &faults) {
            Err((failure, true)) => Err(failure),
            _ => Err(Failure::new(self.name, "replay_miss", miss.to_string())
                .with("method", miss.method.as_str())
                .with("url", miss.url.as_str())),
        }
    }

    /// What the function gave; of a failure also whether it is an answer's.
    fn gave(&self, ran: wasmtime::Result<Val>, faults: &[Fault]) -> Result<Entry, (Failure, bool)> {
        let own = |failure| (failure, false);
        if let Some(why) = faults.iter().find_map(|fault| match fault {
            Fault::TooLong(why) => Some(why),
            _ => None,
        }) {
            return Err(own(Failure::new(self.name, "recording", why.as_str())));
        }
        let broken = |why: &str| own(Failure::new(self.name, "contract", text::block(why)));
        let unfit = |unfit| match unfit {
            Unfit::Value(error) => broken(&error.to_string()),
            Unfit::Over(exceeded) => own(self.limit(exceeded)),
        };
        let (Type::Result(ty), Val::Result(result)) =
            (&self.function.result, ran.map_err(|error| own(self.trapped(&error)))?)
        else {
            return Err(broken("the function gave something other than a result"));
        };
        let mut budget = Budget::new(self.limits, self.deadline.at);
        // Reading the result took time as well.
        budget.in_time().map_err(|exceeded| own(self.limit(exceeded)))?;
        match result {
            Ok(result) => {
                let (Some(ty), Some(result)) = (ty.ok(), result) else {
                    return Err(broken("the result is empty"));
                };
                let result = value::into_json_within(&ty, *result, &mut budget).map_err(unfit)?;
                self.entry(result, &mut budget).map_err(own)
            }
            Err(error) => {
                let (Some(ty), Some(error)) = (ty.err(), error) else {
                    return Err(broken("the error is empty"));
                };
                let reason = Reason::read(&ty, *error, &mut budget).map_err(unfit)?;
                Err((self.failure(&reason, faults), reason.is_answered()))
            }
        }
    }

    fn entry(&self, result: Value, budget: &mut Budget) -> Result<Entry, Failure> {
        let broken = |why: &str| Failure::new(self.name, "contract", why);
        let Value::Object(mut result) = result else { return Err(broken("the result is no record")) };
        let Some(Value::String(readable)) = result.shift_remove(READABLE) else {
            return Err(broken("the result has no text"));
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
        let (Busy::Instance(places) | Busy::Host(places)) = busy;
        with_writes(Failure::new(self.name, "busy", busy.to_string()).with("places", places), self.trail)
    }

    fn stopped(&self, stop: &Stop) -> Failure {
        match stop {
            Stop::Limit(exceeded) => self.limit(*exceeded),
            Stop::Refused(words) => with_writes(Failure::new(self.name, "network", text::line(words)), self.trail),
            Stop::Audit(_) => with_writes(Failure::new(self.name, "audit", stop.to_string()), self.trail),
            Stop::Echo(name) => {
                let failure = Failure::new(self.name, "echo", stop.to_string()).with("credential", name.as_str());
                with_writes(failure, self.trail)
            }
        }
    }

    /// A call whose time went by before it began to run.
    pub(crate) fn late(&self) -> Failure {
        self.limit(self.limits.over(Limit::Time))
    }

    fn limit(&self, exceeded: Exceeded) -> Failure {
        let Exceeded { limit, allowed } = exceeded;
        let mut failure = match self.deadline.given {
            // It is no setting that ended it.
            Some(given) if limit == Limit::Time => self.over_deadline(given),
            _ => Failure::new(self.name, "limit", exceeded.to_string())
                .with("limit", limit.name())
                .with("allowed", limit.show(allowed)),
        };
        // Its time may have gone by for a reason that no more time would mend.
        if limit == Limit::Time
            && let Some(troubles) = self.trail.troubles()
        {
            let troubles = text::line(&troubles);
            failure.message = format!("{}. In the end: {troubles}", failure.message);
            failure = failure.with("cause", &*troubles);
        }
        with_writes(failure, self.trail)
    }

    fn over_deadline(&self, given: Duration) -> Failure {
        let given = Limit::Time.show(u64::try_from(given.as_millis()).unwrap_or(u64::MAX));
        let message =
            format!("over the caller's deadline: {given} after the call began. If it needs more, set a later one");
        Failure::new(self.name, "deadline", message).with("allowed", given)
    }

    /// What is told of a component that stopped: its trap, and not the addresses of its code.
    fn trapped(&self, error: &wasmtime::Error) -> Failure {
        tracing::warn!(command = self.name, error = &*text::block(&error.to_string()), "the component stopped");
        if let Some(exceeded) = exceeded(error, self.limits) {
            return self.limit(exceeded);
        }
        let why = error.downcast_ref::<wasmtime::Trap>().map_or_else(|| format!("{error:#}"), ToString::to_string);
        with_writes(
            Failure::new(self.name, "trap", format!("the component stopped: {}", text::block(&why))),
            self.trail,
        )
    }

    /// A failure from the contract's `error`: the case is its kind, the payload's fields are its fields.
    fn failure(&self, reason: &Reason, faults: &[Fault]) -> Failure {
        // The component sees only that a request was stopped or broke; the host knows more.
        let known = faults.iter().rev().find_map(|fault| match (reason, fault) {
            (Reason::Denied(_), Fault::Denied(why)) | (Reason::Network(_), Fault::Failed(why)) => Some(why.as_str()),
            _ => None,
        });
        let wrong_call = matches!(reason, Reason::Configuration(_));
        let message = reason.to_string();
        let message = text::cut(&message, LONGEST_MESSAGE);
        if let Reason::Argument(errors) = reason {
            // Its lines are ours: what is not is one line in each.
            let problems: Vec<_> = errors.iter().map(|error| (error.clone(), error.to_string())).collect();
            return Failure { fields: fields(&problems), ..Failure::wrong(self.name, reason.kind(), &*message) };
        }
        let mut failure = Failure { wrong_call, ..Failure::new(self.name, reason.kind(), text::block(&message)) };
        if let Ok(Value::Object(mut case)) = serde_json::to_value(reason) {
            match case.shift_remove(reason.kind()) {
                Some(Value::Object(fields)) => failure.fields = fields,
                Some(seconds @ Value::Number(_)) => failure = failure.with("retry_after", seconds),
                _ => {}
            }
        }
        if let Some(known) = known {
            failure = failure.with("cause", &*text::line(known));
        }
        match reason {
            // The rule stopped this request, and none before it.
            Reason::Denied(_) => with_writes(failure, self.trail),
            Reason::Forbidden(_) if !self.command.permissions.is_empty() => {
                failure.with("permissions", self.command.permissions.as_str())
            }
            _ => failure,
        }
    }
}

/// The failure of a call whose audit could not be kept. What it gave all the same stands in the field `entry`.
pub(crate) fn unaudited(name: &str, result: Result<Entry, Failure>, why: &str, trail: &Trail) -> Failure {
    let failure = Failure::new(name, "audit", Stop::Audit(why.to_owned()).to_string());
    match result {
        Ok(entry) => with_writes(failure.with("entry", entry.to_json()), trail),
        Err(result) if result.kind == "audit" => result,
        Err(result) => with_writes(failure.with("failure", result.to_json()), trail),
    }
}

/// Says of a call that broke off what it may have changed on the server.
fn with_writes(mut failure: Failure, trail: &Trail) -> Failure {
    let writes = trail.writes();
    if writes.is_empty() {
        return failure;
    }
    failure.message =
        format!("{}. Sent before that, and perhaps done: {}", failure.message, text::line(&told(&writes)));
    failure.with("sent", writes)
}

/// Requests for people: those that are alike once with their number, and no more than a few.
fn told(writes: &[String]) -> String {
    const MOST: usize = 8;
    let alike: Vec<&[String]> = writes.chunk_by(|one, next| one == next).collect();
    let line = |alike: &&[String]| match alike {
        [one] => one.clone(),
        [one, ..] => format!("{one} {} times", alike.len()),
        [] => String::new(),
    };
    let mut lines: Vec<String> = alike.iter().take(MOST).map(line).collect();
    let more: usize = alike.iter().skip(MOST).map(|alike| alike.len()).sum();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn requests_that_are_alike_are_told_once() {
        let writes = |lines: &[&str]| told(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(writes(&["a", "b", "b", "a"]), "a; b 2 times; a");
        let many: Vec<String> = (0..20).flat_map(|number| [format!("{number}"), format!("{number}")]).collect();
        let told = told(&many);
        assert!(told.starts_with("0 2 times; 1 2 times") && told.ends_with("7 2 times; and 24 more"), "{told}");
    }
}
