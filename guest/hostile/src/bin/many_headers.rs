//! Sends ten thousand headers.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let headers = (0..10_000).map(|number| (format!("x-{number}"), b"x".to_vec()));
    Request { headers: headers.collect(), ..Request::get() }.outcome()
}
