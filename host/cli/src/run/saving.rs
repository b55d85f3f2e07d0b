//! What is kept of a call, and shown.

use super::super::cover::Covered;
use super::super::kind::Kind;
use super::super::markdown;
use super::super::output::Output;
use super::super::problem::Problem;
use super::super::signals;
use super::super::terminal;
use super::Run;
use super::answered::Answered;
use super::merge;
use super::record::{self, Recorded};
use super::stage::{Played, Stage};
use super::unsaved::{self, Unsaved};
use serde_json::{Map, Value};
use soar::Entry;
use soar::files::{PERMISSIONS, Reserved, shown};
use soar::recording::Redactor;
use soar::transport::Record;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What has to be kept of a call, and the room for it on the disk.
pub struct Saving {
    context: Option<Reserved>,
    record: Option<Reserved>,
}

impl Saving {
    /// Refuses what could not be kept, before anything is sent.
    pub fn check(run: &Run, output: Output) -> Result<Self, Problem> {
        apart(run)?;
        for path in [&run.context, &run.record].into_iter().flatten().filter(|_| !PERMISSIONS) {
            output.warn(&format!("{}: its folder says who may read it; on this system soar can't", shown(path)));
        }
        let context = run.context.as_deref().map(merge::check).transpose()?;
        let record = run.record.as_deref().map(|path| record::check(run, path)).transpose()?;
        Ok(Self { context, record })
    }

    /// Keeps what came of a call, and shows it. Nothing of a command that succeeded is lost: what it gave is kept before it
    /// is shown, and shown whatever could not be kept.
    pub fn finish(
        self,
        stage: &Stage<'_>,
        played: Played,
        answered: &Answered,
        recorder: Option<&Record>,
    ) -> Result<(), Problem> {
        let Stage { run, typed, output, .. } = stage;
        let saved = signals::end_when_interrupted();
        let advisor = stage.advisor(played.bundled);
        let (parameters, missing) = (played.parameters.clone(), played.missing.clone());
        let own = recorder.map_or_else(|| played.redactor.clone(), |recorder| recorder.redactor().clone());
        let redactor: Option<&Arc<Redactor>> = run.is_live().then_some(&own);
        let mut unsaved = Vec::new();
        let result = played.covered(redactor).or_else(|failure| {
            let (entry, line) = Unsaved::audit(failure)?;
            unsaved.push(line);
            Ok(entry)
        });
        drop(self.record);
        if let (Some(recorder), Some(redactor)) = (recorder, redactor) {
            unsaved.extend(keep(stage, recorder, redactor, parameters, &result));
        }
        let is_answered = !matches!(&result, Err(covered) if matches!(covered.failure().kind(), "argument" | "configuration" | "replay_miss"));
        if let Some(line) = answered.line().filter(|_| is_answered) {
            output.note(&line);
        }
        let entry = match result {
            Ok(entry) => entry,
            Err(covered) => {
                unsaved.iter().for_each(|unsaved| output.warn(unsaved.message()));
                let problem = Problem { beside: beside(answered, &unsaved).into(), ..covered.into() };
                return Err(advisor.advise(problem).of_entry(missing.entry().as_deref()));
            }
        };
        if let (Some(path), Some(what)) = (&run.context, answered.made_up()) {
            output.warn(&format!("what is merged into {} was {what}: no server has it", shown(path)));
        }
        if let (Some(path), Some(room)) = (&run.context, self.context)
            && let Err(why) = merge::merge(path, room, &typed.command.outputs, &entry)
        {
            unsaved.push(Unsaved::context(&why));
        }
        saved.set();
        if let Err(problem) = show(&entry, beside(answered, &unsaved), *output) {
            unsaved.push(Unsaved::output(&problem.message()));
        }
        unsaved::end(&unsaved, &entry, *output)
    }
}

/// Refuses one file for two things: what is written last would be all that is there.
fn apart(run: &Run) -> Result<(), Problem> {
    let options = [(Kind::Context, &run.context), (Kind::Record, &run.record), (Kind::Audit, &run.audit)];
    let mut seen: Vec<(Kind, PathBuf)> = Vec::new();
    for (option, path) in options.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?))) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let whole = path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name));
        if let Some((other, _)) = seen.iter().find(|(_, other)| *other == whole) {
            // What is wrong with an option's file is of the option's kind.
            let (own, other) = (option.name(), other.name());
            let message = format!("--{own} {}: it is the file of --{other}, too; expected another one", shown(path));
            return Err(Problem::wrong(option, message));
        }
        seen.push((option, whole));
    }
    Ok(())
}

/// Keeps the recording, if there is to be one; or why it is not kept.
fn keep(
    stage: &Stage<'_>,
    recorder: &Record,
    redactor: &Redactor,
    parameters: BTreeMap<String, String>,
    result: &Result<Entry, Covered>,
) -> Option<Unsaved> {
    let Stage { run, typed, output, .. } = stage;
    let path = run.record.as_ref()?;
    let (pairs, investigation) = (&typed.pairs, typed.investigation.clone());
    match record::save(path, &Recorded { run, pairs, parameters, investigation, recorder, result, redactor }) {
        Ok(said) => {
            if let Some(said) = said {
                output.warn(&said);
            }
            None
        }
        Err(problem) => Some(Unsaved::record(&problem.message())),
    }
}

/// What programs are told beside the result or the error.
fn beside(answered: &Answered, unsaved: &[Unsaved]) -> Map<String, Value> {
    let mut fields = answered.fields();
    if !unsaved.is_empty() {
        fields.insert("unsaved".into(), unsaved.iter().map(Unsaved::to_json).collect());
    }
    fields
}

fn show(entry: &Entry, beside: Map<String, Value>, output: Output) -> Result<(), Problem> {
    if output.json {
        let mut object = entry.to_json();
        if let Value::Object(fields) = &mut object {
            fields.extend(beside);
        }
        return output.json(&object);
    }
    output.text(&markdown::render(&entry.readable, terminal::width()))
}
