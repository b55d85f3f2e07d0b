//! What is kept of a call, and shown.

use super::super::markdown;
use super::super::output::{Output, Problem};
use super::super::record::{self, Recorded};
use super::super::terminal;
use super::Run;
use super::merge::{merge_context, read_context};
use super::stage::{Played, Stage};
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
    pub fn finish(self, stage: &Stage<'_>, played: Played, recorder: Option<&Record>) -> Result<(), Problem> {
        let Stage { run, typed, output, .. } = stage;
        let advisor = stage.advisor(played.bundled);
        let parameters = played.parameters.clone();
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
        let entry = match result {
            Ok(entry) => entry,
            Err(failure) => {
                if let Err(problem) = saved {
                    output.warn(&problem.message);
                }
                return Err(advisor.advise(failure.into()));
            }
        };
        // The command is done and can't be taken back: its entry is shown whatever becomes of the files.
        show(&entry, *output)?;
        let merged = match (&run.context, self.context) {
            (Some(path), Some(context)) => merge_context(path, context, &typed.command.outputs, &entry),
            _ => Ok(()),
        };
        saved.and(merged).map_err(|problem| Problem { late: true, ..problem })
    }
}

fn show(entry: &Entry, output: Output) -> Result<(), Problem> {
    if output.json {
        return output.json(&entry.to_json());
    }
    output.text(&markdown::render(&entry.readable, terminal::width()))
}
