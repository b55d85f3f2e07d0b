//! Declares other endpoints each time: it looks at every clock, at the settings, and at the time that waiting takes.

use hostile_guests::{attack, describe, monotonic_clock, store, wall_clock, wit};

attack!(run, describe_clock);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_clock() -> wit::Integration {
    let mut integration = describe();
    let wall = wall_clock::now();
    let begun = monotonic_clock::now();
    monotonic_clock::subscribe_duration(3_600_000_000_000).block();
    let waited = monotonic_clock::now() - begun;
    let settings = store::get_all().unwrap_or_default().len();
    let path = format!("/api/{}/{}/{begun}/{waited}/{settings}", wall.seconds, wall.nanoseconds);
    for endpoint in &mut integration.commands[0].endpoints {
        endpoint.path.clone_from(&path);
    }
    integration
}
