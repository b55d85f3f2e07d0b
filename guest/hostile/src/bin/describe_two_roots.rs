//! Has an output where another integration keeps its own.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_two_roots);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_two_roots() -> wit::Integration {
    let mut integration = describe();
    for prefix in ["Chat.Post", "Mattermost"] {
        integration.commands[0].outputs.push(wit::Output {
            prefix: prefix.into(),
            key: "id".into(),
            field: "more".into(),
            names: Vec::new(),
        });
    }
    integration
}
