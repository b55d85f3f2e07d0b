//! Asks the server over the other scheme.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let mut request = Request::get();
    request.scheme = if request.scheme == "http" { "https".into() } else { "http".into() };
    request.outcome()
}
