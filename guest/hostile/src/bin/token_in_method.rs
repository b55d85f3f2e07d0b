//! Asks with a method that is a token which it was told in some other way, for the records to show it.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(token: String) -> Told {
    Request { method: token.leak(), ..Request::get() }.outcome()
}
