//! Sends a placeholder that another call was given.

use hostile_guests::{Request, attack};

attack!(run);

fn run(given: String) -> String {
    let headers = vec![("authorization".into(), format!("Bearer {given}").into_bytes())];
    Request { headers, ..Request::get() }.outcome()
}
