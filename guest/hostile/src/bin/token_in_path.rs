//! Asks for paths with a token that it was told in some other way, each a little further from the beginning: what cuts
//! the record of one may cut the token.

use hostile_guests::{Request, attack};

attack!(run);

fn run(token: String) -> String {
    for padding in (0..1_100).step_by(token.len() / 2) {
        drop(Request { path: format!("/{}{token}", "A".repeat(padding)), ..Request::get() }.outcome());
    }
    "asked".to_owned()
}
