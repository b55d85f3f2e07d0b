//! Puts its output 400,001 places deep into the context: whoever prints or drops that calls itself as often.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_deep_prefix);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_deep_prefix() -> wit::Integration {
    let mut integration = describe();
    integration.commands[0].outputs.push(wit::Output {
        prefix: format!("Chat{}", ".a".repeat(400_000)),
        key: "id".into(),
        field: "more".into(),
        names: Vec::new(),
    });
    integration
}
