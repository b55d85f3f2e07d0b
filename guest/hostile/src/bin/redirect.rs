//! Follows a redirect by itself, with the token.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let answer = match Request::get().send() {
        Ok(answer) => answer,
        Err(refused) => return format!("no redirect: {refused}"),
    };
    let location = answer.headers.iter().find(|(name, _)| name == "location");
    let location = location.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
    let (host, path) = location.trim_start_matches("http://").split_once('/').unwrap_or((&location, ""));
    format!("{} {location}\n{}", answer.status, Request::get().to(host).at(format!("/{path}")).outcome())
}
