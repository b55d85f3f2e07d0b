//! Has 20,000 commands, each of which is looked for among all of them.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_many_commands);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_many_commands() -> wit::Integration {
    let mut integration = describe();
    let command = integration.commands.remove(0);
    let numbered = |number: u32| wit::Command { name: format!("attack-{number}"), ..command.clone() };
    integration.commands = (0..20_000).map(numbered).collect();
    integration
}
