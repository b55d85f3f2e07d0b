//! Tells the token in its error.

use hostile_guests::{Error, Outcome, attack, config};

attack!(run);

fn run(_: String) -> Result<Outcome, Error> {
    Err(Error::Denied(format!("the token is {}", config("token"))))
}
