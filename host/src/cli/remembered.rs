//! The kinds of parameters that an instance had when it was used last.

use super::instance::InstanceFile;
use super::output::Problem;
use super::settings::Gathered;
use super::state::State;
use serde_json::{Value, json};
use soar::files::shown;
use soar::text::json;
use soar::{Component, Kinds};

/// What is remembered.
const KINDS: &str = "kinds";

/// Refuses a component that reads what was a secret when it was used last, or the like, unless `accept`; and remembers
/// the kinds for the next time. An instance file is known by its place, and what came from the environment by the variables,
/// whatever the component calls itself and its parameters.
///
/// # Errors
/// If the kind of a parameter has changed; the error names it and both kinds.
pub fn check(
    component: &Component,
    gathered: &Gathered,
    file: Option<&InstanceFile>,
    accept: bool,
) -> Result<(), Problem> {
    let state = match State::open() {
        Ok(state) => state,
        Err(why) => {
            tracing::warn!(why, "the kinds of the instance's parameters are not compared with those of its last use");
            return Ok(());
        }
    };
    let used = component.kinds(&gathered.settings);
    let variable = |(name, kind): (&str, _)| Some((gathered.variables.get(name)?.clone(), kind));
    let variables: Kinds = used.iter().filter_map(variable).collect();
    let remembered = Remembered { state: &state, accept };
    remembered.check(&[KINDS, "environment"], "", variables)?;
    match file {
        Some(file) => {
            let place = file.place();
            remembered.check(&[KINDS, "file", &place.to_string_lossy()], &format!("{}: ", shown(&file.path)), used)
        }
        None => Ok(()),
    }
}

struct Remembered<'a> {
    state: &'a State,
    accept: bool,
}

impl Remembered<'_> {
    /// Holds kinds against those that are remembered under these words.
    fn check(&self, words: &[&str], whose: &str, now: Kinds) -> Result<(), Problem> {
        let refuse = |message: String| Problem::wrong("configuration", message);
        let kept = self.state.recall(words).map_err(|why| {
            let expected = "expected it as soar wrote it, or no such file";
            refuse(format!("what is remembered of this instance can't be used: {why}; {expected}"))
        })?;
        let kept = kept.and_then(|kept| Kinds::from_json(serde_json::from_slice::<Value>(&kept).ok()?.get(KINDS)?));
        let kept = kept.unwrap_or_default();
        if let Some(change) = kept.changes(&now).first().filter(|_| !self.accept) {
            let expected = "expected the component that was used then, or --trust if that is right";
            let parameter = change.parameter.as_str();
            return Err(refuse(format!("{whose}{change}; {expected}")).with("parameter", parameter));
        }
        let all = kept.clone().and(now);
        if all != kept {
            let what = json!({ "of": words, KINDS: all.to_json() });
            if let Err(why) = self.state.remember(words, json::pretty(&what).as_bytes()) {
                tracing::warn!(why, "the kinds of the instance's parameters are not remembered");
            }
        }
        Ok(())
    }
}
