//! A call on recorded answers: those of this very call, or of the nearest one.

use super::super::kind::Kind;
use super::super::problem::Problem;
use super::super::quote::quote;
use super::super::replay::{self, Asked, Chosen, Plan};
use super::answered::Answered;
use super::stage::{Played, Stage};
use soar::Failure;
use soar::failure::{Cause, Reason};
use soar::recording::Recording;
use soar::rehearsal::{Binding, Carried, Session};
use soar::transport::{Rehearse, Replay};
use soar_case::Call;
use soar_case::Reading;
use std::path::Path;
use std::sync::Arc;

/// A rehearsal that went through.
struct Rehearsed<'p> {
    plan: &'p Plan,
    played: Played,
    binding: Binding,
    /// Where the recording of a list ends, if it was asked for more.
    ended: Option<String>,
}

impl Stage<'_> {
    /// Performs the call on recorded answers.
    pub async fn recorded(&self) -> Result<(Played, Answered), Problem> {
        let chosen = match (&self.run.replay, &self.run.rehearse) {
            (Some(path), _) => Chosen::Same(Box::new(self.of_file(path)?)),
            (None, Some(path)) => Chosen::Near(vec![self.of_file(path)?]),
            (None, None) => replay::bundled(self.typed.command, &self.asked(), self.run.case.as_deref())?,
        };
        match chosen {
            Chosen::Same(plan) => {
                let transport = Arc::new(Replay::new(plan.recording.clone()).named(&*plan.name));
                let played = self.play(Some(&plan), transport).await?;
                Ok((played, Answered::replayed(&plan.name, plan.bundled)))
            }
            Chosen::Near(plans) => self.rehearsed(&plans).await,
            Chosen::Failures(plan) => self.only_failures(*plan).await,
        }
    }

    /// What is in a file, with a warning if not all of it could be read.
    fn of_file(&self, path: &Path) -> Result<Plan, Problem> {
        let plan = replay::from_path(path, &self.typed.command)?;
        if let Some(left_out) = plan.recording.left_out() {
            self.output.warn(&format!("not all of the recording was read: {left_out}"));
        }
        Ok(plan)
    }

    /// The call, so far as it decides what answers it.
    pub fn asked(&self) -> Asked<'_> {
        Asked {
            called: &self.run.command,
            pairs: &self.typed.pairs,
            explicit: &self.configured.gathered.explicit,
            investigation: self.typed.investigation.as_ref(),
            files: &self.run.files,
        }
    }

    async fn only_failures(&self, plan: Plan) -> Result<(Played, Answered), Problem> {
        let nothing = Arc::new(Replay::new(Recording::default()));
        let played = self.play(Some(&plan), nothing).await?;
        if !matches!(&played.result, Err(Failure { cause: Cause::ReplayMiss { .. }, .. })) {
            return Ok((played, Answered::replayed(&plan.name, plan.bundled)));
        }
        let name = &self.typed.command.name;
        let message = format!(
            "each recorded call of {name} fails: there is no success to rehearse. --case NAME rehearses a failure"
        );
        let problem = Problem::failed(Kind::ReplayMiss, message).of(&self.run.command);
        Err(problem.hint(format!("Recorded calls: soar examples {name}")))
    }

    /// Tries one recorded call after the other, until one ends as it did when it was recorded.
    async fn rehearsed(&self, plans: &[Plan]) -> Result<(Played, Answered), Problem> {
        let call = replay::asked(&self.asked());
        let mut short = None;
        for plan in plans {
            let tried = self.rehearse(plan, &call, false).await?;
            let is_recorded = match &tried.played.result {
                Ok(_) => plan.fails.is_none(),
                // What is wrong with the call itself is so whatever answers.
                Err(failure) if !is_of_answers(failure) => true,
                Err(failure) => {
                    plan.fails.as_deref() == Some(failure.kind())
                        || (plan.call.is_none() && !matches!(failure.cause, Cause::ReplayMiss { .. }))
                }
            };
            match (is_recorded, &tried.ended) {
                (true, None) => return self.told(tried, &call).await,
                (true, Some(_)) => drop(short.get_or_insert(tried)),
                (false, _) => {}
            }
        }
        match short {
            Some(tried) => self.told(tried, &call).await,
            None => Err(self.miss(plans, &call).await?),
        }
    }

    /// The call and that of a recording, as the command reads them, if it can read both.
    fn readings<'c>(&self, call: &'c Call, plan: &'c Plan) -> Option<(Reading<'c>, Reading<'c>)> {
        let read = |call| Reading::of(&self.typed.command, self.typed.command.record(), call);
        read(call).zip(plan.call.as_ref().and_then(read))
    }

    /// What the arguments of the call bind of a recording.
    fn seeds(&self, call: &Call, plan: &Plan) -> Binding {
        self.readings(call, plan).map(|(asked, recorded)| asked.binding(&recorded)).unwrap_or_default()
    }

    /// The recording, for the requests of the call.
    pub fn session(&self, call: &Call, plan: &Plan) -> Session {
        let (endpoints, seeds) = (&self.typed.command.endpoints, self.seeds(call, plan));
        let session = Session::new(endpoints, plan.recording.clone(), seeds, Carried::default());
        // Of a whole file nobody has chosen what is to come of the call.
        if plan.call.is_some() { session } else { session.without_failures() }
    }

    async fn rehearse<'p>(&self, plan: &'p Plan, call: &Call, audited: bool) -> Result<Rehearsed<'p>, Problem> {
        let mut own = plan.clone();
        let entries = self.seeds(call, plan).view("entry_id");
        own.files = std::mem::take(&mut own.files)
            .into_iter()
            .map(|(entry, file)| (entries.value(&entry.as_str().into()).as_str().unwrap_or(&entry).to_owned(), file))
            .collect();
        let rehearse = Rehearse::new(self.session(call, plan)).named(&*plan.name);
        let played = self.perform(Some(&own), Arc::new(rehearse.clone()), audited).await?;
        let ended = rehearse.ended().await.map(|ended| ended.to_string());
        Ok(Rehearsed { plan, played, binding: rehearse.binding().await, ended })
    }

    /// The rehearsal as it is told, and in the audit if there is one.
    async fn told(&self, tried: Rehearsed<'_>, call: &Call) -> Result<(Played, Answered), Problem> {
        let tried = match self.run.audit {
            Some(_) => self.rehearse(tried.plan, call, true).await?,
            None => tried,
        };
        if let Some(ended) = &tried.ended {
            self.output.warn(&format!("{ended}: a server may have more"));
        }
        let Plan { name, bundled, .. } = tried.plan;
        let answered = Answered::rehearsed(name, *bundled, &tried.binding);
        Ok((tried.played, answered.with_arguments(self.differing(tried.plan, call))))
    }

    /// The arguments and settings that a recorded call has not, or has otherwise.
    fn differing(&self, plan: &Plan, call: &Call) -> Vec<(String, String)> {
        let Some((asked, recorded)) = self.readings(call, plan) else { return Vec::new() };
        let names = [asked.names(&recorded).0, asked.others(&recorded)].concat();
        let is_other = |(name, _): &&(String, String)| {
            self.typed.command.argument(name).is_some_and(|argument| names.contains(&argument.name))
        };
        let recorded = &plan.parameters;
        let settings = call.parameters.iter().filter(|(name, value)| recorded.get(*name) != Some(*value));
        let settings = settings.map(|(name, value)| (name.clone(), value.clone()));
        self.typed.pairs.iter().filter(is_other).cloned().chain(settings).collect()
    }

    /// Why nothing fits, in terms of arguments.
    async fn miss(&self, plans: &[Plan], call: &Call) -> Result<Problem, Problem> {
        let Some(nearest) = plans.first() else {
            return Ok(Problem::failed(Kind::ReplayMiss, "there is no recording"));
        };
        let Rehearsed { played, ended, .. } = self.rehearse(nearest, call, self.run.audit.is_some()).await?;
        let mut message = "no recorded call is near enough to this one to rehearse it".to_owned();
        if let Some(recorded) = &nearest.call {
            for line in self.compared(call, nearest, ended.as_deref()) {
                message.push_str(&format!("\n  {line}"));
            }
            message.push_str(&format!("\n  this one is recorded: {}", self.line(recorded)));
        }
        let mut problem = match played.result {
            Err(Failure { cause: Cause::ReplayMiss { method, url, why }, .. }) => {
                let why = match nearest.call {
                    Some(_) => message,
                    None => format!(
                        "{why}\n  values may differ in a rehearsal: what the recording lacks is a request of this endpoint that \
                         is alike but for them, and that was not refused"
                    ),
                };
                Failure::new(&self.run.command, Cause::ReplayMiss { method, url, why }).into()
            }
            _ => Problem::failed(Kind::ReplayMiss, message),
        };
        problem.beside = Answered::rehearsed(&nearest.name, nearest.bundled, &Binding::default()).fields().into();
        let problem = problem.of(&self.run.command);
        Ok(match nearest.bundled {
            true => problem.hint(format!("Recorded calls: soar examples {}", self.typed.command.name)),
            false => problem,
        })
    }

    /// How a call differs from a recorded one, a line each.
    fn compared(&self, call: &Call, plan: &Plan, ended: Option<&str>) -> Vec<String> {
        let Some((asked, recorded)) = self.readings(call, plan) else { return Vec::new() };
        let (own, others) = asked.names(&recorded);
        let mut lines = Vec::new();
        if !own.is_empty() {
            lines.push(format!("it has {}, which the nearest recorded call has not", own.join(", ")));
        }
        if !others.is_empty() {
            lines.push(format!("it has no {}, which the nearest recorded call has", others.join(", ")));
        }
        let longer = asked.longer(&recorded);
        lines.extend(
            longer.iter().map(|(name, own, other)| format!("{name} has {own} values, and the recorded one {other}")),
        );
        let others = asked.others(&recorded);
        if lines.is_empty() && ended.is_none() && !others.is_empty() {
            lines.push(format!(
                "with this value of {} the command asks for something that was not recorded",
                others.join(" or ")
            ));
        }
        lines.extend(ended.filter(|_| longer.is_empty()).map(str::to_owned));
        lines
    }

    /// A recorded call as it is typed.
    fn line(&self, recorded: &Call) -> String {
        let words = ["soar".to_owned(), "run".to_owned(), self.run.command.clone()];
        let arguments = recorded.arguments.iter().map(|(name, value)| format!("{name}={value}"));
        let line: Vec<String> = words.into_iter().chain(arguments).map(|word| quote(&word).into_owned()).collect();
        soar::text::word(&line.join(" "), 400).into_owned()
    }
}

/// Whether a failure comes of answers.
fn is_of_answers(failure: &Failure) -> bool {
    match &failure.cause {
        Cause::Reason { reason, .. } => {
            !matches!(**reason, Reason::Argument(_) | Reason::Configuration(_) | Reason::Denied(_))
        }
        Cause::UnknownCommand { .. } | Cause::ReplayMiss { .. } | Cause::Recording(_) | Cause::Refused(_) => true,
        _ => false,
    }
}
