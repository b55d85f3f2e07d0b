//! The kinds of parameters that an instance file had when it was used last.
//!
//! What a component says itself is no secret it reads. Of what comes from the environment a component from elsewhere gets
//! secrets alone, so it is the files that may have had something in them which was a secret before.

use super::instance::InstanceFile;
use super::kind::Kind;
use super::output::Output;
use super::problem::Problem;
use super::state::State;
use soar::Kinds;
use soar::files::shown;
use soar::manifest::{Integration, ParameterKind};

/// What is remembered: of each parameter by itself, so that two runs at once lose nothing of each other.
const KINDS: &str = "kind";

/// Refuses a component that reads what was a secret when the file was used last, or the like, unless `accepted` has the
/// parameter with its new kind. All that stands in the file counts, whether the command sends it or not. Nothing of it is
/// read. Gives the kinds that are new.
///
/// # Errors
/// If the kind of a parameter has changed; the error names it and both kinds.
pub fn check(file: &InstanceFile, integration: &Integration, accepted: &[(String, String)]) -> Result<Kinds, Problem> {
    // Without a place to remember it the file is not remembered as trusted either: where something is sent, the user has
    // just said that it is.
    let Ok(state) = State::open() else { return Ok(Kinds::default()) };
    let in_file = integration.parameters.iter().filter(|parameter| file.value(&parameter.name).is_some());
    let now: Kinds = in_file.map(|parameter| (parameter.name.clone(), parameter.kind)).collect();
    let mut before = Vec::new();
    for (name, _) in now.iter() {
        if let Some(kept) = state.recall(&words(&place(file), name)).map_err(|why| unusable(&why))? {
            let kind = String::from_utf8(kept).ok().and_then(|kept| ParameterKind::named(kept.trim_end()));
            let kind = kind.ok_or_else(|| unusable(&format!("the kind of {name} is none")))?;
            before.push((name.to_owned(), kind));
        }
    }
    let before: Kinds = before.into_iter().collect();
    let is_accepted = |parameter: &str, kind: ParameterKind| {
        accepted.iter().any(|(name, accepted)| name == parameter && accepted == kind.name())
    };
    for change in before.changes(&now) {
        if !is_accepted(&change.parameter, change.now) {
            let (name, kind) = (&change.parameter, change.now.name());
            let message = format!(
                "{}: {change}; expected the component that was used then, or --kind {name}={kind} if that is right",
                shown(&file.path)
            );
            return Err(refuse(message).of_parameter(name.as_str()));
        }
    }
    let new = now.iter().filter(|new| !before.iter().any(|old| old == *new));
    Ok(new.map(|(name, kind)| (name.to_owned(), kind)).collect())
}

/// Remembers kinds for the next time.
pub fn remember(file: &InstanceFile, new: &Kinds, output: Output) {
    let Ok(state) = State::open() else { return };
    for (name, kind) in new.iter() {
        if let Err(why) = state.remember(&words(&place(file), name), format!("{}\n", kind.name()).as_bytes()) {
            output.warn(&format!(
                "{}: that {name} is of the kind {} is not remembered: {why}",
                shown(&file.path),
                kind.name()
            ));
        }
    }
}

fn place(file: &InstanceFile) -> String {
    file.place().to_string_lossy().into_owned()
}

fn words<'a>(place: &'a str, name: &'a str) -> [&'a str; 3] {
    [KINDS, place, name]
}

fn refuse(message: String) -> Problem {
    Problem::wrong(Kind::Configuration, message)
}

fn unusable(why: &str) -> Problem {
    refuse(format!(
        "what is remembered of this instance can't be used: {why}; expected it as soar wrote it, or no such file"
    ))
}
