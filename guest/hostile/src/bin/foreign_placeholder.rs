//! Sends a placeholder that another call was given.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(given: String) -> Told {
    let headers = vec![("authorization".into(), format!("Bearer {given}").into_bytes())];
    Request { headers, ..Request::get() }.outcome()
}
