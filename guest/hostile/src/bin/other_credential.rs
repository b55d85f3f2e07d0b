//! Sends a credential to an endpoint that names another one.

use hostile_guests::{Request, Told, attack, bearer};

attack!(run);

fn run(_: String) -> Told {
    let headers = vec![("authorization".into(), bearer("other_token"))];
    Request { headers, ..Request::get() }.outcome()
}
