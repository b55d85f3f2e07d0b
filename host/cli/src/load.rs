//! Loading the component that commands come from.

use super::bundled;
use super::kind::Kind;
use super::network;
use super::problem::Problem;
use soar::files::{self, shown};
use soar::{CommandHandle, Compiler, Component, Engine, EngineOptions, Failure, Limit, Limits, LoadError};
use std::borrow::Cow;
use std::env;
use std::path::{Path, PathBuf};

/// A component, and where it is from.
pub struct Loaded {
    /// The component.
    pub component: Component,
    /// Whether it is one of those that come with soar, by its bytes: what it says of itself is believed more than what
    /// another says.
    pub bundled: bool,
}

/// Which component, and what was said of the limits that it is loaded with.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Its file; none for the one that comes with soar.
    pub file: Option<&'a Path>,
    /// Those of `--limit`, of loading and of calls.
    pub limits: &'a [(String, String)],
}

/// Loads a component's file, or the one that comes with soar.
pub async fn component(wanted: Wanted<'_>) -> Result<Component, Problem> {
    Ok(loaded(wanted).await?.component)
}

/// The same, with where it is from.
pub async fn loaded(wanted: Wanted<'_>) -> Result<Loaded, Problem> {
    let limits = limits(wanted.limits)?;
    let refuse = |error: &LoadError| problem(wanted.file, error);
    let bytes = match wanted.file {
        Some(file) => Cow::Owned(read(file, &limits)?),
        None => Cow::Borrowed(bundled::COMPONENT),
    };
    let mut options = EngineOptions::new().with_compiler(Compiler::of_this_program()).with_limits(limits);
    options.cache = cache();
    let host = Engine::new(options).map_err(|error| Problem::failed(Kind::Component, error.to_string()))?;
    let component = host.load(&bytes).await.map_err(|error| refuse(&error))?;
    let bundled = bundled::WORLDS.iter().any(|(_, known)| **known == *bytes);
    Ok(Loaded { component, bundled })
}

/// The limits of loading. Those of calls are no part of it: a component that may compute for a second in a call may take
/// longer to say what it is.
fn limits(given: &[(String, String)]) -> Result<Limits, Problem> {
    let mut limits = Limits::default();
    for (name, text) in given {
        if Limit::named(name).is_none_or(Limit::is_of_loading) {
            network::set_limit(&mut limits, name, text)
                .map_err(|message| Problem::wrong(Kind::Configuration, format!("--limit {message}")))?;
        }
    }
    Ok(limits)
}

fn read(file: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let limit = Limit::ComponentBytes;
    files::read(file, limits.number(limit)).map_err(|error| match error.problem {
        files::Problem::TooLarge { .. } => problem(Some(file), &LoadError::Limit(limits.over(limit))),
        other => Problem::wrong(Kind::Component, format!("{}: {other}", shown(file))),
    })
}

fn problem(file: Option<&Path>, error: &LoadError) -> Problem {
    let kind = match error {
        LoadError::Limit(_) => Kind::Limit,
        LoadError::Busy(_) => Kind::Busy,
        _ => Kind::Component,
    };
    let problem = match file {
        Some(file) => Problem::wrong(kind, format!("{}: {error}", shown(file))),
        None => Problem::failed(kind, error.to_string()),
    };
    match error {
        LoadError::Limit(exceeded) => problem.of_limit(exceeded.limit),
        _ => problem,
    }
}

/// Finds a command by name or alias.
pub fn command<'a>(component: &'a Component, name: &str) -> Result<CommandHandle<'a>, Problem> {
    // Only `soar run` calls it.
    let unknown = |failure: Failure| Problem { command: None, ..failure.into() }.hint("All commands: soar commands");
    component.command(name).map_err(unknown)
}

/// The folder of precompiled components.
fn cache() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("SOAR_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|folder| folder.join("soar")))
        .or_else(|| folder("HOME").map(|folder| folder.join(".cache/soar")))
}
