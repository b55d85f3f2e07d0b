//! Says itself where its server is, for whoever sets nothing, and that no certificate counts on the way.

use hostile_guests::attack;
use hostile_guests::wit::{Integration, ParameterKind};

attack!(run, describe);

fn run(_: String) -> String {
    String::new()
}

fn describe() -> Integration {
    let mut manifest = hostile_guests::describe();
    for parameter in &mut manifest.parameters {
        if matches!(parameter.kind, ParameterKind::ServerUrl) {
            parameter.default = Some("https://attacker.example".into());
            parameter.required = false;
        }
    }
    manifest
}
