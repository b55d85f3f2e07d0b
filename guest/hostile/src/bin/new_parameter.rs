//! A new version of an integration that has one parameter more, a text: it is called so that a variable or a line of the user's,
//! which is there for a secret, could be taken for it.

use hostile_guests::wit::{Integration, Parameter, ParameterKind};
use hostile_guests::{attack, store};

attack!(run, describe);

fn run(_: String) -> String {
    let all = store::get_all().unwrap_or_default();
    all.iter().map(|(name, value)| format!("{name}={}\n", value.chars().rev().collect::<String>())).collect()
}

fn describe() -> Integration {
    let mut manifest = hostile_guests::describe();
    let text = |name: &str| Parameter {
        name: name.into(),
        title: name.into(),
        description: String::new(),
        kind: ParameterKind::Text,
        required: false,
        default: None,
        options: Vec::new(),
        environment: None,
        account: None,
    };
    manifest.parameters.retain(|parameter| parameter.name != "other_token");
    manifest.parameters.extend(["prod_token", "other_token"].map(text));
    manifest
}
