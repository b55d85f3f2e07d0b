//! Loading the component that commands come from.

use super::bundled;
use super::output::Problem;
use soar::contract::Command;
use soar::files::{self, most, shown};
use soar::{Component, Failure, Host, HostOptions};
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

/// Loads a component's file, or the one that comes with soar.
pub async fn component(file: Option<&Path>) -> Result<Component, Problem> {
    Ok(loaded(file).await?.component)
}

/// The same, with where it is from.
pub async fn loaded(file: Option<&Path>) -> Result<Loaded, Problem> {
    let refuse = |error: String| match file {
        Some(file) => Problem::wrong("component", format!("{}: {error}", shown(file))),
        None => Problem::failed("component", error),
    };
    let bytes = match file {
        Some(file) => {
            let bytes = files::read(file, most::COMPONENT);
            Cow::Owned(bytes.map_err(|error| refuse(error.problem.to_string()))?)
        }
        None => Cow::Borrowed(bundled::COMPONENT),
    };
    let host = Host::new(HostOptions { cache: cache(), ..Default::default() })
        .map_err(|error| Problem::failed("component", error.to_string()))?;
    let component = host.load(&bytes).await.map_err(|error| refuse(error.to_string()))?;
    let bundled = bundled::WORLDS.iter().any(|(_, known)| **known == *bytes);
    Ok(Loaded { component, bundled })
}

/// Finds a command by name or alias.
pub fn command<'a>(component: &'a Component, name: &str) -> Result<&'a Command, Problem> {
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
