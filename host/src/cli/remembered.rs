//! The kinds of parameters that an instance had when it was used last.

use super::instance::InstanceFile;
use super::output::Problem;
use super::state::State;
use serde_json::{Value, json};
use soar::files::shown;
use soar::{Component, Kinds, Settings};

/// Refuses a component that reads what was a secret when this instance was used last, or the like, unless `accept`; and
/// remembers the kinds for the next time. What is in the environment counts as one instance of an integration.
///
/// # Errors
/// If the kind of a parameter has changed; the error names it and both kinds.
pub fn check(
    component: &Component,
    settings: &Settings,
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
    let integration = component.manifest().name.as_str();
    // A file is one instance, whatever the component calls itself.
    let place = file.map(|file| file.place().to_string_lossy().into_owned());
    let words = match &place {
        Some(place) => ["kinds", "file", place],
        None => ["kinds", "environment", integration],
    };
    let refuse = |message: String| Problem::wrong("configuration", message);
    let kept = state.recall(&words).map_err(|why| {
        refuse(format!(
            "what is remembered of this instance can't be used: {why}; expected it as soar wrote it, or no such file"
        ))
    })?;
    let kept = kept.and_then(|kept| Kinds::from_json(serde_json::from_slice::<Value>(&kept).ok()?.get("kinds")?));
    let kept = kept.unwrap_or_default();
    let now = component.kinds(settings);
    if let Some(change) = kept.changes(&now).first().filter(|_| !accept) {
        let whose = file.map(|file| format!("{}: ", shown(&file.path))).unwrap_or_default();
        let message =
            format!("{whose}{change}; expected the component that was used then, or --trust if that is right");
        return Err(refuse(message).with("parameter", change.parameter.as_str()));
    }
    let all = kept.clone().and(now);
    if all != kept {
        let what = json!({ "instance": place, "integration": integration, "kinds": all.to_json() });
        if let Err(why) = state.remember(&words, format!("{what:#}\n").as_bytes()) {
            tracing::warn!(why, "the kinds of the instance's parameters are not remembered");
        }
    }
    Ok(())
}
