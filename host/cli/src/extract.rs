//! `soar extract`.

use super::bundled::WORLDS;
use super::kind::Kind;
use super::output::Output;
use super::problem::Problem;
use serde_json::json;
use soar::files::{self, Existing, Readers, shown};
use std::path::Path;

/// Writes the component that comes with soar to a file, for another host.
pub fn extract(other: Option<&Path>, world: &str, path: &Path, output: Output) -> Result<(), Problem> {
    if let Some(other) = other {
        let message =
            format!("--component {}: extract writes the component that comes with soar, and no other", shown(other));
        return Err(Problem::wrong(Kind::Usage, message));
    }
    let Some((_, bytes)) = WORLDS.iter().find(|(name, _)| *name == world) else {
        let worlds: Vec<&str> = WORLDS.iter().map(|(name, _)| *name).collect();
        let message = format!("--world: there is no world {world:?}; expected one of {}", worlds.join(", "));
        return Err(Problem::wrong(Kind::Usage, message));
    };
    files::write(path, *bytes, Readers::Everyone, Existing::Replace)
        .map_err(|error| Problem::failed(Kind::Unwritable, error.to_string()))?;
    if output.json {
        return output.json(&json!({ "world": world, "path": path, "size": bytes.len() }));
    }
    output.text(&format!("{}: the world {world}, {} bytes\n", shown(path), bytes.len()))
}
