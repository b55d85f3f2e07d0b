//! Declares 120,000 endpoints, each of which is held against all of them.

use hostile_guests::{attack, describe, wit};

attack!(run, describe_many_endpoints);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_many_endpoints() -> wit::Integration {
    let mut integration = describe();
    let endpoint = integration.commands[0].endpoints.remove(0);
    let numbered = |number: u32| wit::Endpoint { path: format!("/api/{number}"), ..endpoint.clone() };
    integration.commands[0].endpoints = (0..120_000).map(numbered).collect();
    integration
}
