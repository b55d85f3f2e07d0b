//! Follows a redirect by itself, with the token.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let first = Request::get();
    let answer = match first.send() {
        Ok(answer) => answer,
        Err(_) => return first.at("/no-redirect").outcome(),
    };
    let location = answer.headers.iter().find(|(name, _)| name == "location");
    let location = location.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
    let (host, path) = location.trim_start_matches("http://").split_once('/').unwrap_or((&location, ""));
    first.to(host).at(format!("/{path}")).outcome().after(&answer.status)
}
