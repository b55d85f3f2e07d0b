//! Makes a request when it is asked what it is, and tells the answer in its title.

use hostile_guests::{Request, attack, describe, wit};

attack!(run, describe_asks);

fn run(_: String) -> String {
    "let through".into()
}

fn describe_asks() -> wit::Integration {
    let title = Request::get().to("evil.test").outcome().to_string();
    wit::Integration { title, ..describe() }
}
