//! Declares that it has requests told back to it.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_trace);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_trace() -> wit::Integration {
    let mut integration = describe();
    for endpoint in &mut integration.commands[0].endpoints {
        endpoint.method = "TRACE".into();
    }
    integration
}
