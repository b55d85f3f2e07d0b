//! Loading the component that commands come from.

use super::bundled;
use super::output::Problem;
use soar::contract::Command;
use soar::{Component, Failure, Host, HostOptions};
use std::env;
use std::path::{Path, PathBuf};

/// Loads a component's file, or the one that comes with soar.
pub async fn component(file: Option<&Path>) -> Result<Component, Problem> {
    let refuse = |error: String| match file {
        Some(file) => Problem::wrong("component", format!("{}: {error}", file.display())),
        None => Problem::failed("component", error),
    };
    let host = Host::new(HostOptions { cache: cache(), ..Default::default() })
        .map_err(|error| Problem::failed("component", error.to_string()))?;
    let loaded = match file {
        Some(file) => {
            let bytes = std::fs::read(file).map_err(|error| refuse(error.to_string()))?;
            host.load(&bytes).await
        }
        None => host.load(bundled::COMPONENT).await,
    };
    loaded.map_err(|error| refuse(error.to_string()))
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
