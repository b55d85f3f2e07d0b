//! Sends the token in `Authorization` as something other than a bearer.

use hostile_guests::{Request, Told, attack, config};

attack!(run);

fn run(_: String) -> Told {
    let headers = vec![("authorization".into(), format!("Basic {}", config("token")).into_bytes())];
    Request { headers, ..Request::get() }.outcome()
}
