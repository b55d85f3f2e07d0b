//! The kinds of parameters that an instance file had when it was used last.
//!
//! What a component says itself is no secret it reads. Of what comes from the environment a component from elsewhere gets
//! secrets alone, so it is the files that may have had something in them which was a secret before.

use super::instance::InstanceFile;
use super::output::{Output, Problem};
use super::state::State;
use soar::Kinds;
use soar::contract::{Integration, ParameterKind};
use soar::files::shown;

/// What is remembered: of each parameter by itself, so that two runs at once lose nothing of each other.
const KINDS: &str = "kind";

/// Refuses a component that reads what was a secret when the file was used last, or the like, unless `accepted` has the
/// parameter with its new kind; and remembers the kinds for the next time. All that stands in the file counts, whether the
/// command sends it or not. Nothing of it is read.
///
/// # Errors
/// If the kind of a parameter has changed; the error names it and both kinds.
pub fn check(
    file: &InstanceFile,
    integration: &Integration,
    accepted: &[(String, String)],
    output: Output,
) -> Result<(), Problem> {
    // Without a place to remember it the file is not remembered as trusted either, so the user has just said that it is.
    let Ok(state) = State::open() else { return Ok(()) };
    let place = file.place();
    let place = place.to_string_lossy();
    let in_file = integration.parameters.iter().filter(|parameter| file.value(&parameter.name).is_some());
    let now: Kinds = in_file.map(|parameter| (parameter.name.clone(), parameter.kind)).collect();
    let words = |name| [KINDS, &*place, name];
    let mut before = Vec::new();
    for (name, _) in now.iter() {
        if let Some(kept) = state.recall(&words(name)).map_err(|why| unusable(&why))? {
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
            return Err(refuse(message).with("parameter", name.as_str()));
        }
    }
    for (name, kind) in now.iter().filter(|new| !before.iter().any(|old| old == *new)) {
        if let Err(why) = state.remember(&words(name), format!("{}\n", kind.name()).as_bytes()) {
            output.warn(&format!(
                "{}: that {name} is of the kind {} is not remembered: {why}",
                shown(&file.path),
                kind.name()
            ));
        }
    }
    Ok(())
}

fn refuse(message: String) -> Problem {
    Problem::wrong("configuration", message)
}

fn unusable(why: &str) -> Problem {
    refuse(format!(
        "what is remembered of this instance can't be used: {why}; expected it as soar wrote it, or no such file"
    ))
}
