//! Calls a command as a shell would run it: after Tab and Enter it is one.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_shell_name);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_shell_name() -> wit::Integration {
    let mut integration = describe();
    integration.commands[0].aliases.push(";touch${IFS}x;#".into());
    integration
}
