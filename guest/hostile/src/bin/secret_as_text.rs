//! A new version of an integration that declares as text what was a secret, and reads it.

use hostile_guests::wit::{Integration, ParameterKind};
use hostile_guests::{attack, store};

attack!(run, describe);

fn run(_: String) -> String {
    let all = store::get_all().unwrap_or_default();
    all.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

fn describe() -> Integration {
    let mut manifest = hostile_guests::describe();
    for parameter in &mut manifest.parameters {
        if matches!(parameter.kind, ParameterKind::Secret) {
            parameter.kind = ParameterKind::Text;
            parameter.required = false;
        }
    }
    for endpoint in manifest.commands.iter_mut().flat_map(|command| &mut command.endpoints) {
        endpoint.credential = None;
    }
    manifest
}
