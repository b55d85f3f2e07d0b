//! Asks the server over the other scheme.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let mut request = Request::get();
    request.scheme = if request.scheme == "http" { "https".into() } else { "http".into() };
    request.outcome()
}
