//! What is kept of a call, and shown.

use super::super::markdown;
use super::super::output::{Output, Problem};
use super::super::record::{self, Recorded};
use super::super::terminal;
use super::Run;
use super::answered::Answered;
use super::merge::{merge_context, read_context};
use super::stage::{Played, Stage};
use serde_json::Value;
use soar::Entry;
use soar::context::Context;
use soar::recording::Redactor;
use soar::transport::Record;

/// What has to be kept of a call.
pub struct Saving {
    context: Option<Context>,
}

impl Saving {
    /// Refuses what could not be kept, before anything is sent.
    pub fn check(run: &Run) -> Result<Self, Problem> {
        let context = run.context.as_deref().map(read_context).transpose()?;
        if let Some(path) = &run.record {
            record::check(run, path)?;
        }
        Ok(Self { context })
    }

    /// Keeps what came of a call, and shows it.
    pub fn finish(
        self,
        stage: &Stage<'_>,
        played: Played,
        answered: &Answered,
        recorder: Option<&Record>,
    ) -> Result<(), Problem> {
        let Stage { run, typed, output, .. } = stage;
        let advisor = stage.advisor(played.bundled);
        let (parameters, missing) = (played.parameters.clone(), played.missing.clone());
        let own = recorder.map_or_else(|| played.redactor.clone(), |recorder| recorder.redactor().clone());
        let redactor: Option<&Redactor> = run.is_live().then_some(&*own);
        let result = played.covered(redactor);
        let saved = match (&run.record, recorder, redactor) {
            (Some(path), Some(recorder), Some(redactor)) => {
                let investigation = typed.investigation.clone();
                let pairs = &typed.pairs;
                let result = &result;
                record::save(path, &Recorded { run, pairs, parameters, investigation, recorder, result, redactor })
            }
            _ => Ok(None),
        };
        let saved = saved.map(|said| {
            if let Some(said) = said {
                output.warn(&said);
            }
        });
        let is_answered =
            !matches!(&result, Err(failure) if matches!(&*failure.kind, "argument" | "configuration" | "replay_miss"));
        if let Some(line) = answered.line().filter(|_| is_answered) {
            output.note(&line);
        }
        let entry = match result {
            Ok(entry) => entry,
            Err(failure) => {
                if let Err(problem) = saved {
                    output.warn(&problem.message);
                }
                let problem = Problem { beside: answered.fields(), ..failure.into() };
                return Err(advisor.advise(problem).of_entry(missing.entry().as_deref()));
            }
        };
        // The command is done and can't be taken back: its entry is shown whatever becomes of the files.
        show(&entry, answered, *output)?;
        let merged = match (&run.context, self.context) {
            (Some(path), Some(context)) => merge_context(path, context, &typed.command.outputs, &entry),
            _ => Ok(()),
        };
        saved.and(merged).map_err(|problem| Problem { late: true, ..problem })
    }
}

fn show(entry: &Entry, answered: &Answered, output: Output) -> Result<(), Problem> {
    if output.json {
        let mut object = entry.to_json();
        if let Value::Object(fields) = &mut object {
            fields.extend(answered.fields());
        }
        return output.json(&object);
    }
    output.text(&markdown::render(&entry.readable, terminal::width()))
}
